"""How large a request's body may be, by its address and kind: only forms that carry files may be larger than typing."""

import re

from starlette.datastructures import Headers

from engine.files.limits import MAX_FILE, MEGABYTE
from engine.workbook.guard import MAX_FILE as MAX_WORKBOOK
from web.failures import is_page

LARGEST = 256 * 1024  # bytes; the longest reason and findings anybody writes are a few kilobytes
LARGEST_FORM = MEGABYTE  # of a page's form: an escaped Vietnamese letter takes nine bytes
FILES = "multipart/form-data"  # read to disk as it arrives; any other kind is read into memory
AT_ONCE = 3 * MAX_FILE  # bytes of papers in one form: letter, minutes and report, each as large as it may be
JSON = "application/json"
PAPERS = re.compile(r"/ho-so/[^/]+/giay-to|/api/v1/nominations/[^/]+/papers")
WORKBOOK = re.compile(r"/dot/[^/]+/nhap-tep|/api/v1/campaigns/[^/]+/workbooks")
LISTS = re.compile(r"/api/v1/administration/.+")  # of accounts and units, and campaigns' files
MEGABYTES = AT_ONCE // MEGABYTE
TOO_LARGE = f"Các tệp gửi một lần vượt quá {MEGABYTES} MB: hãy gửi làm nhiều lần, hoặc nén tệp."


def largest(path: str, headers: Headers) -> int:
    """How many bytes a body sent to this address may have: its files, and a megabyte for what is around them."""
    if media_of(headers) == FILES:
        if PAPERS.fullmatch(path):
            return AT_ONCE + MEGABYTE
        if WORKBOOK.fullmatch(path):
            return MAX_WORKBOOK + MEGABYTE
    return LARGEST_FORM if is_page(path) or LISTS.fullmatch(path) else LARGEST


def media_wanted(path: str) -> str:
    """The media type of what programs send to this address."""
    return FILES if PAPERS.fullmatch(path) or WORKBOOK.fullmatch(path) else JSON


def media_of(headers: Headers) -> str:
    """The media type of a body, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def too_large_words(path: str, otherwise: str) -> str:
    """What to tell people whose form is too large."""
    return TOO_LARGE if PAPERS.fullmatch(path) else otherwise
