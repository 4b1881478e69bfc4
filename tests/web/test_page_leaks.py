"""What nobody may learn from any page or from the API: other units' dossiers, what is under embargo or sensitive.

The strongest tests compare all a unit can read before and after something happened that it must not notice.
"""

import re
from collections.abc import Iterator
from difflib import unified_diff

import httpx
import pytest

from engine import review
from rules.vocabulary import Action, Kind, State
from tests.web.browser import Browser, Page, browser
from tests.web.client import Caller, Portal
from tests.web.conftest import As, At
from tests.web.places import NAMES, PLACES, everything_to_see
from tests.web.showcase import SECRETS, THEIR_PAPER, Showcase, hidden
from tests.web.standings import CITED, DUE
from tests.world import CODE, World

pytestmark = pytest.mark.wide

NUMBER = re.compile(r"(?<!\d)099\d{9}(?!\d)")
# What differs each time a page is asked for, and only that: a moment in a dossier's history must not.
PASSING = re.compile(
    r'name="opening" value="[0-9a-f]+-[0-9a-f]+"'  # when a form was opened, and chance
    r"|(In lúc|Dùng lần cuối:) \d\d:\d\d \d\d/\d\d/\d{4}"  # when a page is printed, and a session was used
)
# Answers of dossiers in the showcase that only who needs them may read, and what was said about them.
SENSITIVE = ("Nùng", "Phù Lá", "Khiển trách 2019")
ONLOOKERS = ("decision_clerk", "observer", "administrator")
OFFICE_FORMS = (
    "diem", "ket-luan", "giai-trinh", "dinh-chinh", "khong-tham-gia", "cong-bo", "xac-minh", "xac-minh/tra-loi",
)  # fmt: skip
FORGED = {
    "points": "9", "rule": "conduct.no_breach", "verdict": "pass", "reason": "Vì.", "anchor": "field:merit",
    "text": "X", "field": "position", "value": "X", "agency": "Công an tỉnh", "result": "clear",
}  # fmt: skip
API = ("/campaigns", f"/campaigns/{CODE}", "/nominations", "/nominations?q=kin", "/nominations?limit=1")


def all_pages(somebody: Browser, showcase: Showcase, role: str) -> Iterator[tuple[str, httpx.Response]]:
    """Every page there is, refusals too, as this role meets it."""
    for _, address, _ in everything_to_see(showcase, role):
        yield address, somebody.get(address, follow=False).answer


def everything_in_the_api(caller: Caller, ids: Iterator[str]) -> Iterator[tuple[str, httpx.Response]]:
    """Every reading request about the campaign, and about each of these dossiers."""
    paths = [*API, *(f"/nominations/{one}{more}" for one in ids for more in ("", "/trail", "/explain"))]
    yield from ((path, caller.call("GET", path)) for path in paths)


@pytest.mark.parametrize("role", ["unit_officer", "unit_head"])
def test_no_page_tells_a_unit_a_word_of_another_units_dossiers(showcase: Showcase, portal: Portal, role: str) -> None:
    theirs = [showcase.ids[name] for name in ("theirs", "theirs_collective", "theirs_draft")]
    secrets = (*SECRETS, THEIR_PAPER, "Vi Văn Mình", *theirs)
    told = []
    with (somebody := browser(portal, showcase.world, NAMES[role])).client:
        for address, answer in all_pages(somebody, showcase, role):
            asked = str(answer.url)  # an address that names it says nothing new
            told += [f"{address}: {secret}" for secret in secrets if secret in answer.text and secret not in asked]
    caller = portal.client(showcase.world, NAMES[role])
    for path, answer in everything_in_the_api(caller, iter(showcase.ids.values())):
        told += [f"{path}: {secret}" for secret in secrets if secret in answer.text and secret not in path]
    assert told == []


def test_the_words_are_there_for_those_who_may_read_them(showcase: Showcase, portal: Portal) -> None:
    """Else the test above would find nothing because there is nothing."""
    with (somebody := browser(portal, showcase.world, "reviewer")).client:
        read = "".join(answer.text for _, answer in all_pages(somebody, showcase, "review_officer"))
    assert [word for word in (*SECRETS, *SENSITIVE, "Vi Văn Mình") if word not in read] == []


