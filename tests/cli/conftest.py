"""A shell for the tests: commands run in this process, on the test's own database."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import text

from cli.__main__ import run
from models.database import Database
from tests.world import World, make_world, with_limits


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401 - one JSON document
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


Shell: TypeAlias = Callable[..., Answer]


@pytest.fixture
def shell(database: Database, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command line in this process, on the test's database."""
    assert database.owner_url  # the fixture's environment variable leads every command there

    def type_in(*words: object) -> Answer:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return type_in


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """Units, accounts for every office and a rehearsal campaign with two places for each category."""
    return make_world(database, tmp_path, categories=with_limits(2, 2))


@pytest.fixture
def trail_length(database: Database) -> Callable[[], int]:
    """How many entries the trail has: what changed nothing leaves it as long as it was."""

    def count() -> int:
        with database.transaction() as session:
            return int(session.scalar(text("SELECT count(*) FROM trail")) or 0)

    return count
