"""Travel the written journeys of tests/rules/journeys on PostgreSQL: through take_step and the commands around it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from engine import amendments, campaigns, decisions
from engine.dossier import Dossier
from engine.editing import set_fields
from engine.review import ask_agency, record_reply
from engine.steps import Request, take_step
from rules.errors import RefusedError
from rules.vocabulary import Action, CheckResult, Kind, Role, State
from tests.rules.travel import Journey, Player, assert_refused
from tests.world import World

ACCOUNTS = {
    Role.REVIEW_OFFICER: "reviewer",
    Role.REVIEW_HEAD: "review-head",
    Role.APPRAISAL_OFFICER: "appraiser",
    Role.APPRAISAL_HEAD: "appraisal-head",
    Role.DECISION_CLERK: "clerk",
    Role.OBSERVER: "observer",
    Role.ADMINISTRATOR: "admin",
}
UNIT_ACCOUNTS = {Role.UNIT_OFFICER: "officer", Role.UNIT_HEAD: "head"}


class Traveller:
    """One journey's dossier in a world of its own."""

    def __init__(self, world: World, journey: Journey, folder: Path) -> None:
        """Enter the draft, and say who of the accounts is the nominee."""
        self.world = world
        self.journey = journey
        kind = journey.kind
        self.id = world.draft_by(self.account(journey.entered_by), kind, **{**journey.fields, "unit": journey.unit})
        if journey.nominee_is:
            column, key = ("person", "cccd") if kind is Kind.INDIVIDUAL else ("collective", "name")
            world.account(folder, str(self.account(journey.nominee_is)), **{column: self.look().fields[key]})

        for player in {Player(step["by"]) for step in journey.steps if "=" in step.get("by", "")}:
            held = (player.role, player.unit(journey.unit))
            world.account(folder, str(self.account(player.word)), held)

    def account(self, word: str) -> str | None:
        """The account that plays a word of the journey; None is the clock."""
        player = Player(Player(word).person)
        if player.role is Role.CLOCK:
            return None
        if player.role in UNIT_ACCOUNTS:
            return f"{UNIT_ACCOUNTS[player.role]}-{player.unit(self.journey.unit)}"
        return f"{ACCOUNTS[player.role]}{player.word.partition('/')[2]}"

    def look(self) -> Dossier:
        """The dossier as it is stored."""
        return self.world.look(self.id)

    def travel(self) -> None:
        """The whole journey; AssertionError where something goes otherwise than expected."""
        for step in self.journey.steps:
            if "do" not in step:
                self.play(step)
            elif "table" not in step:  # made-up facts that the database would not let be
                self.take(step)
        self.world.assert_sound()

    def take(self, step: Mapping[str, Any]) -> None:
        """One step, taken or refused as expected, with everything it writes."""
        where = f"{self.journey.name}: {dict(step)}"
        before, letters = self.look(), self.world.letters(self.id)
        assert before.state is State(step["from"]), where
        try:
            self.act(step)
        except RefusedError as refusal:
            assert_refused(step, refusal, where)
            assert self.look() == before, f"{where}: refused, and yet something changed"
            assert self.world.letters(self.id) == letters, where
            return
        assert "refused" not in step, where
        after = self.look()
        assert after.state is State(step["to"]), where
        assert after.version == before.version + 1, where
        assert (after.slot is not None) is self.holds_afterwards(step, before), where
        if step["slot"] == "keeps":
            assert after.slot == before.slot, where
        self.check_letters(step, after.version, letters, where)
        self.check_trail(step, before, after, where)

    @staticmethod
    def holds_afterwards(step: Mapping[str, Any], before: Dossier) -> bool:
        """Whether the dossier should now hold a place."""
        return {"takes": True, "frees": False}.get(step["slot"], before.slot is not None)

    def check_letters(
        self, step: Mapping[str, Any], version: int, before: list[tuple[str, str, str]], where: str
    ) -> None:
        """The step wrote to the parties expected and no other, held what is to be held, and let no address down."""
        written = self.world.letters(self.id, version)
        parties = {kind.removeprefix(f"{step['do']}."): status for kind, _, status in written}
        held = set(step.get("held", ()))
        assert parties == {party: "held" if party in held else "queued" for party in step["letters"]}, where
        assert len({(kind, address) for kind, address, _ in written}) == len(written), where
        if step.get("spared") and step["do"] == Action.RECALL:
            waiting = {(kind, address) for kind, address, status in before if kind == "return.unit"}
            assert waiting, where
            superseded = {(k, a) for k, a, status in self.world.letters(self.id) if status == "superseded"}
            assert waiting <= superseded, where

    def check_trail(self, step: Mapping[str, Any], before: Dossier, after: Dossier, where: str) -> None:
        """The step's entry says from, to, slot, letters and who."""
        entry = self.world.entries(self.id)[-1]
        assert entry["tag"] == f"nomination:step:{step['do']}", where
        assert (entry["from"], entry["to"]) == (step["from"], step["to"]), where
        assert entry["letters"] == sorted(step["letters"]), where
        place = after.slot or before.slot
        told = "–" if place is None or step["slot"] == "–" else f"{step['slot']} {place}"
        assert entry["slot"] == told, where
        assert entry["role"] == Player(step["by"]).role, where
        assert ("by" in entry) is (step["by"] != "clock"), where
        assert ("rules" in entry) is (step["do"] in SCREENED), where

    def act(self, step: Mapping[str, Any]) -> None:
        """Take the step: those that carry evidence of their own through their own command."""
        who, action = self.account(step["by"]), Action(step["do"])
        today = self.world.today
        through_command = "to" in step
        if through_command and action is Action.FORWARD:
            self.world.forward(str(who))
        elif through_command and action is Action.ENLIST:
            self.world.enlist(str(who))
        elif through_command and action is Action.AWARD:
            with self.world.acting(who) as (session, context):
                decisions.sign(session, context, "1234/QĐ-UBND", today, "Người Ký Giả Định")
        elif through_command and action is Action.REVOKE:
            with self.world.acting(who) as (session, context):
                amendments.revoke(session, context, self.id, "77/QĐ-UBND", today, step["reason"])
        else:
            with self.world.acting(who) as (session, context):
                take_step(session, context, self.id, action, request_of(step))

    def play(self, scene: Mapping[str, Any]) -> None:
        """What happens between the steps."""
        (word,) = set(scene) - {"brings"}
        getattr(self, f"play_{word}")(scene[word])
        assert self.look().state is State(scene.get("brings", self.look().state))

    def play_today(self, day: date) -> None:
        self.world.today = day

    def play_edit(self, texts: Mapping[str, str]) -> None:
        with self.world.acting(self.account("unit_officer")) as (session, context):
            set_fields(session, context, self.id, texts)

    def play_answer(self, anchors: list[str]) -> None:
        for anchor in anchors:
            self.world.answer(self.id, anchor)

    def play_reply(self, anchors: list[str]) -> None:
        for anchor in anchors:
            self.world.answer(self.id, anchor, "reviewer2")

    def play_ask(self, agency: str) -> None:
        with self.world.acting("appraiser") as (session, context):
            ask_agency(session, context, self.id, agency)

    def play_agency(self, results: Mapping[str, str]) -> None:
        for agency, result in results.items():
            with self.world.acting("appraiser") as (session, context):
                record_reply(session, context, self.id, agency, CheckResult(result), "Công văn số 5")

    def play_companion(self, state: str) -> None:
        self.world.advance(self.world.draft(self.journey.kind), State(state))

    def play_release(self, _: object) -> None:
        with self.world.acting("review-head") as (session, context):
            campaigns.release(session, context, [self.id])

    def play_deliver(self, _: object) -> None:
        self.world.deliver()

    def play_decision(self, word: str) -> None:
        """Something happens to the decision, by whom it is for."""
        if word == "signed":
            self.world.sign()
            return
        if word == "frozen":
            self.world.freeze()
            return
        with self.world.acting("appraisal-head", alone=True) as (session, context):
            if word == "open":
                decisions.open_decision(session, context)
            elif word == "unfrozen":
                decisions.unfreeze(session, context, "Sửa tên")
            else:
                decisions.cancel(session, context, "Lập lại từ đầu")


SCREENED = (Action.ENDORSE, Action.SELECT, Action.APPROVE)  # these rely on the rules, and say so on the trail


def request_of(step: Mapping[str, Any]) -> Request:
    """What the step carries."""
    return Request(
        reason=step.get("reason", ""),
        due=step.get("due"),
        findings=tuple((anchor, "Bổ sung, làm rõ.") for anchor in step.get("findings", ())),
        silent=step.get("silent", False),
        submission=(1, "1/TTr-SDTTG") if step.get("submission") else None,
        revoking="số 77/QĐ-UBND" if step.get("revoking") else None,
    )
