"""What a file really is: harmless ones are taken for what they are, hostile ones refused in their own words."""

import os
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import TypeAlias

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject, StreamObject, TextStringObject

from engine.files.content import Media, media_of
from engine.files.limits import MAX_FILE
from engine.papers.press import loaded
from rules.errors import MalformedError
from tests.engine.files import samples
from tests.engine.files.samples import dictionary

SECONDS = 10  # far more than any refusal takes, far less than what was meant to hang
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


Sample: TypeAlias = bytes | Callable[[], bytes]  # made only when its test runs


def made(sample: Sample) -> bytes:
    return sample if isinstance(sample, bytes) else sample()


def refusal(sample: Sample) -> str:
    content = made(sample)
    begun = time.monotonic()
    with pytest.raises(MalformedError) as caught:
        media_of(content)
    assert time.monotonic() - begun < SECONDS
    assert caught.value.message.endswith(".")
    return caught.value.message


@pytest.mark.parametrize(
    ("content", "media"),
    [
        pytest.param(lambda: samples.pdf(3), "application/pdf", id="pdf"),
        pytest.param(lambda: samples.pdf() + b"\r\n\0\0", "application/pdf", id="pdf-padded"),
        pytest.param(samples.jpeg, "image/jpeg", id="jpeg"),
        pytest.param(lambda: samples.picture("MPO"), "image/jpeg", id="a telephone's jpeg"),
        pytest.param(lambda: samples.jpeg() + b"depth of the picture", "image/jpeg", id="jpeg with a trailer"),
        pytest.param(samples.png, "image/png", id="png"),
        pytest.param(lambda: samples.docx("Báo cáo"), samples.DOCX, id="docx"),
    ],
)
def test_a_harmless_file_is_taken_for_what_it_is(content: Sample, media: str) -> None:
    assert media_of(made(content)) == media


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "Tệp rỗng", id="empty"),
        pytest.param(SVG, "không thuộc loại được nhận", id="svg"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "không thuộc loại được nhận", id="html"),
        pytest.param(b"alert(1)//" + samples.pdf(), "không thuộc loại được nhận", id="js-then-pdf"),
        pytest.param(b"\n" + samples.pdf(), "không thuộc loại được nhận", id="pdf-not-at-the-start"),
        pytest.param(b"#!/bin/sh\nrm -rf /\n", "không thuộc loại được nhận", id="script"),
        pytest.param(b"MZ\x90\0" + bytes(100), "Tệp chương trình", id="exe"),
        pytest.param(lambda: samples.picture("GIF"), "GIF", id="gif"),
        pytest.param(lambda: samples.picture("TIFF"), "TIFF", id="tiff"),
        pytest.param(lambda: samples.picture("WEBP"), "WebP", id="webp"),
        pytest.param(b"\0\0\0\x18ftypheic" + bytes(50), "HEIC", id="heic"),
        pytest.param(samples.OLE_DOCUMENT, "Office cũ", id="doc"),
        pytest.param(b"{\\rtf1 x}", "RTF", id="rtf"),
        pytest.param(lambda: samples.archive(a=b"a"), "không phải tài liệu Word", id="zip"),
        pytest.param(samples.xlsx, "không phải tài liệu Word", id="xlsx"),
    ],
)
def test_what_is_of_no_type_that_is_taken_is_named(content: Sample, said: str) -> None:
    message = refusal(content)
    assert said in message
    assert "PDF" in message or "rỗng" in message


def test_a_file_may_be_20_megabytes_and_not_a_byte_more() -> None:
    content = samples.jpeg()
    assert media_of(content + os.urandom(MAX_FILE - len(content))) is Media.JPEG
    assert "lớn hơn 20 MB" in refusal(content + bytes(MAX_FILE + 1 - len(content)))


