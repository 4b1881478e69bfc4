"""Marks of lists: whoever acts on a whole list may say which they were shown, and acts on no other."""

from rules.errors import StaleError

DECIDED = "Danh sách vừa thay đổi so với khi bạn xem. Hãy xem lại rồi thực hiện lại."
SELECTED = "Danh sách được lựa chọn đã khác với khi bạn xem. Hãy xem lại rồi trình."


def require_shown(shown: str | None, present: str, changed: str) -> None:
    """StaleError, in these words, if somebody was `shown` a list of another mark (None: they do not say which)."""
    if shown not in {None, present}:
        raise StaleError(changed)
