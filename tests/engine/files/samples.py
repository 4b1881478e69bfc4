"""Files to upload, made here: harmless ones of each type, and hostile ones."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT = "word/document.xml"
DOCUMENT_RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"


def name(word: str) -> NameObject:
    """A name as PDF has them."""
    return NameObject(f"/{word}")


def dictionary(**entries: object) -> DictionaryObject:
    """A dictionary whose values are names, texts or objects."""
    return DictionaryObject(
        {name(key): name(value) if isinstance(value, str) else value for key, value in entries.items()}
    )


def written(writer: PdfWriter) -> bytes:
    """The bytes of a document."""
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def pages(count: int = 1) -> PdfWriter:
    """A document of blank pages."""
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(595, 842)
    return writer


def pdf(count: int = 1) -> bytes:
    """A harmless document."""
    return written(pages(count))


def pdf_with(change: Callable[[PdfWriter], object]) -> bytes:
    """A document of one page after a change."""
    writer = pages()
    change(writer)
    return written(writer)


def in_catalogue(**entries: object) -> bytes:
    """A document with more in its catalogue."""
    return pdf_with(lambda writer: writer.root_object.update(dictionary(**entries)))


def with_annotation(**entries: object) -> bytes:
    """A document with one annotation on its page."""
    box = ArrayObject([NumberObject(n) for n in (0, 0, 100, 100)])

    def annotate(writer: PdfWriter) -> None:
        annotation = writer._add_object(dictionary(Type="Annot", Rect=box, **entries))  # noqa: SLF001 - pypdf has no other way to add an object as it is
        writer.pages[0][name("Annots")] = ArrayObject([annotation])

    return pdf_with(annotate)


def script(words: str = "app.alert(1)") -> DictionaryObject:
    """An action that runs JavaScript."""
    return dictionary(S="JavaScript", JS=TextStringObject(words))


def name_a_script(writer: PdfWriter) -> None:
    """A script of the document as a whole, which readers run when they open it."""
    names = dictionary(Names=ArrayObject([TextStringObject("a"), script()]))
    writer.root_object[name("Names")] = dictionary(JavaScript=names)


def target(address: str) -> DictionaryObject:
    """An action that opens a page of the web."""
    return dictionary(S="URI", URI=TextStringObject(address))


def png(width: int = 40, height: int = 30) -> bytes:
    """A harmless picture."""
    return picture("PNG", width, height)


def jpeg(width: int = 40, height: int = 30) -> bytes:
    """A harmless photograph."""
    return picture("JPEG", width, height)


def picture(form: str, width: int = 40, height: int = 30) -> bytes:
    """A picture in any form that Pillow writes."""
    stream = BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, form)
    return stream.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A small file that decodes to gigabytes."""
    rows = zlib.compress(bytes(1 + width // 8) * 64, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def docx(*paragraphs: str) -> bytes:
    """A harmless document."""
    document = Document()
    for words in paragraphs or ("Báo cáo thành tích",):
        document.add_paragraph(words)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


Make = Callable[[], bytes]
Change = Callable[[str], str] | bytes


def docx_with(parts: Mapping[str, Change]) -> bytes:
    """The document with some parts changed or added."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(docx())) as given, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        known = given.namelist()
        for part in known:
            change = parts.get(part, given.read(part))
            made.writestr(part, change if isinstance(change, bytes) else change(given.read(part).decode()))
        for part, content in parts.items():
            if part not in known:
                assert isinstance(content, bytes)
                made.writestr(part, content)
    return written.getvalue()


def replacing(old: str, new: str) -> Callable[[str], str]:
    """A change of a part; the test is void if there was nothing to change."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def docx_linking(kind: str, address: str, mode: str = "External") -> bytes:
    """A document with one relation to elsewhere."""
    relation = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{address}" TargetMode="{mode}"/>'
    return docx_with({DOCUMENT_RELATIONS: replacing("</Relationships>", f"{relation}</Relationships>")})


def docx_saying(run: str) -> bytes:
    """A document with more in its first paragraph."""
    return docx_with({DOCUMENT: replacing("</w:p>", f"{run}</w:p>")})


def archive(**members: bytes) -> bytes:
    """A ZIP file."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for member, content in members.items():
            made.writestr(member, content)
    return stream.getvalue()


OLE_DOCUMENT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def xlsx() -> bytes:
    """A workbook."""
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


def relation(kind: str, part: str) -> dict[str, Change]:
    """A relation of a document to a part of its own."""
    relation = f'<Relationship Id="rId98" Type="{RELATIONS}/{kind}" Target="{part}"/>'
    return {DOCUMENT_RELATIONS: replacing("</Relationships>", f"{relation}</Relationships>")}


def with_comment(package: bytes, comment: bytes) -> bytes:
    """A package with a comment behind its directory."""
    return package[:-2] + struct.pack("<H", len(comment)) + comment


def jpeg_saying(words: bytes) -> bytes:
    """A photograph with a comment near its beginning."""
    stream = BytesIO()
    Image.new("RGB", (40, 30), "white").save(stream, "JPEG", comment=words)
    return stream.getvalue()


def png_with_a_wrong_sum() -> bytes:
    """A picture one of whose bytes was changed on the way."""
    content = bytearray(png(300, 300))
    content[content.index(b"IDAT") + 20] ^= 1
    return bytes(content)


def png_with_long_text() -> bytes:
    """A picture whose text inflates to 200 MB."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 * 1024**2), 9))
    head, idat, rest = png().partition(struct.pack(">I", len(png()) - 57) + b"IDAT")
    assert idat
    return head + text + idat + rest


def pdf_with_packed_objects(catalogue: str) -> bytes:
    """A document whose catalogue and pages lie compressed in a stream of objects, as PDF 1.5 has it."""
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    }
    body = "".join(f"{words} " for words in objects.values())
    places = [sum(len(words) + 1 for words in list(objects.values())[:before]) for before in range(len(objects))]
    index = " ".join(f"{number} {place}" for number, place in zip(objects, places, strict=True)) + " "
    packed = zlib.compress((index + body).encode())
    content = b"%PDF-1.5\n"
    stream_at = len(content)
    content += stream(4, f"/Type /ObjStm /N {len(objects)} /First {len(index)} /Filter /FlateDecode", packed)
    table_at = len(content)
    rows = [(0, 0, 255), *((2, 4, place) for place in range(len(objects))), (1, stream_at, 0), (1, table_at, 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    content += stream(5, "/Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R", table)
    return content + f"startxref\n{table_at}\n%%EOF\n".encode()


def stream(number: int, entries: str, content: bytes) -> bytes:
    """One stream object of a PDF."""
    head = f"{number} 0 obj\n<< {entries} /Length {len(content)} >>\nstream\n".encode()
    return head + content + b"\nendstream\nendobj\n"
