"""Office files without a clock: the same content packed twice gives the same bytes, whoever packs it and when."""

from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CORE, TYPES = "docProps/core.xml", "[Content_Types].xml"
FIRST = (TYPES, "_rels/.rels")  # where readers that take a stream look first
MIDNIGHT = (0, 0, 0)
UNIX, REGULAR_FILE = 3, 0o100644 << 16
LEVEL = 9
PROGRAM = "Vinh Danh"
PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{title}<dc:creator>{program}</dc:creator>'
    "<cp:lastModifiedBy>{program}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "<dc:language>vi-VN</dc:language></cp:coreProperties>"
)


def packed(data: bytes, made: date) -> bytes:
    """A .docx or .xlsx written anew: members in one order, all of the day `made`, its properties naming no person.

    The libraries write the hour of saving into the archive and its properties; an export must not depend on it.
    """
    written = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(written, "w") as archive:
        names = {info.filename for info in given.infolist() if not info.is_dir()}
        for name in sorted(names, key=place):
            content = properties(given.read(name), made) if name == CORE else given.read(name)
            archive.writestr(member(name, made), content, ZIP_DEFLATED, LEVEL)
    return written.getvalue()


def place(name: str) -> tuple[int, str]:
    """Where a member stands in the archive."""
    return (FIRST.index(name) if name in FIRST else len(FIRST)), name


def member(name: str, made: date) -> ZipInfo:
    """A member's entry without anything of the machine it is made on."""
    info = ZipInfo(name, (made.year, made.month, made.day, *MIDNIGHT))
    info.create_system, info.external_attr = UNIX, REGULAR_FILE
    return info


def properties(given: bytes, made: date) -> bytes:
    """The file's properties: its title as it was, our name instead of a person's, the day instead of the hour."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - slow to import

    title = fromstring(given).findtext("{http://purl.org/dc/elements/1.1/}title")
    named = f"<dc:title>{escape(title)}</dc:title>" if title else ""
    return PROPERTIES.format(title=named, program=PROGRAM, day=made.isoformat()).encode()