@pytest.mark.parametrize("name", ["theirs", "theirs_collective", "theirs_draft"])
def test_another_units_dossier_is_as_one_that_does_not_exist(showcase: Showcase, portal: Portal, name: str) -> None:
    theirs, nothing = showcase.ids[name], "ZZZZZZZZ"
    patterns = [place.addresses[0] for route, places in PLACES.items() if "{identity}" in route for place in places[:1]]
    with (somebody := browser(portal, showcase.world, "head-07282")).client:
        for pattern in patterns:
            address = re.sub(r"/ho-so/<[^/]*>", "/ho-so/…", pattern)
            address = showcase.address(address)
            one, other = (somebody.get(address.replace("…", identity)) for identity in (theirs, nothing))
            assert (one.status, other.status) == (404, 404), address
            assert one.answer.text.replace(theirs, nothing) == other.answer.text


def words_of(page: Page) -> str:
    """A page as it must stay: without what differs each time it is asked for; of a file only that it is there."""
    return PASSING.sub("", page.answer.text) if page.is_html else str(page.status)


def reading(at: At, as_: As, ids: list[str]) -> dict[str, str]:
    """All the head of unit 07282 can read: pages, lists searched and filtered, the API."""
    somebody, read = at("head-07282"), {}
    world = Showcase(somebody.world, somebody.world, {"campaign": CODE, "done": CODE})
    for route, places in PLACES.items():
        for address in (address for place in places for address in place.addresses):
            if "{identity}" not in route and not re.search(r"<(?!campaign|done)", address):
                page = somebody.get(world.address(address), follow=False)
                read[address] = words_of(page)
    for one in ids:
        for route in (route for route in PLACES if route.startswith("/ho-so/{identity}") and route.count("{") == 1):
            read[f"{route} {one}"] = words_of(somebody.get(route.format(identity=one), follow=False))
    for path, answer in everything_in_the_api(as_("head-07282"), iter(ids)):
        read[path] = answer.text
    return read


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Where something else is read than before, and what."""
    return [
        f"{what}: {line.strip()[:300]}"
        for what in before
        if before[what] != after[what]
        for line in unified_diff(before[what].splitlines(), after[what].splitlines(), n=0, lineterm="")
    ]


def test_nothing_another_unit_does_can_be_noticed(world: World, at: At, as_: As) -> None:
    ours = [world.draft(), world.advance(world.draft(Kind.COLLECTIVE), State.IN_REVIEW)]
    ours.append(world.advance(world.draft(), State.IN_REVIEW))
    before = reading(at, as_, ours)
    theirs = [hidden(world, kind) for kind in (Kind.INDIVIDUAL, Kind.COLLECTIVE)]
    assert changed(before, reading(at, as_, ours)) == [], "drafts"
    for one in theirs:
        world.advance(one, State.SELECTED)
    world.advance(world.draft(unit="07330"), State.SUBMITTED)
    with world.acting("reviewer2") as (session, context):
        review.score(session, context, theirs[0], "91")
    assert changed(before, reading(at, as_, ours)) == [], "selected and scored"
    world.forward()
    world.step(theirs[0], Action.REFUSE, "appraisal-head", reason=CITED)
    world.step(theirs[1], Action.QUERY, "appraiser", findings=(("field:merit", "Bổ sung."),), due=DUE)
    assert changed(before, reading(at, as_, ours)) == [], "refused and queried"


def test_not_even_that_another_unit_names_the_same_person(world: World, at: At, as_: As) -> None:
    ours = [world.draft(cccd="099180123456"), world.advance(world.draft(name="Lý Văn Trùng"), State.IN_REVIEW)]
    before = reading(at, as_, ours)
    world.advance(world.draft(unit="07330", cccd="099180123456"), State.SUBMITTED)
    world.advance(world.draft(unit="07330", name="Lý Văn Trùng", cccd=None), State.SUBMITTED)
    assert changed(before, reading(at, as_, ours)) == []


def test_under_embargo_nothing_of_ones_own_dossier_changes_whatever_its_state(world: World, at: At, as_: As) -> None:
    ours = [world.advance(world.draft(), State.IN_REVIEW) for _ in range(2)]
    before = reading(at, as_, ours)
    one, other = ours
    with world.acting("reviewer2") as (session, context):
        review.score(session, context, one, "91")
    for state in (State.ENDORSED, State.SELECTED, State.IN_APPRAISAL, State.APPROVED, State.LISTED):
        world.advance(one, state)
        assert changed(before, reading(at, as_, ours)) == [], state
    world.step(other, Action.DECLINE, "review-head", reason=CITED)
    assert changed(before, reading(at, as_, ours)) == [], "declined"
    world.freeze()
    assert changed(before, reading(at, as_, ours)) == [], "frozen"


def test_a_unit_that_forges_an_offices_form_hears_of_no_version(world: World, at: At) -> None:
    """The version counts what the offices did: asked with every one of them, the answer is the same."""
    one = world.advance(world.draft(), State.SELECTED)
    head = at("head-07282")
    token = head.get(f"/ho-so/{one}").all("//input[@name='_csrf']/@value")[0]
    told = {}
    for path in OFFICE_FORMS:
        heard = [head.post(f"/ho-so/{one}/{path}", {"_csrf": token, "version": str(v), **FORGED}) for v in range(1, 9)]
        told[path] = {(page.status, *page.alerts) for page in heard}
        assert not any("phiên bản" in page.text for page in heard), path
    assert {path: [status for status, *_ in answers] for path, answers in told.items()} == {
        path: [404 if path == "giai-trinh" else 403] for path in OFFICE_FORMS
    }
    assert world.look(one).version == 5


@pytest.mark.parametrize("role", ONLOOKERS)
def test_onlookers_read_nothing_sensitive_anywhere(showcase: Showcase, portal: Portal, role: str) -> None:
    told = []
    with (somebody := browser(portal, showcase.world, NAMES[role])).client:
        for address, answer in all_pages(somebody, showcase, role):
            told += [f"{address}: {word}" for word in (*SENSITIVE, *NUMBER.findall(answer.text)) if word in answer.text]
    caller = portal.client(showcase.world, NAMES[role])
    for path, answer in everything_in_the_api(caller, iter(showcase.ids.values())):
        told += [f"{path}: {word}" for word in (*SENSITIVE, *NUMBER.findall(answer.text)) if word in answer.text]
    assert told == []


@pytest.mark.parametrize("role", ONLOOKERS)
def test_a_search_does_not_tell_onlookers_whose_number_it_is(showcase: Showcase, portal: Portal, role: str) -> None:
    address = f"/dot/{CODE}/ho-so?q={SECRETS[1]}"
    with (somebody := browser(portal, showcase.world, NAMES[role])).client:
        assert showcase.ids["theirs"] not in somebody.get(address).answer.text
    with (judge := browser(portal, showcase.world, "reviewer")).client:
        assert judge.get(address).status == 200


@pytest.mark.parametrize("role", ["unit_head", "review_officer", "appraisal_head"])
def test_every_sight_of_a_cccd_number_is_on_the_trail(showcase: Showcase, portal: Portal, role: str) -> None:
    world, silent, shown = showcase.world, [], 0
    numbers = {row.cccd: row.id for row in world.query("SELECT fields->>'cccd' AS cccd, id FROM nomination")}

    def noted() -> set[tuple[str, int, str]]:
        return {
            tuple(row) for row in world.query("SELECT subject, seq, body FROM trail WHERE tag = 'account:cccd:seen'")
        }

    with (somebody := browser(portal, world, NAMES[role])).client:
        for _, address, _ in everything_to_see(showcase, role):
            before = noted()
            read = set(NUMBER.findall(somebody.get(address, follow=False).answer.text)) & numbers.keys()
            new = noted() - before if read else ()
            shown += len(read)
            silent += [f"{address}: {one}" for one in read if not any(numbers[one] in body for _, _, body in new)]
    assert silent == []
    assert shown > 0