@pytest.mark.parametrize("content", [samples.pdf(5), samples.jpeg(200, 200), samples.png(200, 200), samples.docx()])
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_truncated_file_is_refused(content: bytes, part: float) -> None:
    message = refusal(content[: int(len(content) * part)])
    assert "bị hỏng" in message or "bị cắt" in message or "gắn thêm" in message


LAUNCH = dictionary(S="Launch", F=TextStringObject("cmd.exe"))
GO_TO = dictionary(S="GoTo", D=ArrayObject())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(lambda: samples.pdf_with(lambda w: w.encrypt("secret")), "mật khẩu", id="password"),
        pytest.param(lambda: samples.pdf_with(lambda w: w.encrypt("", "owner")), "mật khẩu", id="owner's password"),
        pytest.param(lambda: samples.pdf_with(samples.name_a_script), "mã lệnh", id="script of the document"),
        pytest.param(lambda: samples.in_catalogue(OpenAction=samples.script()), "mã lệnh", id="script on opening"),
        pytest.param(lambda: samples.in_catalogue(OpenAction=LAUNCH), "mã lệnh", id="program on opening"),
        pytest.param(
            lambda: samples.in_catalogue(OpenAction=samples.target("http://evil.example")),
            "mã lệnh",
            id="page on opening",
        ),
        pytest.param(
            lambda: samples.in_catalogue(OpenAction=dictionary(S="GoTo", Next=samples.target("http://evil.example"))),
            "mã lệnh",
            id="page after opening",
        ),
        pytest.param(
            lambda: samples.in_catalogue(AA=dictionary(WC=samples.target("http://evil.example"))),
            "mã lệnh",
            id="on closing",
        ),
        pytest.param(
            lambda: samples.with_annotation(Subtype="Link", A=samples.script()), "mã lệnh", id="script of a link"
        ),
        pytest.param(lambda: samples.with_annotation(Subtype="Link", A=LAUNCH), "mã lệnh", id="program of a link"),
        pytest.param(
            lambda: samples.with_annotation(
                Subtype="Link", A=dictionary(S="GoToR", F=TextStringObject("//evil/share"))
            ),
            "mã lệnh",
            id="file elsewhere",
        ),
        pytest.param(
            lambda: samples.with_annotation(
                Subtype="Widget", A=dictionary(S="SubmitForm", F=TextStringObject("http://e"))
            ),
            "mã lệnh",
            id="form that sends",
        ),
        pytest.param(lambda: samples.with_annotation(Subtype="RichMedia"), "mã lệnh", id="rich media"),
        pytest.param(
            lambda: samples.with_annotation(Subtype="FileAttachment"), "tệp khác đính kèm", id="attached to a page"
        ),
        pytest.param(
            lambda: samples.pdf_with(lambda w: w.add_attachment("a.exe", b"MZ")),
            "tệp khác đính kèm",
            id="attached file",
        ),
        pytest.param(
            lambda: samples.in_catalogue(AcroForm=dictionary(XFA=TextStringObject("<xdp/>"))),
            "mã lệnh",
            id="dynamic form",
        ),
        pytest.param(lambda: samples.pdf() + samples.archive(a=b"a"), "gắn thêm", id="pdf-zip"),
        pytest.param(lambda: samples.pdf() + b"\n<script>alert(1)</script>", "gắn thêm", id="pdf-html"),
        pytest.param(lambda: samples.written(PdfWriter()), "không có trang", id="no pages"),
        pytest.param(b"%PDF-1.7\n%%EOF\n", "bị hỏng", id="nothing in it"),
        pytest.param(b"%PDF-1.7\nalert(1)", "bị cắt", id="only a header"),
    ],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(content: Sample, said: str) -> None:
    assert said in refusal(content)


