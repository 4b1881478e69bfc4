"""How much may be uploaded, and why not more."""

from rules.errors import MalformedError

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE  # a report of 30 pages scanned in colour at 300 dpi has 10 to 15
MAX_FILES = 30  # attached to one dossier: three papers required, the rest are confirmations and pictures
MAX_DOSSIER = 100 * MEGABYTE  # of one dossier: its bundle still goes onto a CD, and over a commune's line in minutes
MAX_KEPT = 3 * MAX_DOSSIER  # of one dossier with what was taken off, which stays: nobody fills the disk by turns
MAX_PIXELS = 50_000_000  # A4 at 600 dpi has 35 million, a telephone's camera 12 to 50; decoded, 150 MB of memory


def too_large() -> MalformedError:
    """The refusal of a file over the limit."""
    return MalformedError(
        f"Tệp lớn hơn {MAX_FILE // MEGABYTE} MB; hãy quét ở 200–300 dpi, nén lại hoặc tách thành nhiều tệp."
    )
