"""Papers for tests without a database: a context, a decision of made-up people, and what a PDF says when read back."""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2  # type: ignore[import-untyped]  # it has no types
import yaml

from engine.context import Context, Origin
from engine.papers import press
from engine.papers.certificates import laid_out
from engine.papers.content import certificate_values
from models.campaigns import Decision
from models.chain import canonical
from rules.campaign import parse_campaign
from rules.decision import DecisionState
from tests.world import ROOT

MARK_HEIGHT = 40  # points
SIGNED = date(2025, 12, 22)
FROZEN = date(2025, 12, 18)
SHORTEST, LONGEST = "Lê Ơ", "Công Tằng Tôn Nữ Hoàng Thị Ngọc Bích Thanh Huyền Trang Phương Nghiêm"
FAMILY, MIDDLE = ("Nguyễn", "Nông", "Vi", "Giáp", "Lương", "Ngọc"), ("Thị", "Văn", "Hữu", "Bích", "Thuỳ")
GIVEN = ("Huệ", "Ơn", "Ngữ", "Phượng", "Ẩn", "Khuê", "Ỷ")
ATTACHED = press.Attached(name="danh-sach.json", content='{"Đợt": "thử"}\n'.encode(), description="Thử")


def context(*, rehearsal: bool = False, **papers: Any) -> Context:  # noqa: ANN401 - campaign data
    """The bundled campaign with these changes to its papers, seen by nobody in particular."""
    data = yaml.safe_load((ROOT / "campaigns" / "bang-khen-2021-2025.yaml").read_text(encoding="utf-8"))
    campaign = parse_campaign({**data, "rehearsal": rehearsal, "papers": {**data["papers"], **papers}})
    return Context(
        campaign_id=1, campaign=campaign, decided=False, today=SIGNED, now=datetime(2025, 12, 22, tzinfo=UTC),
        origin=Origin(channel="test", os_user="tester"), actor=None, accounts={}, delegations=(), unit_names={},
    )  # fmt: skip


def award(serial: int, name: str, category: str = "individual", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - field values
    """One line of a set."""
    return {
        "id": f"TEST{serial:04d}", "serial": serial, "category": category, "name": name, "position": "Trưởng thôn",
        "workplace": "UBND xã Đồng Kỳ", "unit": "07282", "unit_name": "Ủy ban nhân dân xã Đồng Kỳ",
        "merit": "Vận động 37 hộ hiến đất làm đường.", **fields,
    }  # fmt: skip


def awards(collectives: int = 15, individuals: int = 30) -> list[dict[str, Any]]:
    """As many awards, every name another; among the individuals the shortest and the longest."""
    groups = [award(n, f"Trường Tiểu học số {n} xã Ngọc Thiện", "collective") for n in range(1, collectives + 1)]
    people = [f"{FAMILY[n % 6]} {MIDDLE[n % 5]} {GIVEN[n % 7]}" for n in range(individuals - 2)]
    named = [*people, SHORTEST, LONGEST][:individuals]
    return groups + [award(collectives + n, name) for n, name in enumerate(named, start=1)]


def decision(lines: Sequence[dict[str, Any]], *, signed: bool = True) -> Decision:
    """The decision on these lines, frozen or signed, in no database."""
    content = canonical({"campaign": "thu", "title": "Đợt thử", "awards": list(lines)})
    made = Decision(id=1, campaign_id=1, state=DecisionState.FROZEN, version=1, frozen_on=FROZEN, content=content)
    made.content_hash = hashlib.sha256(content.encode()).hexdigest()
    if signed:
        made.state, made.number, made.dated, made.signer = (
            DecisionState.SIGNED,
            "09/QĐ-UBND",
            SIGNED,
            "Người Ký Giả Định",
        )
    return made


def certificates(
    lines: Sequence[dict[str, Any]], *, signed: bool = True, rehearsal: bool = False, **sheet: Any  # noqa: ANN401 - mm
) -> bytes:  # fmt: skip
    """The certificates of these lines, on the campaign's sheet with these changes."""
    seen = context(rehearsal=rehearsal, **({"certificate": sheet} if sheet else {}))
    values = laid_out(certificate_values(seen, decision(lines, signed=signed)), seen.campaign.papers.certificate)
    return press.render("certificates.html", values, SIGNED, ATTACHED)


@cache
def forty_five() -> bytes:
    """The certificates of a whole campaign, printed once by each worker."""
    return certificates(awards())


def pages(pdf: bytes) -> list[str]:
    """The text of each page, white space folded."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def letters_only(text: str) -> str:
    """A text without white space: marks across a page are read letter by letter."""
    return re.sub(r"\s+", "", text)


def boxes(pdf: bytes) -> Iterator[tuple[tuple[float, float], list[tuple[float, float, float, float]]]]:
    """Of each page its size and where each character stands (left, bottom, right, top), in points."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        words = page.get_textpage()
        found = [words.get_charbox(n) for n in range(words.count_chars()) if not words.get_text_range(n, 1).isspace()]
        yield page.get_size(), found


def tall_letters(pdf: bytes) -> set[str]:
    """The letters on the first page that are higher than anything but a mark, whatever the order they are read in."""
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    boxed = [(words.get_text_range(n, 1), words.get_charbox(n)) for n in range(words.count_chars())]
    return {letter for letter, (_, low, _, high) in boxed if high - low > MARK_HEIGHT}


if __name__ == "__main__":  # another process says what it makes of the same data
    sys.stdout.write(hashlib.sha256(certificates(awards(2, 3))).hexdigest())
