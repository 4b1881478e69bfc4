"""Which version of the rules found something: a digest of their sources and of the law's data."""

from functools import cache
from hashlib import sha256
from pathlib import Path

LENGTH = 12  # hexadecimal digits kept: enough to tell versions apart, short enough to read out
SOURCES = (
    "citations.yaml",
    "parameters.yaml",
    "dates.py",
    "text.py",
    "registry.py",
    "screening.py",
    "eligibility/*.py",
)


@cache
def ruleset() -> str:
    """The version of the rules, read once, when something is screened."""
    here = Path(__file__).parent
    digest = sha256()
    for path in sorted(path for pattern in SOURCES for path in here.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(here).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:LENGTH]
