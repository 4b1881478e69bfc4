"""The press: templates and plain values in, PDF/A-3a out; the same bytes for the same values, wherever and whenever."""

import hashlib
import logging
import os
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from engine.papers.glyphs import FONTS, missing_glyphs
from engine.papers.lettering import in_office_column, placed, whole
from models.chain import canonical
from rules.errors import MalformedError

if TYPE_CHECKING:
    from types import ModuleType

    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
OURS = ("*.html", "*.css", "*.jinja")  # what belongs to the PDF papers
LIBRARIES = ("weasyprint", "pydyf", "tinyhtml5", "tinycss2", "cssselect2", "fonttools", "jinja2")
SETTING = ("press.py", "lettering.py", "fitting.py")  # what of our own moves letters beyond templates and values
VARIANT = "pdf/a-3a"
HARFBUZZ = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "harfbuzz")
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
VARIABLES = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT")
LOCK = threading.RLock()  # the environment and WeasyPrint's log are the whole process's


@dataclass(frozen=True, kw_only=True)
class Attached:
    """The data a paper was made from, inside the paper."""

    name: str
    content: bytes
    description: str


def render(template: str, values: Mapping[str, Any], made: date, attached: Attached) -> bytes:
    """One paper as PDF/A-3a, dated `made`, tagged, in Vietnamese, with the data it was made from.

    Raises:
        MalformedError: a library is missing, or a character that the bundled faces lack.
    """
    require_glyphs(values)
    html = environment().get_template(template).render(paper=values, made=made.isoformat())
    with LOCK, heard() as complaints, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed file.*[.]icc", ResourceWarning)  # WeasyPrint's colour profile
        weasyprint = loaded()
        midnight = datetime.combine(made, time())
        file = weasyprint.Attachment(
            string=attached.content.decode(),
            name=attached.name,
            description=attached.description,
            created=midnight,
            modified=midnight,
            relationship="Data",
            url_fetcher=fetcher(),
        )
        document = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher())
        pdf: bytes = document.write_pdf(
            finisher=finish, font_config=font_configuration(), pdf_variant=VARIANT, attachments=[file]
        )
    if complaints:
        raise RuntimeError(f"WeasyPrint on {template}: {'; '.join(complaints)}")
    return pdf


def finish(_document: object, pdf: Any) -> None:  # noqa: ANN401 - pydyf's PDF has no types
    """Name each associated file once: WeasyPrint lists an attachment twice."""
    pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def require_glyphs(values: Any) -> None:  # noqa: ANN401 - whatever plain data holds
    """MalformedError for the first text with a character that cannot be printed."""
    for words in texts_in(values):
        if missing := missing_glyphs(words):
            raise MalformedError(f"Phông chữ của văn bản không có ký tự “{missing}” trong “{words}”.")


def texts_in(values: Any) -> Iterator[str]:  # noqa: ANN401 - whatever plain data holds
    """Every text in plain data."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from texts_in(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from texts_in(value)


@cache
def environment() -> "Environment":
    """Templates see only what they are given: a name that is not there is an error, and text stays text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - slow to import

    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"whole": whole, "placed": placed, "in_office_column": in_office_column}
    return made


@cache
def loaded() -> "ModuleType":
    """WeasyPrint with all it needs; MalformedError names the system package that is missing."""
    with only_our_fonts():
        try:
            import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; half a second
            from weasyprint.text import ffi  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
        except OSError as error:
            raise MalformedError(
                "Máy thiếu thư viện dàn trang Pango; hãy cài gói libpango-1.0-0, libpangoft2-1.0-0 và "
                f"libharfbuzz-subset0 ({error})."
            ) from error
    require_subsetter(ffi)
    library: ModuleType = weasyprint
    return library


def require_subsetter(ffi: Any) -> None:  # noqa: ANN401 - WeasyPrint's module of C libraries
    """Without HarfBuzz's subsetter another one is used, and papers would differ from machine to machine."""
    if ffi.harfbuzz_subset is None:
        raise MalformedError("Máy thiếu thư viện HarfBuzz-Subset; hãy cài gói libharfbuzz-subset0 rồi xuất lại.")


def fetcher() -> Any:  # noqa: ANN401 - WeasyPrint's class, known only once it is imported
    """Papers need nothing from anywhere: styles are in the page, faces are found by name, pictures there are none."""
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; half a second

    class Denying(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Refuses whatever is asked for."""

        def fetch(self, url: str, headers: object = None) -> None:  # noqa: ARG002 - WeasyPrint's signature
            raise ValueError(f"refused: {url}")

    return Denying()


def font_configuration() -> Any:  # noqa: ANN401 - WeasyPrint's class, known only once it is imported
    """The bundled faces and no other, whatever the machine has."""
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    with only_our_fonts():
        return FontConfiguration()


@contextmanager
def only_our_fonts() -> Iterator[None]:
    """Meanwhile fontconfig is told of our faces alone; what it caches goes with the folder."""
    with LOCK, TemporaryDirectory(prefix="vinhdanh-fonts-") as folder:
        before = {name: os.environ.pop(name, None) for name in VARIABLES}
        config = Path(folder) / "fonts.conf"
        words = FONTCONFIG.format(fonts=escape(str(FONTS)), cache=escape(str(Path(folder) / "cache")))
        config.write_text(words, encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(config)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]
            os.environ.update({name: value for name, value in before.items() if value is not None})


@contextmanager
def heard() -> Iterator[list[str]]:
    """What WeasyPrint complains of meanwhile: papers with ignored rules or missing letters are not given out."""
    complaints: list[str] = []

    class Ear(logging.Handler):
        """Notes each complaint."""

        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(record.getMessage())

    logger = logging.getLogger("weasyprint")
    ear = Ear(logging.WARNING)
    logger.addHandler(ear)
    try:
        yield complaints
    finally:
        logger.removeHandler(ear)


@cache
def fingerprint() -> str:
    """The tools as canonical JSON: libraries, subsetter, faces, templates. The same data and tools, the same bytes."""
    loaded()
    from weasyprint.text import ffi  # noqa: PLC0415 - half a second

    return canonical(
        {
            **{name: metadata.version(name) for name in LIBRARIES},
            "pango": ffi.pango.pango_version(),
            "harfbuzz": harfbuzz_version(),
            "subsetter": "harfbuzz-subset",
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
            "fonts": hash_of(FONTS, ("*.ttf",)),
            "templates": hash_of(TEMPLATES, OURS),
            "press": hash_of(Path(__file__).parent, SETTING),
        }
    )


def harfbuzz_version() -> str:
    """The version of the HarfBuzz that shapes and subsets; WeasyPrint does not tell it."""
    from cffi import FFI  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; slow to import

    ffi = FFI()
    ffi.cdef("const char *hb_version_string(void);")
    for name in HARFBUZZ:
        try:
            return str(ffi.string(ffi.dlopen(name).hb_version_string()).decode())
        except OSError:  # named otherwise on this system
            continue
    return "unknown"


def hash_of(folder: Path, patterns: tuple[str, ...]) -> str:
    """SHA-256 over names and contents of the folder's files of these patterns."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
