"""One dossier as a ZIP: everything for those who may have it, and for others a list of what is withheld and why."""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine import audit, campaigns
from engine.bundle import Made, make_bundle
from engine.views import eyes_in
from rules.attached import Paper
from rules.errors import NotFoundError
from rules.vocabulary import Action, State
from tests.engine.files import samples
from tests.engine.files.attaching import attaching, taking_off, upload
from tests.world import IN_INTAKE, World

OFFICER = "officer-07282"
CCCD = "099180123456"
SECRETS = (CCCD, "Sán Dìu", "Đang bị thanh tra", "kỷ luật cảnh cáo")
WHY = "Còn kỷ luật cảnh cáo theo mục II.2.c Kế hoạch."


@dataclass(frozen=True)
class Opened:
    """A bundle as somebody opens it."""

    made: Made
    content: bytes

    @property
    def members(self) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(self.content)) as archive:
            assert archive.testzip() is None
            return {info.filename: archive.read(info) for info in archive.infolist()}

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(BytesIO(self.content)) as archive:
            return archive.namelist()

    def data(self, name: str) -> Any:  # noqa: ANN401 - one JSON document
        return json.loads(self.members[name])

    def everything(self) -> str:
        """All its text, letters decoded."""
        letters = [self.letter(name) for name in self.names if name.endswith(".eml")]
        plain = [content.decode("utf-8", "replace") for name, content in self.members.items()]
        return "\n".join([*self.names, *plain, *letters])

    def letter(self, name: str) -> str:
        message = message_from_bytes(self.members[name], policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return f"{message['Subject']}\n{body.get_content()}"


def bundle(world: World, who: str | None, identity: str, today: date | None = None) -> Opened:
    file = BytesIO()
    with world.acting(who, today) as (session, context):
        made = make_bundle(session, context, identity, eyes_in(context), file)
    return Opened(made, file.getvalue())


@pytest.fixture(scope="module")
def declined(common: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Such a dossier in the world that the tests of this module share."""
    return decline(common, tmp_path_factory.mktemp("declined"))


def decline(world: World, tmp_path: Path) -> str:
    """A dossier with papers, sensitive answers, a return about one of them, and a held outcome."""
    identity = world.draft(cccd=CCCD, ethnicity="Sán Dìu", pending="Đang bị thanh tra", breach="kỷ luật cảnh cáo")
    old = upload(tmp_path, samples.pdf(2), Paper.LETTER, "tờ trình cũ")
    attaching(world, OFFICER, identity, old, upload(tmp_path, samples.jpeg(), Paper.OTHER, "ảnh"))
    world.advance(identity, State.IN_REVIEW)
    question = (("field:breach", "Nói rõ việc kỷ luật cảnh cáo."), ("paper:letter", "Chưa đóng dấu."))
    world.step(identity, Action.RETURN, "reviewer", findings=question, due=date(2025, 11, 28))
    taking_off(world, OFFICER, identity)
    attaching(world, OFFICER, identity, upload(tmp_path, samples.pdf(3), Paper.LETTER, "tờ trình mới"))
    for anchor, _ in question:
        world.answer(identity, anchor)
    world.step(identity, Action.SUBMIT, "head")
    world.step(identity, Action.ACCEPT, "reviewer")
    world.step(identity, Action.DECLINE, "review-head", reason=WHY)
    return identity


PAPERS = ["giay-to/01-tờ trình mới.pdf", "giay-to/02-ảnh.jpg", "giay-to-da-thay/03-tờ trình cũ.pdf"]
ALWAYS = ["ho-so.json", "nhat-ky.json", "MUC-LUC.txt", "manifest.json"]


def test_an_office_gets_everything(common: World, declined: str) -> None:
    opened = bundle(common, "appraiser", declined)
    letters = [name.split("-", 1)[1] for name in opened.names if name.startswith("thu/")]
    assert letters.count("decline.unit.eml") == 3, "the address of the dossier, the officer and the head; still held"
    assert set(opened.names) > {*ALWAYS, "ra-soat.json", "nhat-ky.jsonl", *PAPERS}
    assert opened.members[PAPERS[0]] == samples.pdf(3)
    assert opened.members[PAPERS[1]] == samples.jpeg()
    assert opened.members[PAPERS[2]] == samples.pdf(2)
    assert opened.data("ho-so.json")["fields"]["cccd"] == CCCD
    assert [one["name"] for one in opened.data("ho-so.json")["attachments"]] == [
        "tờ trình mới.pdf",
        "ảnh.jpg",
        "tờ trình cũ.pdf",
    ]
    findings = {one["rule"]: one for one in opened.data("ra-soat.json")["findings"]}
    assert findings["conduct.no_pending_matter"]["verdict"] == "fail"
    assert "Điều 4" in findings["conduct.no_pending_matter"]["citation"]
    assert opened.data("ra-soat.json")["overall"] == "ineligible"
    past = [entry["tag"] for entry in opened.data("nhat-ky.json")["trail"]]
    assert past == [entry["tag"] for entry in common.entries(declined)]
    assert past.count("nomination:paper:attached") == 2
    assert opened.data("manifest.json")["withheld"] == []
    assert [secret for secret in SECRETS if secret not in opened.everything()] == []
    assert WHY in opened.everything()
    common.assert_sound()


@pytest.mark.parametrize("who", ["observer", "clerk", "admin"])
def test_onlookers_get_what_is_not_sensitive_and_are_told_what_is_missing(
    common: World, declined: str, who: str
) -> None:
    opened = bundle(common, who, declined)
    said = opened.everything()
    assert [secret for secret in (*SECRETS, WHY, "tờ trình mới", "ảnh.jpg") if secret in said] == []
    assert not any(name.startswith("giay-to") for name in opened.names)
    assert {*ALWAYS, "ra-soat.json", "nhat-ky.jsonl"} <= set(opened.names)
    letters = {name.split("-", 1)[1] for name in opened.names if name.startswith("thu/")}
    assert letters == {"submit.unit.eml", "submit.review_office.eml", "accept.unit.eml"}
    withheld = {one["what"]: one["why"] for one in opened.data("manifest.json")["withheld"]}
    assert "ho-so.json: ethnicity, cccd, breach, pending" in withheld
    hidden = [what for what in withheld if what.startswith("thu/")]
    assert {what.split("-", 1)[1].partition(".eml")[0] for what in hidden} == {"return.unit", "decline.unit"}
    assert f"Giấy tờ: Tờ trình (application/pdf, {len(samples.pdf(3))} byte)" in withheld
    assert len([what for what in withheld if what.startswith("Giấy tờ")]) == 3
    assert all("nhạy cảm" in why for why in withheld.values())
    contents = opened.members["MUC-LUC.txt"].decode("utf-8-sig")
    assert "Không có trong gói này:" in contents
    assert all(f"- {what}: {why}." in contents for what, why in withheld.items())
    assert opened.data("ho-so.json")["state"] == "declined"
    assert "cccd" not in opened.data("ho-so.json")["fields"]


def test_the_unit_gets_its_own_and_nothing_of_what_is_under_embargo(common: World, declined: str) -> None:
    waiting = common.draft(cccd="099180654321")
    common.advance(waiting, State.IN_REVIEW)
    opened = bundle(common, OFFICER, declined)
    said = opened.everything()
    assert opened.data("ho-so.json")["state"] == "in_review"
    assert opened.data("ho-so.json")["label"] == "Đang xem xét"
    assert "nhat-ky.jsonl" not in opened.names
    assert "ra-soat.json" not in opened.names
    assert "decline" not in said
    assert WHY not in said
    assert [
        word for word in ("declined", "review_office", "review_officer", "review-head", "reviewer") if word in said
    ] == []
    letters = {name.split("-", 1)[1] for name in opened.names if name.startswith("thu/")}
    assert letters == {"submit.unit.eml", "accept.unit.eml", "return.unit.eml"}
    assert opened.members[PAPERS[0]] == samples.pdf(3)
    assert opened.data("ho-so.json")["fields"]["cccd"] == CCCD
    assert [one["what"] for one in opened.data("manifest.json")["withheld"]] == [
        "ra-soat.json",
        "nhat-ky.jsonl và phần việc của các cơ quan",
    ]
    other = bundle(common, OFFICER, waiting)
    assert other.data("manifest.json")["withheld"] == opened.data("manifest.json")["withheld"]


def test_the_unit_reads_the_outcome_once_it_is_released(world: World, tmp_path: Path) -> None:
    declined = decline(world, tmp_path)
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [declined])
    opened = bundle(world, OFFICER, declined)
    assert opened.data("ho-so.json")["state"] == "declined"
    assert any(name.endswith("decline.unit.eml") for name in opened.names)


def test_a_unit_that_still_writes_gets_its_verdicts(world: World) -> None:
    opened = bundle(world, OFFICER, world.draft(merit=None))
    findings = {one["rule"]: one["verdict"] for one in opened.data("ra-soat.json")["findings"]}
    assert findings["merit.described"] == "unknown"


def test_another_units_dossier_is_none(common: World, declined: str) -> None:
    for identity in (declined, "ABCDEFGH"):
        with pytest.raises(NotFoundError, match="Không có hồ sơ"):
            bundle(common, "officer-07330", identity)
    reader = common.query("SELECT id FROM account WHERE name = 'officer-07330'")[0].id
    assert [entry for entry in common.entries(f"account:{reader}") if "bundle" in entry["tag"]] == []


def test_the_same_data_give_the_same_bytes(common: World, declined: str) -> None:
    first, again = bundle(common, "observer", declined), bundle(common, "observer", declined)
    assert first.content == again.content
    common.deliver()
    assert bundle(common, "observer", declined).content == first.content, "whether a letter went says nothing of it"
    tomorrow = bundle(common, "observer", declined, IN_INTAKE + timedelta(days=1))
    assert tomorrow.data("manifest.json")["today"] == "2025-11-21"
    attached = bundle(common, "reviewer", declined).content
    assert bundle(common, "appraiser", declined).content == attached, "the same eyes, the same bytes"


def test_every_member_has_the_hash_that_is_told_of_it(common: World, declined: str) -> None:
    opened = bundle(common, "reviewer", declined)
    told = {one["name"]: (one["sha256"], one["size"]) for one in opened.data("manifest.json")["entries"]}
    members = opened.members
    assert told.keys() == members.keys() - {"manifest.json"}
    assert told == {name: (hashlib.sha256(members[name]).hexdigest(), len(members[name])) for name in told}
    contents = opened.members["MUC-LUC.txt"].decode("utf-8-sig")
    assert all(f"{digest}  " in contents for name, (digest, _) in told.items() if name != "MUC-LUC.txt")
    assert opened.made.sha256 == hashlib.sha256(opened.content).hexdigest()
    assert opened.made.size == len(opened.content)


def test_members_tell_no_hour_and_are_stored_as_they_are(common: World, declined: str) -> None:
    with zipfile.ZipFile(BytesIO(bundle(common, "reviewer", declined).content)) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert not any(".." in info.filename or info.filename.startswith("/") or "\\" in info.filename for info in infos)


@pytest.mark.parametrize("who", ["observer", "appraiser"])
def test_the_chain_in_it_verifies_by_itself_and_any_change_is_noticed(
    common: World, declined: str, tmp_path: Path, who: str
) -> None:
    chain = bundle(common, who, declined).members["nhat-ky.jsonl"]
    path = tmp_path / "nhat-ky.jsonl"
    path.write_bytes(chain)
    verified = audit.verify_export(path)
    assert (verified.ok, verified.checked) == (True, len(common.entries(declined)))
    path.write_bytes(chain.replace(b"review_officer", b"review_offices", 1))
    assert not audit.verify_export(path).ok


def test_its_making_is_on_the_readers_trail(world: World, tmp_path: Path) -> None:
    declined = decline(world, tmp_path)
    for who, sensitive in (("observer", False), ("reviewer", True), (OFFICER, True)):
        made = bundle(world, who, declined).made
        reader = world.query("SELECT id FROM account WHERE name = :name", name=who)[0].id
        entry = world.entries(f"account:{reader}")[-1]
        assert entry["tag"] == "account:bundle:made"
        assert (entry["nomination"], entry["sha256"], entry["sensitive"]) == (declined, made.sha256, sensitive)
        seen = [one["tag"] for one in world.entries(f"account:{reader}")].count("account:cccd:seen")
        assert seen == (1 if sensitive else 0)
    made = bundle(world, None, declined).made
    assert world.entries("campaign:thu")[-1]["sha256"] == made.sha256
    assert len(world.entries(declined)) == world.look(declined).version, "the dossier itself did not move"
    world.assert_sound()
