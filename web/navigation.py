"""The menu: what each role comes to do, in the campaign it looks at."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.eyes import Eyes
from engine.known import Outline
from engine.visitors import Visitor
from rules.vocabulary import Role

Shown = Callable[[Visitor, Eyes], bool]
REVIEW = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
APPRAISAL = (Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)
DECIDING = (*APPRAISAL, Role.DECISION_CLERK, Role.OBSERVER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu; `path` is under the campaign unless it begins with a slash."""

    label: str
    path: str
    shown: Shown


MENU: tuple[Entry, ...] = (
    Entry("Tổng quan", "", lambda _, __: True),
    Entry("Hồ sơ của đơn vị", "don-vi", lambda v, _: v.holds(Role.UNIT_OFFICER, Role.UNIT_HEAD)),
    Entry("Hồ sơ", "ho-so", lambda _, eyes: eyes.overview),
    Entry("Ý kiến cơ quan", "xac-minh", lambda v, _: v.holds(*REVIEW, *APPRAISAL)),
    Entry("Xếp thứ tự", "xep-hang", lambda _, eyes: eyes.overview),
    Entry("Xử lý hàng loạt", "ke-hoach", lambda v, _: v.holds(*REVIEW, Role.APPRAISAL_OFFICER)),
    Entry("Tờ trình", "to-trinh", lambda v, _: v.holds(*REVIEW, Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)),
    Entry("Quá hạn", "qua-han", lambda v, _: v.holds(*REVIEW, Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)),
    Entry("Quyết định", "quyet-dinh", lambda v, _: v.holds(*REVIEW, *DECIDING)),
    Entry("Nhật ký", "nhat-ky", lambda _, eyes: eyes.overview),
    Entry("Quản trị", "/quan-tri", lambda v, _: v.holds(Role.ADMINISTRATOR)),
)


def entries(visitor: Visitor, campaign: Outline | None, path: str) -> list[tuple[str, str, str]]:
    """(label, address, its `aria-current`: "page", "true" for a page under it, or "") of what this account is shown."""
    if campaign is None:
        return [("Quản trị", "/quan-tri", standing("/quan-tri", path))] if visitor.holds(Role.ADMINISTRATOR) else []
    eyes = visitor.eyes(campaign)
    base = f"/dot/{campaign.code}"
    if path.startswith("/ho-so/"):  # a dossier lies under the list on which it is found
        path = f"{base}/{'ho-so' if eyes.overview else 'don-vi'}{path.removeprefix('/ho-so')}"
    found = []
    for entry in MENU:
        if entry.shown(visitor, eyes):
            address = entry.path if entry.path.startswith("/") else f"{base}/{entry.path}".rstrip("/")
            found.append((entry.label, address, standing(address, path, has_pages=address != base)))
    return found


def standing(address: str, path: str, *, has_pages: bool = True) -> str:
    """How an entry stands to the present page."""
    if path == address:
        return "page"
    return "true" if has_pages and path.startswith(f"{address}/") else ""
