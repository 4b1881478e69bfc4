"""Many dossiers, fast: a few take their course through the engine, the rest are copies of them under other names."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.copies import COLUMNS, Model, Other, Row, copy_of, read
from engine import review
from engine.campaigns import load_campaign
from engine.keys import ALPHABET, LENGTH
from engine.people import import_accounts
from models.database import Database
from rules.campaign import parse_campaign
from rules.vocabulary import HOLDING, Action, Kind, Role, State
from tests.world import ORIGIN, World, campaign_data, make_world, with_limits

FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vi", "Nông", "Lưu", "Đặng", "Bùi", "Đỗ", "Hà", "Lục", "Giáp", "Tằng",
    "Chu", "Lý", "Thân", "Ngọc", "Dương", "Vũ", "Trịnh",
)  # fmt: skip
MIDDLE = (
    "Văn", "Thị", "Đức", "Minh", "Thu", "Ngọc", "Quang", "Hồng", "Xuân", "Thanh", "Hữu", "Kim", "Mạnh", "Bích", "Đình",
)  # fmt: skip
GIVEN = (
    "An", "Bình", "Chung", "Dũng", "Giang", "Hà", "Hạnh", "Hòa", "Huệ", "Hùng", "Lan", "Liên", "Long", "Mai", "Nam",
    "Nga", "Oanh", "Phúc", "Quý", "Sơn", "Tâm", "Thủy", "Yến",
)  # fmt: skip
BODIES = ("Trạm Y tế", "Trường Tiểu học", "Hội Phụ nữ", "Thôn", "Hợp tác xã", "Đội dân vận", "Trường Mầm non")
# How many of a hundred dossiers; who holds a place is rare, as in life.
SHARES: dict[State, int] = {
    State.DRAFT: 12, State.SUBMITTED: 22, State.RETURNED: 8, State.IN_REVIEW: 28, State.ENDORSED: 16, State.SELECTED: 2,
    State.IN_APPRAISAL: 2, State.DECLINED: 6, State.WITHDRAWN: 4,
}  # fmt: skip
BEFORE = {State.RETURNED: State.IN_REVIEW, State.DECLINED: State.IN_REVIEW, State.WITHDRAWN: State.SUBMITTED}
SCORED = (State.IN_REVIEW, State.ENDORSED)
PLACES = with_limits(5000, 5000)
BECAUSE = "Theo khoản 2 Điều 5 Luật Thi đua, khen thưởng."
AT_ONCE = 2000  # dossiers written together


@dataclass
class Crowd:
    """A database that fills, always with the same dossiers."""

    database: Database
    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(2025))  # noqa: S311 - nothing is secret here
    people: dict[str, int] = field(default_factory=dict)  # account ids by name
    units: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    made: int = 0
    places: dict[tuple[str, str], int] = field(default_factory=dict)  # taken, by campaign and category

    def fill(self, number: int, campaigns: int, reviewers: int) -> None:
        """Put `number` dossiers over so many campaigns into an empty database, with so many review officers."""
        first = make_world(self.database, self.folder, code="dot-1", categories=PLACES)
        self.settle(first, reviewers)
        for place in range(1, campaigns + 1):
            world = World(self.database, code=f"dot-{place}", numbers=first.numbers)  # one register of letters
            if place > 1:
                with self.database.transaction() as session:
                    load_campaign(session, parse_campaign(campaign_data(code=world.code, categories=PLACES)), ORIGIN)
            self.write(self.copies(world, number // campaigns))
        with self.database.owner.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))

    def settle(self, world: World, reviewers: int) -> None:
        """An officer and a head in every unit that nominates, and the review officers."""
        known = {row.name for row in world.query("SELECT name FROM account")}
        self.units = [row.code for row in world.query("SELECT code FROM unit WHERE nominates ORDER BY code")]
        self.reviewers = [f"Chuyên viên {number}" for number in range(1, reviewers + 1)]
        rows = [(name, "SDTTG", Role.REVIEW_OFFICER, "") for name in self.reviewers]  # else each gets every letter
        for unit in self.units:
            for word, role in (("officer", Role.UNIT_OFFICER), ("head", Role.UNIT_HEAD)):
                rows += [] if f"{word}-{unit}" in known else [(f"{word}-{unit}", unit, role, f"{word}.{unit.lower()}")]
        lines = [f"{name},{unit},{role.value},{box and f'{box}@bacninh.example'}" for name, unit, role, box in rows]
        path = self.folder / "crowd.csv"
        path.write_text("\n".join(["name,unit,role,email", *lines]) + "\n", encoding="utf-8")
        with self.database.transaction() as session:
            import_accounts(session, path, ORIGIN)
        self.people = {row.name: row.id for row in world.query("SELECT id, name FROM account")}

    def copies(self, world: World, number: int) -> Iterator[dict[str, list[Row]]]:
        """The rows of `number` copies; their models are made first, and stay."""
        models = {(state, kind): self.model(world, kind, state) for state in SHARES for kind in Kind}
        for kind in Kind:
            held = world.query("SELECT count(nomination_id) FROM slot WHERE category = :kind", kind=kind.value)
            self.places[world.code, kind.value] = held[0][0]
        for state in self.chance.choices(list(SHARES), list(SHARES.values()), k=number):
            kind = self.chance.choices((Kind.INDIVIDUAL, Kind.COLLECTIVE), (2, 1))[0]
            other = self.other(kind, world.code, holds=state in HOLDING)
            rows = copy_of(models[state, kind], other)
            if state in HOLDING:
                rows["slot"] = [(other.id, models[state, kind].row["campaign_id"], kind.value, other.place)]
            yield rows

    def model(self, world: World, kind: Kind, state: State) -> Model:
        """A dossier that took its course to `state` by the engine."""
        name = f"Mẫu {state.value} {kind.value} {world.code}"
        identity = world.advance(world.draft(kind, name=name), BEFORE.get(state, state))
        for reviewer in ("reviewer", "reviewer2") if state in SCORED else ():
            with world.acting(reviewer) as (session, context):
                review.score(session, context, identity, str(self.chance.randint(50, 100)))
        if state is State.RETURNED:
            world.give_back(identity)
        elif state is State.DECLINED:
            world.step(identity, Action.DECLINE, "review-head", reason=BECAUSE)
        elif state is State.WITHDRAWN:
            world.step(identity, Action.WITHDRAW, "head", reason=BECAUSE)
        return read(world, identity)

    def other(self, kind: Kind, code: str, *, holds: bool) -> Other:
        """Who the next copy is about."""
        self.made += 1
        unit = self.chance.choice(self.units)
        year, month, day = self.chance.randint(1960, 1999), self.chance.randint(1, 12), self.chance.randint(1, 28)
        name = " ".join(self.chance.choice(words) for words in (FAMILY, MIDDLE, MIDDLE, GIVEN))
        place = self.places[code, kind.value] = self.places[code, kind.value] + holds
        return Other(
            id="".join(self.chance.choices(ALPHABET, k=LENGTH)),
            unit=unit,
            name=name if kind is Kind.INDIVIDUAL else f"{self.chance.choice(BODIES)} {name} {self.made}",
            birth=f"{year}-{month:02}-{day:02}",
            cccd=f"0991{year % 100:02}{self.made:06}",
            people=(self.people[f"officer-{unit}"], self.people[f"head-{unit}"]),
            place=place,
        )

    def write(self, copies: Iterator[dict[str, list[Row]]]) -> None:
        """Store copies as the owner, without the triggers: what they watch over holds of the models."""
        raw = self.database.owner.raw_connection()
        cursor: Any = raw.cursor()
        cursor.execute("SET session_replication_role = replica")
        while batch := list(islice(copies, AT_ONCE)):
            for table, columns in COLUMNS.items():
                copied(cursor, table, columns, (row for rows in batch for row in rows[table]))
            held = [row for rows in batch for row in rows.get("slot", ())]
            if held:
                query = "UPDATE slot SET nomination_id = %s WHERE campaign_id = %s AND category = %s AND number = %s"
                cursor.executemany(query, held)
        cursor.execute(
            "INSERT INTO queue_line SELECT l.* FROM nomination n CROSS JOIN LATERAL queue_line_of(n.id) l"
            " WHERE NOT EXISTS (SELECT 1 FROM queue_line q WHERE q.nomination_id = n.id)"
        )
        raw.commit()
        raw.close()


def copied(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:  # noqa: ANN401 - psycopg's
    """COPY rows into a table."""
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as into:
        for row in rows:
            into.write_row(row)
