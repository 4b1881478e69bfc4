"""Papers of dossiers: who attaches them when, what is kept of them, who reads them, and what the trail says of it."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from engine import audit
from engine.dossier import load_dossier
from engine.files import attachments, limits
from engine.files.attachments import changeable
from engine.files.listing import attachments_of, attachments_view
from engine.files.reading import hand_out
from engine.files.received import keep, write_content
from engine.views import eyes_in
from rules.attached import Paper, paper_named
from rules.errors import (
    DutiesRefusedError,
    MalformedError,
    NotFoundError,
    RoleRefusedError,
    StateRefusedError,
    VinhDanhError,
)
from rules.vocabulary import Action, Role, State
from tests.engine.files import samples
from tests.engine.files.attaching import attaching, names_of, taking_off, upload
from tests.world import World

OFFICER, HEAD, OTHER = "officer-07282", "head-07282", "officer-07330"


def stored(world: World) -> list[str]:
    return [row.sha256 for row in world.query("SELECT sha256 FROM file ORDER BY sha256")]


def read(world: World, who: str | None, identity: str, attachment: int | None = None) -> tuple[str, bytes]:
    """What somebody is handed: the name, the bytes."""
    file = BytesIO()
    with world.acting(who) as (session, context):
        dossier = load_dossier(session, identity)
        chosen = attachments_of(session, identity)[0].id if attachment is None else attachment
        found = hand_out(session, context, dossier, eyes_in(context), chosen, file)
    return found.name, file.getvalue()


def shown(world: World, who: str | None, identity: str) -> list[dict[str, object]]:
    with world.acting(who) as (session, context):
        return attachments_view(session, load_dossier(session, identity), eyes_in(context))


def test_a_unit_attaches_papers_and_the_trail_names_them(world: World, tmp_path: Path) -> None:
    identity = world.draft()
    letter = upload(tmp_path, samples.pdf(2), Paper.LETTER, "Tờ trình 14 của Nông Thị Mẫu.pdf")
    picture = upload(tmp_path, samples.jpeg(), Paper.OTHER, "ảnh.html")
    (outcome,) = attaching(world, OFFICER, identity, letter, picture)
    assert (outcome.added, outcome.version) == (2, 2)
    assert names_of(world, identity) == [("letter", "Tờ trình 14 của Nông Thị Mẫu.pdf"), ("other", "ảnh.html.jpg")]
    entry = world.entries(identity)[-1]
    assert entry["tag"] == "nomination:paper:attached"
    assert entry["papers"] == [
        {"paper": "letter", "sha256": letter.examined.sha256, "size": letter.examined.size},
        {"paper": "other", "sha256": picture.examined.sha256, "size": picture.examined.size},
    ]
    assert "Mẫu" not in str(entry), "a file's name may be personal: it enters as a commitment only"
    assert hashlib.sha256(samples.jpeg()).hexdigest() == picture.examined.sha256
    assert stored(world) == sorted({letter.examined.sha256, picture.examined.sha256})
    world.assert_sound()


def test_the_same_content_is_stored_once_and_attached_once(world: World, tmp_path: Path) -> None:
    first, second = world.draft(), world.draft()
    outcomes = attaching(world, OFFICER, [first, second, first], upload(tmp_path))
    assert [(outcome.id, outcome.added) for outcome in outcomes] == [(one, 1) for one in sorted([first, second])]
    assert len(stored(world)) == 1
    (again,) = attaching(world, HEAD, first, upload(tmp_path, name="tên khác"))
    assert (again.added, again.version) == (0, 2)
    assert len(world.entries(first)) == 2, "nothing changed, so nothing was written"
    (other,) = attaching(world, HEAD, first, upload(tmp_path, paper=Paper.REPORT))
    assert (other.added, other.version) == (1, 3)
    assert len(stored(world)) == 1
    world.assert_sound()


def test_a_paper_taken_off_is_gone_but_kept_and_may_come_back(world: World, tmp_path: Path) -> None:
    identity = world.draft()
    attaching(world, OFFICER, identity, upload(tmp_path, name="bản một"))
    assert taking_off(world, HEAD, identity) == 3
    assert names_of(world, identity) == []
    assert shown(world, OFFICER, identity) == []
    assert len(stored(world)) == 1
    assert world.entries(identity)[-1]["tag"] == "nomination:paper:removed"
    world.assert_sound()
    attaching(world, OFFICER, identity, upload(tmp_path, name="bản hai"))
    assert names_of(world, identity) == [("letter", "bản hai.pdf")]
    world.assert_sound()


def test_what_is_not_there_cannot_be_taken_off(common: World, tmp_path: Path) -> None:
    mine, other = common.draft(), common.draft()
    attaching(common, OFFICER, mine, upload(tmp_path))
    (there,) = [row.id for row in common.query("SELECT id FROM attachment")]
    for identity, attachment in ((other, there), (mine, there + 1), (mine, 2**62)):
        with pytest.raises(NotFoundError, match="không có giấy tờ này"):
            taking_off(common, OFFICER, identity, attachment)
    taking_off(common, OFFICER, mine, there)
    with pytest.raises(NotFoundError, match="không có giấy tờ này"):
        taking_off(common, OFFICER, mine, there)


@pytest.mark.parametrize(
    "who", ["reviewer", "review-head", "appraiser", "appraisal-head", "clerk", "observer", "admin"]
)
def test_nobody_but_the_unit_changes_the_papers_of_its_dossier(common: World, tmp_path: Path, who: str) -> None:
    identity = common.draft()
    attaching(common, OFFICER, identity, upload(tmp_path))
    with pytest.raises(RoleRefusedError):
        attaching(common, who, identity, upload(tmp_path, paper=Paper.OTHER))
    with pytest.raises(RoleRefusedError):
        taking_off(common, who, identity)
    assert names_of(common, identity) == [("letter", "tờ trình.pdf")]
    assert len(common.entries(identity)) == 2


def test_another_units_dossier_is_none(common: World, tmp_path: Path) -> None:
    mine, theirs = common.draft(), common.draft(unit="07330")
    attaching(common, OTHER, theirs, upload(tmp_path))
    content = samples.pdf(4)
    for ids in ([theirs], [mine, theirs], ["ABCDEFGH"]):
        with pytest.raises(NotFoundError, match="Không có hồ sơ") as caught:
            attaching(common, OFFICER, ids, upload(tmp_path, content))
        assert "07330" not in caught.value.message
    with pytest.raises(NotFoundError, match="Không có hồ sơ"):
        taking_off(common, OFFICER, theirs)
    with pytest.raises(NotFoundError, match="Không có hồ sơ"):
        read(common, OFFICER, theirs)
    assert hashlib.sha256(content).hexdigest() not in stored(common)
    assert names_of(common, mine) == []
    assert names_of(common, theirs) == [("letter", "tờ trình.pdf")]


def test_dossiers_of_several_units_are_not_served_at_once(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "hai-noi", (Role.UNIT_OFFICER, "07282"), (Role.UNIT_OFFICER, "07330"))
    ids = [world.draft(), world.draft(unit="07330")]
    with pytest.raises(MalformedError, match="cùng một đơn vị"):
        attaching(world, "hai-noi", ids, upload(tmp_path))
    assert stored(world) == []


def test_nothing_for_nobody_is_no_request(common: World, tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="tệp nào"):
        attaching(common, OFFICER, common.draft())
    with pytest.raises(MalformedError, match="hồ sơ nào"):
        attaching(common, OFFICER, [], upload(tmp_path))


def test_all_dossiers_or_none(world: World, tmp_path: Path) -> None:
    draft, sent = world.draft(), world.advance(world.draft(), State.SUBMITTED)
    with pytest.raises(StateRefusedError):
        attaching(world, OFFICER, [draft, sent], upload(tmp_path))
    assert names_of(world, draft) == []
    assert stored(world) == []


STATES = [State.SUBMITTED, State.IN_REVIEW, State.SELECTED, State.APPROVED]


@pytest.mark.parametrize("state", STATES)
def test_what_was_sent_stays_as_it_was_sent(common: World, tmp_path: Path, state: State) -> None:
    identity = common.draft()
    attaching(common, OFFICER, identity, upload(tmp_path))
    common.advance(identity, state)
    told = set()
    for who in (OFFICER, HEAD):
        for act in (
            lambda who=who: attaching(common, who, identity, upload(tmp_path, paper=Paper.OTHER)),
            lambda who=who: taking_off(common, who, identity),
        ):
            with pytest.raises(StateRefusedError) as caught:
                act()
            told.add(caught.value.message.partition("”")[0])
    assert told == {
        "Hồ sơ ở trạng thái “Đã nộp, chờ tiếp nhận" if state is State.SUBMITTED else "Hồ sơ ở trạng thái “Đang xem xét"
    }
    with common.acting(OFFICER) as (session, context):
        assert not changeable(context, load_dossier(session, identity))


def test_a_return_opens_the_papers_again_and_what_was_sent_stays_readable(common: World, tmp_path: Path) -> None:
    identity = common.draft()
    sent, never_sent = samples.pdf(2), samples.pdf(3)
    attaching(common, OFFICER, identity, upload(tmp_path, never_sent, name="nhầm"))
    taking_off(common, OFFICER, identity)
    attaching(common, OFFICER, identity, upload(tmp_path, sent, name="đã gửi"))
    common.advance(identity, State.IN_REVIEW)
    common.give_back(identity, anchor="paper:letter")
    with common.acting(OFFICER) as (session, context):
        assert changeable(context, load_dossier(session, identity))
    taking_off(common, OFFICER, identity)
    attaching(common, OFFICER, identity, upload(tmp_path, samples.pdf(4), name="thay"))
    for who in (OFFICER, "reviewer"):
        view = shown(common, who, identity)
        assert [(one["name"], one["replaced"]) for one in view] == [("thay.pdf", False), ("đã gửi.pdf", True)]
        assert read(common, who, identity, int(str(view[1]["id"]))) == ("đã gửi.pdf", sent)
    first = common.query("SELECT min(id) FROM attachment WHERE nomination_id = :id", id=identity)[0][0]
    for reader in (OFFICER, "reviewer", None):
        with pytest.raises(NotFoundError):
            read(common, reader, identity, first)
    common.assert_sound()


def test_the_review_office_attaches_what_it_enters_for_a_unit(common: World, tmp_path: Path) -> None:
    entered = common.draft_by("reviewer")
    attaching(common, "reviewer2", entered, upload(tmp_path))
    assert common.entries(entered)[-1]["stands_in"] is True
    taking_off(common, "review-head", entered)
    attaching(common, OFFICER, entered, upload(tmp_path, paper=Paper.REPORT))
    assert common.entries(entered)[-1]["stands_in"] is False
    with pytest.raises(RoleRefusedError):
        attaching(common, "appraiser", entered, upload(tmp_path))
    common.advance(entered, State.SUBMITTED)
    with pytest.raises(StateRefusedError):
        attaching(common, "reviewer", entered, upload(tmp_path))
    with pytest.raises(DutiesRefusedError):  # who wrote of it does not take it
        common.step(entered, Action.ACCEPT, "reviewer2")
    common.assert_sound()


def test_once_returned_it_is_the_units_own(common: World, tmp_path: Path) -> None:
    entered = common.draft_by("reviewer")
    common.step(entered, Action.SUBMIT, "head")
    common.step(entered, Action.ACCEPT, "reviewer2")
    common.step(entered, Action.RETURN, "reviewer2", findings=(("paper:letter", "Thiếu."),), due=common.today)
    with pytest.raises(StateRefusedError):
        attaching(common, "reviewer", entered, upload(tmp_path))
    attaching(common, OFFICER, entered, upload(tmp_path))


def test_what_offices_read_is_on_the_trail_and_what_the_unit_reads_is_its_own(common: World, tmp_path: Path) -> None:
    identity = common.draft()
    content = samples.pdf(2)
    one = upload(tmp_path, content)
    attaching(common, OFFICER, identity, one)
    reader = common.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    assert read(common, "reviewer", identity) == ("tờ trình.pdf", content)
    entry = common.entries(f"account:{reader}")[-1]
    assert entry["tag"] == "account:paper:read"
    assert (entry["nomination"], entry["sha256"]) == (identity, one.examined.sha256)
    unit = common.query("SELECT id FROM account WHERE name = :name", name=OFFICER)[0].id
    before = len(common.entries(f"account:{unit}"))
    assert read(common, OFFICER, identity)[1] == content
    assert len(common.entries(f"account:{unit}")) == before
    assert read(common, None, identity)[1] == content
    assert common.entries("campaign:thu")[-1]["tag"] == "campaign:paper:read"
    common.assert_sound()


@pytest.mark.parametrize("who", ["observer", "clerk", "admin"])
def test_onlookers_see_that_a_paper_is_there_and_nothing_in_it(common: World, tmp_path: Path, who: str) -> None:
    identity = common.draft()
    attaching(common, OFFICER, identity, upload(tmp_path, name="kỷ luật Nông Thị Mẫu"))
    (view,) = shown(common, who, identity)
    assert (view["label"], view["readable"], view["media"]) == ("Tờ trình", False, "application/pdf")
    assert (view["name"], view["sha256"]) == (None, None)
    assert "kỷ luật" not in str(view)
    with pytest.raises(RoleRefusedError, match="dữ liệu cá nhân"):
        read(common, who, identity)
    (view,) = shown(common, "appraiser", identity)
    assert view["name"] == "kỷ luật Nông Thị Mẫu.pdf"


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> int:
    """A dossier holds as much as three files of one page, and six with what was taken off."""
    size = len(samples.pdf())
    assert (limits.MAX_FILES, limits.MAX_DOSSIER, limits.MAX_KEPT) == (30, 100 * 1024**2, 300 * 1024**2)
    monkeypatch.setattr(attachments, "MAX_FILES", 5)
    monkeypatch.setattr(attachments, "MAX_DOSSIER", 4 * size)
    monkeypatch.setattr(attachments, "MAX_KEPT", 6 * size)
    return size


def test_a_dossier_holds_so_many_files_and_so_much(common: World, tmp_path: Path, small_limits: int) -> None:
    identity = common.draft()
    pictures = [upload(tmp_path, samples.png(n, 1), Paper.OTHER) for n in range(1, 7)]
    with pytest.raises(StateRefusedError, match="chỉ được có 5 tệp"):
        attaching(common, OFFICER, identity, *pictures)
    attaching(common, OFFICER, identity, *pictures[:5])
    with pytest.raises(StateRefusedError, match="chỉ được có 5 tệp"):
        attaching(common, OFFICER, identity, pictures[5])
    full = common.draft()
    attaching(common, OFFICER, full, *(upload(tmp_path, content) for content in different_pages(3)))
    with pytest.raises(StateRefusedError, match="hoặc gỡ bớt"):
        attaching(common, OFFICER, full, *(upload(tmp_path, content) for content in different_pages(5)[3:]))
    assert len(names_of(common, full)) == 3


def test_taking_off_and_attaching_by_turns_does_not_fill_the_disk(
    common: World, tmp_path: Path, small_limits: int
) -> None:
    identity = common.draft()
    for content in different_pages(6)[:5]:
        attaching(common, OFFICER, identity, upload(tmp_path, content))
        taking_off(common, OFFICER, identity)
    with pytest.raises(StateRefusedError, match="kể cả tệp đã gỡ"):
        attaching(common, OFFICER, identity, upload(tmp_path, different_pages(6)[5]), upload(tmp_path, samples.jpeg()))


def different_pages(count: int) -> list[bytes]:
    """As many documents of one page, of almost one size."""
    made = []
    for number in range(count):
        writer = samples.pages()
        writer.add_metadata({"/Title": str(number)})
        made.append(samples.written(writer))
    return made


def test_a_file_that_changes_after_it_was_examined_is_not_stored(common: World, tmp_path: Path) -> None:
    one = upload(tmp_path, samples.pdf(7))
    hostile = samples.in_catalogue(OpenAction=samples.script())
    one.path.write_bytes(hostile)
    with pytest.raises(MalformedError, match="đã thay đổi"), common.database.transaction() as session:
        keep(session, one)
    assert {one.examined.sha256, hashlib.sha256(hostile).hexdigest()}.isdisjoint(stored(common))


def test_a_large_file_is_copied_out_whole(common: World, tmp_path: Path) -> None:
    content = samples.jpeg() + hashlib.shake_256(b"x").digest(3 * 1024**2 + 7)
    one = upload(tmp_path, content)
    file = BytesIO()
    with common.database.transaction() as session:
        keep(session, one)
        write_content(session, one.examined.sha256, file)
    assert file.getvalue() == content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("attachment SET removed_version = NULL WHERE removed_version IS NOT NULL", "giấy tờ đính kèm"),
        ("attachment SET paper = 'report' WHERE removed_version IS NULL", "giấy tờ đính kèm"),
        ("attachment SET account_id = account_id + 1", "giấy tờ đính kèm"),
        ("attachment SET name = 'khác.pdf' WHERE removed_version IS NULL", "file:letter:"),
    ],
)
def test_the_audit_sees_papers_changed_behind_the_trail(world: World, tmp_path: Path, change: str, said: str) -> None:
    identity = world.draft()
    attaching(world, OFFICER, identity, upload(tmp_path, samples.pdf(2)))
    taking_off(world, OFFICER, identity)
    attaching(world, OFFICER, identity, upload(tmp_path))
    world.change(f"UPDATE {change}", owner=True)
    with world.database.transaction() as session:
        problems = audit.verify(session).problems
    assert {problem.subject for problem in problems} == {f"nomination:{identity}"}
    assert any(said in problem.problem for problem in problems)


def test_the_application_can_neither_change_nor_delete_a_file(world: World, tmp_path: Path) -> None:
    attaching(world, OFFICER, world.draft(), upload(tmp_path))
    for statement in ("UPDATE file SET media = 'image/png'", "DELETE FROM file", "DELETE FROM attachment"):
        with pytest.raises(Exception, match="permission denied"):
            world.change(statement)


def test_a_paper_has_a_name_that_is_known() -> None:
    assert paper_named("minutes") is Paper.MINUTES
    with pytest.raises(VinhDanhError, match="letter \\(Tờ trình\\)"):
        paper_named("giấy")
