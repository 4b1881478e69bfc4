"""Reads one XML part of a package through, event by event: no document type, no entity, no end of elements."""

from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.handler import ContentHandler  # the events only; parsing goes through defusedxml

from engine.packages import Product
from rules.errors import MalformedError

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

MAX_ELEMENTS = 1_000_000  # in the whole package; a workbook of 5,000 rows and 24 columns has 360,000


def read_through(name: str, content: bytes, reader: "PartReader") -> int:
    """How many elements the part has, each shown to `reader`.

    Raises:
        MalformedError: no XML, a document type or entity, a macro's content type, too many elements.
    """
    # Only who reads a package pays for these.
    from xml.sax import SAXException  # noqa: PLC0415 - see above

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.sax import parse  # noqa: PLC0415 - see above

    thing = reader.product.thing
    try:
        parse(BytesIO(content), reader, forbid_dtd=True)
    except DefusedXmlException as error:
        raise MalformedError(
            f"{thing} chứa khai báo XML bên ngoài (DTD, entity); từ chối đọc vì lý do an toàn."
        ) from error
    except SAXException as error:
        raise MalformedError(f"{thing} bị hỏng: không đọc được phần “{name[:80]}”.") from error
    return reader.elements


class PartReader(ContentHandler):
    """Counts the elements of a part and meets macros by their content type."""

    def __init__(self, product: Product, room: int, too_many: str) -> None:
        """`room` elements at most; `too_many` is the sentence for more."""
        super().__init__()
        self.product = product
        self.elements = 0
        self._room = room
        self._too_many = too_many

    def startElement(self, name: str, attrs: "AttributesImpl") -> None:  # noqa: N802 - the name SAX calls
        """Look at one element."""
        self.elements += 1
        if self.elements > self._room:
            raise MalformedError(self._too_many)
        if local_name(name) in ("Override", "Default") and "macroenabled" in attrs.get("ContentType", "").lower():
            raise self.product.has_macros


def local_name(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]
