"""Every page there is, with addresses to look at and who sees them: written by hand, held against the routes.

A route that has no line here turns tests/web/test_places.py red, and a line that has no route too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.web.matrix import PEOPLE
from tests.web.showcase import Showcase
from tests.web.standings import DECIDED, UNDECIDED

UNIT = frozenset({"unit_officer", "unit_head"})
REVIEW = frozenset({"review_officer", "review_head"})
APPRAISAL = frozenset({"appraisal_officer", "appraisal_head"})
ADMINISTRATOR = frozenset({"administrator"})
OFFICES = REVIEW | APPRAISAL | ADMINISTRATOR | {"decision_clerk", "observer"}
ANYBODY = UNIT | OFFICES | {"another_unit"}
NAMES = {role: here for role, (here, _) in PEOPLE.items()} | {"another_unit": "head-07330"}
OURS = (*UNDECIDED, *DECIDED, "collective", "long", "asked", "unknown")
THEIRS = ("theirs", "theirs_collective", "theirs_draft")


@dataclass(frozen=True, slots=True)
class Place:
    """A page: addresses to look at (`<draft>` stands for a dossier), whom it answers, and with which status."""

    addresses: tuple[str, ...]
    seen_by: frozenset[str]
    status: int = 200


def dossiers(pattern: str, names: tuple[str, ...] = OURS) -> tuple[str, ...]:
    """An address for each of these dossiers, `{}` in the pattern."""
    return tuple(pattern.format(f"<{name}>") for name in names)


# Route → what to look at. Where units and offices see different dossiers, a route has several.
PLACES: dict[str, tuple[Place, ...]] = {
    "/": (Place(("/",), ANYBODY, 303),),
    "/dang-nhap": (Place(("/dang-nhap", "/dang-nhap?tiep=/dot/thu"), ANYBODY | {"nobody"}),),
    "/dang-nhap/chung": (Place(("/dang-nhap/chung",), frozenset()),),  # no provider is configured here
    "/dang-nhap/chung/ve": (Place(("/dang-nhap/chung/ve",), frozenset()),),
    "/quen-mat-khau": (Place(("/quen-mat-khau",), ANYBODY | {"nobody"}),),
    "/mat-khau/{link}": (Place(("/mat-khau/khong-co-lien-ket-nay",), frozenset()),),
    "/tai-khoan": (Place(("/tai-khoan",), ANYBODY),),
    "/dot/{code}": (Place(("/dot/<campaign>", "/dot/<done>"), ANYBODY),),
    "/dot/{code}/ho-so": (
        Place(
            (
                "/dot/<campaign>/ho-so",
                "/dot/<campaign>/ho-so?q=nong+thi&trang-thai=submitted&xep=ten",
                "/dot/<campaign>/ho-so?q=khong-co-ai",
                "/dot/<done>/ho-so",
            ),
            OFFICES,
        ),
    ),
    "/ho-so/{identity}": (
        Place(dossiers("/ho-so/{}"), UNIT | OFFICES),
        Place(dossiers("/ho-so/{}", THEIRS), OFFICES | {"another_unit"}),
    ),
    "/ho-so/{identity}/phien-ban/{version}": (
        Place(dossiers("/ho-so/{}/phien-ban/1", ("in_review", "collective", "theirs")), OFFICES),
    ),
    "/ho-so/{identity}/giay-to/{attachment}": (
        Place(("/ho-so/<asked>/giay-to/<paper>",), UNIT | REVIEW | APPRAISAL),
        Place(("/ho-so/<theirs_draft>/giay-to/<their_paper>",), REVIEW | APPRAISAL | {"another_unit"}),
        Place(("/ho-so/<asked>/giay-to/<their_paper>", "/ho-so/<draft>/giay-to/<paper>"), frozenset()),
    ),
    "/dot/{code}/nhat-ky": (
        Place(("/dot/<campaign>/nhat-ky", "/dot/<campaign>/nhat-ky?ho-so=<theirs>", "/dot/<done>/nhat-ky"), OFFICES),
    ),
    "/dot/{code}/xep-hang": (
        Place(
            ("/dot/<campaign>/xep-hang", "/dot/<campaign>/xep-hang?loai=collective", "/dot/<done>/xep-hang"), OFFICES
        ),
    ),
    # to who may take no step of many dossiers it only says so
    "/dot/{code}/ke-hoach": (Place(("/dot/<campaign>/ke-hoach", "/dot/<done>/ke-hoach"), ANYBODY),),
    "/dot/{code}/quyet-dinh": (Place(("/dot/<campaign>/quyet-dinh", "/dot/<done>/quyet-dinh"), OFFICES),),
    "/dot/{code}/quyet-dinh/van-ban/{name}": (Place(("/dot/<done>/quyet-dinh/van-ban/danh-sach-xong.json",), OFFICES),),
    "/dot/{code}/to-trinh": (Place(("/dot/<campaign>/to-trinh", "/dot/<done>/to-trinh"), OFFICES),),
    "/dot/{code}/to-trinh/{submission}/{form}": (Place(("/dot/<campaign>/to-trinh/<submission>/json",), OFFICES),),
    "/dot/{code}/qua-han": (Place(("/dot/<campaign>/qua-han", "/dot/<done>/qua-han"), OFFICES),),
    "/dot/{code}/ket-thuc": (Place(("/dot/<campaign>/ket-thuc", "/dot/<done>/ket-thuc"), OFFICES),),
    "/dot/{code}/don-vi": (Place(("/dot/<campaign>/don-vi", "/dot/<done>/don-vi"), UNIT | {"another_unit"}),),
    "/dot/{code}/don-vi/moi/{category}": (
        Place(
            ("/dot/<campaign>/don-vi/moi/individual", "/dot/<campaign>/don-vi/moi/collective"),
            UNIT | {"another_unit"},
        ),
    ),
    "/dot/{code}/don-vi/nop": (Place(("/dot/<campaign>/don-vi/nop",), frozenset({"unit_head", "another_unit"})),),
    "/dot/{code}/don-vi/to-trinh": (
        Place(("/dot/<campaign>/don-vi/to-trinh",), UNIT | {"another_unit"}),
        Place(("/dot/<campaign>/don-vi/to-trinh?ho-so=<draft>",), UNIT),
    ),
    "/dot/{code}/don-vi/to-trinh.pdf": (Place(("/dot/<campaign>/don-vi/to-trinh.pdf?ho-so=<draft>",), UNIT),),
    "/dot/{code}/nhap-tep": (Place(("/dot/<campaign>/nhap-tep",), UNIT | REVIEW | {"another_unit"}),),
    "/dot/{code}/mau-ho-so.xlsx": (Place(("/dot/<campaign>/mau-ho-so.xlsx",), ANYBODY),),  # it holds nothing
    "/ho-so/{identity}/sua": (
        Place(dossiers("/ho-so/{}/sua", ("draft", "returned", "asked")), UNIT),
        Place(("/ho-so/<theirs_draft>/sua",), frozenset({"another_unit"})),
    ),
    "/dot/{code}/xac-minh": (Place(("/dot/<campaign>/xac-minh", "/dot/<done>/xac-minh"), OFFICES),),
    **{
        f"/quan-tri{rest}": (Place((f"/quan-tri{rest}",), frozenset({"administrator"})),)
        for rest in ("", "/don-vi", "/tai-khoan", "/uy-quyen", "/canh-bao")
    },
    "/quan-tri/dot/{code}": (Place(("/quan-tri/dot/<campaign>",), frozenset({"administrator"})),),
    "/thong-bao": (Place(("/thong-bao",), ANYBODY),),
    "/thong-bao/{key}": (Place(("/thong-bao/<letter>",), frozenset({"unit_head"})),),
}


def everything_to_see(showcase: Showcase, role: str) -> Iterator[tuple[str, str, int | None]]:
    """(route, address, the status for this role; None: a refusal) of every page."""
    for route, places in PLACES.items():
        for place in places:
            for pattern in place.addresses:
                yield route, showcase.address(pattern), place.status if role in place.seen_by else None