def test_a_zip_inside_the_pages_of_a_pdf_is_refused() -> None:
    """A polyglot without a byte after its end: the archive lies in a stream, its directory near the end."""

    def hide(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream.set_data(samples.archive(a=b"MZ"))
        writer._add_object(stream)  # noqa: SLF001 - pypdf has no other way to add an object as it is

    content = samples.pdf_with(hide)
    assert zipfile.is_zipfile(BytesIO(content))
    assert "gắn thêm" in refusal(content)


def test_a_script_that_no_page_leads_to_is_refused() -> None:
    content = samples.pdf_with(lambda w: w._add_object(samples.script()))  # noqa: SLF001 - as above
    assert "mã lệnh" in refusal(content)


def test_a_script_under_a_name_in_disguise_is_refused() -> None:
    content = samples.in_catalogue(OpenAction=samples.script())
    disguised = content.replace(b"/JavaScript", b"/J#61vaScr#69pt").replace(b"/JS", b"/#4aS")
    assert b"/JavaScript" not in disguised
    assert "mã lệnh" in refusal(disguised)


def test_a_script_in_a_packed_object_is_refused() -> None:
    """Since PDF 1.5 objects may lie compressed in streams, where no search for words finds them."""
    packed = samples.pdf_with_packed_objects("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
    assert media_of(samples.pdf_with_packed_objects("")) is Media.PDF
    assert b"JavaScript" not in packed
    assert "mã lệnh" in refusal(packed)


def test_a_script_of_an_older_revision_is_refused() -> None:
    """Each saving may add to a file; what it hides another reader may still find."""
    old = samples.in_catalogue(OpenAction=samples.script())
    stream = BytesIO(old)
    writer = PdfWriter(stream, incremental=True)
    del writer.root_object[NameObject("/OpenAction")]
    content = samples.written(writer)
    assert content.startswith(old)
    assert "/OpenAction" not in PdfReader(BytesIO(content)).root_object
    assert "mã lệnh" in refusal(content)


def test_a_document_may_point_people_to_a_page() -> None:
    content = samples.with_annotation(Subtype="Link", A=samples.target("https://bacninh.gov.vn"))
    assert media_of(content) is Media.PDF
    assert media_of(samples.in_catalogue(OpenAction=GO_TO)) is Media.PDF


def test_papers_of_ours_without_attached_data_are_taken() -> None:
    """Nothing that pages need is taken for something that runs: a tagged document with fonts, links and an outline."""
    html = "<h1 id=a>Tờ trình</h1><p><a href='#a'>1</a> <a href='https://bacninh.gov.vn'>2</a></p><form><input></form>"
    for options in ({}, {"pdf_variant": "pdf/ua-1"}, {"pdf_forms": True}):
        assert media_of(loaded().HTML(string=html).write_pdf(**options)) is Media.PDF


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(samples.png_bomb, "quá lớn", id="bomb"),
        pytest.param(lambda: samples.png_bomb(8_000, 6_251), "quá lớn", id="one row too many"),
        pytest.param(lambda: samples.png() + b"<script>", "gắn thêm", id="png-html"),
        pytest.param(lambda: samples.png() + samples.archive(a=b"a"), "gắn thêm", id="png-zip"),
        pytest.param(lambda: samples.jpeg() + samples.archive(a=b"a"), "gắn thêm", id="jpeg-zip"),
        pytest.param(lambda: samples.jpeg_saying(b"%PDF-1.4"), "gắn thêm", id="jpeg-pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + SVG, "gắn thêm", id="svg with the head of a png"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(300), "bị hỏng", id="head of a jpeg"),
        pytest.param(samples.png_with_a_wrong_sum, "bị hỏng", id="wrong checksum"),
        pytest.param(samples.png_with_long_text, "bị hỏng", id="text that inflates"),
    ],
)
def test_a_picture_that_is_more_or_less_than_a_picture_is_refused(content: Sample, said: str) -> None:
    assert said in refusal(content)


FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
INSTRUCTION = "<w:r><w:instrText>{}</w:instrText></w:r>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(lambda: samples.docx_with({"word/vbaProject.bin": b"x"}), "có macro", id="macro"),
        pytest.param(
            lambda: samples.docx_with(
                {
                    samples.TYPES: samples.replacing(
                        f"{samples.DOCX}.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml"
                    )
                }
            ),
            "có macro",
            id="macro by its content type",
        ),
        pytest.param(
            lambda: samples.docx_with({"word/embeddings/oleObject1.bin": b"x"}), "nhúng bên trong", id="embedded"
        ),
        pytest.param(
            lambda: samples.docx_with({"word/afchunk.html": b"<script>"} | samples.relation("aFChunk", "afchunk.html")),
            "nhúng bên trong",
            id="a page of the web as a part",
        ),
        pytest.param(
            lambda: samples.docx_linking("attachedTemplate", "http://evil.example/a.dotm"), "bên ngoài", id="template"
        ),
        pytest.param(
            lambda: samples.docx_linking("image", "http://evil.example/a.png"), "bên ngoài", id="picture elsewhere"
        ),
        pytest.param(
            lambda: samples.docx_linking("image", "file://evil/share/a.png"), "bên ngoài", id="picture of a share"
        ),
        pytest.param(
            lambda: samples.docx_linking("hyperlink", "file://evil/share/a.exe"), "bên ngoài", id="link to a file"
        ),
        pytest.param(
            lambda: samples.docx_linking("hyperlink", "javascript:alert(1)"), "bên ngoài", id="link that runs"
        ),
        pytest.param(
            lambda: samples.docx_linking("oleObject", "http://evil.example/a.doc"), "nhúng bên trong", id="object"
        ),
        pytest.param(
            lambda: samples.docx_saying(FIELD.format(INSTRUCTION.format("DDEAUTO c:\\\\windows\\\\cmd.exe"))),
            "trường",
            id="dde",
        ),
        pytest.param(
            lambda: samples.docx_saying(FIELD.format(INSTRUCTION.format(" D") + INSTRUCTION.format("DE cmd"))),
            "trường",
            id="dde in two runs",
        ),
        pytest.param(
            lambda: samples.docx_saying('<w:fldSimple w:instr="INCLUDEPICTURE http://e"/>'), "trường", id="fetching"
        ),
        pytest.param(
            lambda: samples.docx_with(
                {samples.DOCUMENT: samples.replacing("<w:document", '<!DOCTYPE w [<!ENTITY a "b">]><w:document')}
            ),
            "DTD",
            id="entities",
        ),
        pytest.param(lambda: samples.docx_with({samples.DOCUMENT: b"no xml"}), "bị hỏng", id="no-xml"),
        pytest.param(lambda: samples.docx_with({"word/media/a.png": bytes(190 * 1024**2)}), "bom nén", id="bomb"),
        pytest.param(lambda: samples.docx() + samples.pdf(), "gắn thêm", id="docx-pdf"),
        pytest.param(lambda: samples.with_comment(samples.docx(), b"<script>"), "gắn thêm", id="comment"),
        pytest.param(
            lambda: samples.docx_with({samples.TYPES: samples.replacing("document.main+xml", "template.main+xml")}),
            "không phải tài liệu Word",
            id="template as a document",
        ),
        pytest.param(
            lambda: samples.archive(**{samples.TYPES: b"<Types/>"}), "không phải tài liệu Word", id="no document"
        ),
    ],
)
def test_a_document_that_fetches_runs_or_hides_something_is_refused(content: Sample, said: str) -> None:
    assert said in refusal(content)


def test_a_document_may_have_links_and_fields_of_its_own() -> None:
    assert media_of(samples.docx_linking("hyperlink", "https://bacninh.gov.vn")) is Media.DOCX
    assert media_of(samples.docx_linking("hyperlink", "mailto:a@bacninh.example")) is Media.DOCX
    assert media_of(samples.docx_saying(FIELD.format(INSTRUCTION.format(" PAGE ")))) is Media.DOCX
