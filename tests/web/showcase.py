"""A world with something of everything in it, for those who look at every page: states, long words, secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from engine import review
from engine.campaigns import load_campaign
from models.embedded import Server
from rules.campaign import parse_campaign
from rules.vocabulary import Kind, State
from tests.engine.conftest import furnish, worlds
from tests.engine.files.attaching import attaching, upload
from tests.web.standings import UNDECIDED, decided, in_standing
from tests.world import CODE, ORIGIN, World, campaign_data, with_limits

DONE = "xong"  # the code of the campaign whose decision is signed
# What stands in dossiers of unit 07330 and of no other: a unit of another place must read none of it.
SECRETS = ("Quàng Văn Kín", "099180777777", "Phù Lá", "Làm cầu treo ở bản Mật", "kin.dao@bacninh.example", "Tổ Kín Đáo")
THEIR_PAPER = "tờ trình mật của bản Kín"
# What else an address may name.
FURTHER = {
    "letter": "SELECT key FROM letter WHERE nomination_id = :asked AND party = 'unit' ORDER BY id",
    "paper": "SELECT id FROM attachment WHERE nomination_id = :asked",
    "submission": "SELECT submission_id FROM nomination WHERE id = :in_appraisal",
    "their_paper": "SELECT id FROM attachment WHERE nomination_id = :theirs_draft",
}
LONG = "Ủy ban nhân dân" + " xã Đồng Kỳ và các thôn đặc biệt khó khăn thuộc vùng đồng bào dân tộc thiểu số" * 3
UNBROKEN = "ThànhTíchViếtLiền" * 12


@dataclass
class Showcase:
    """The world of the campaign under way, the one of the campaign that is done, and dossiers by what they show."""

    world: World
    done: World
    ids: dict[str, str] = field(default_factory=dict)

    def address(self, pattern: str) -> str:
        """The address a pattern stands for: `<draft>` is the id of what shows a draft."""
        for name, identity in self.ids.items():
            pattern = pattern.replace(f"<{name}>", identity)
        assert "<" not in pattern, f"nothing shows this: {pattern}"
        return pattern


def show_everything(world: World, folder: Path) -> dict[str, str]:
    """Put something of everything into a world; dossiers by what they show."""
    ids = {standing: in_standing(world, standing) for standing in UNDECIDED}
    ids["collective"] = world.advance(world.draft(Kind.COLLECTIVE), State.IN_REVIEW)
    ids["long"] = world.advance(
        world.draft(name=LONG[:190].strip(), workplace=LONG, merit=f"{LONG} {UNBROKEN}"), State.ENDORSED
    )
    ids["asked"] = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(ids["asked"])
    ids["theirs"] = world.advance(hidden(world, Kind.INDIVIDUAL), State.IN_REVIEW)
    ids["theirs_collective"] = world.advance(hidden(world, Kind.COLLECTIVE), State.SELECTED)
    ids["theirs_draft"] = world.draft(unit="07330", name="Vi Văn Mình")
    ids["unknown"] = world.advance(
        world.draft(prior_awards="Giấy khen 2022", breach="Khiển trách 2019"), State.IN_REVIEW
    )
    with world.acting("reviewer") as (session, context):
        review.score(session, context, ids["theirs"], "71")
        review.score(session, context, ids["long"], "87,5")
    with world.acting("appraiser") as (session, context):
        review.ask_agency(session, context, ids["in_appraisal"], "Công an tỉnh")
    attaching(world, "officer-07282", ids["asked"], upload(folder))
    attaching(world, "officer-07330", ids["theirs_draft"], upload(folder, name=THEIR_PAPER))
    return ids


def hidden(world: World, kind: Kind) -> str:
    """A dossier of unit 07330 with words that no other has."""
    name, cccd, ethnicity, merit, email, group = SECRETS
    common = {"unit": "07330", "merit": merit, "email": email}
    if kind is Kind.COLLECTIVE:
        return world.draft(kind, name=group, **common)
    return world.draft(kind, name=name, cccd=cccd, ethnicity=ethnicity, **common)


def load_done(session: Session) -> None:
    """A second campaign, like the first."""
    load_campaign(session, parse_campaign(campaign_data(code=DONE, categories=with_limits(500, 500))), ORIGIN)


@contextmanager
def showcase_in(cluster: Server, template: str, folder: Path) -> Iterator[Showcase]:
    """The world, made for one session of tests, which look and leave it as it is."""
    with (
        furnish(cluster, template, folder, categories=with_limits(500, 500)) as furnished,
        worlds(cluster, furnished) as make,
    ):
        world = make()
        with world.database.transaction() as session:
            load_done(session)
        done = World(world.database, code=DONE, numbers={"draft": 500, "letter": 50})
        ids = {**show_everything(world, folder), **decided(done)}
        names = {"campaign": CODE, "done": DONE}
        for name, query in FURTHER.items():
            names[name] = str(world.query(query, **ids)[0][0])
        yield Showcase(world, done, {**ids, **names})
