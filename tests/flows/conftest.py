"""The world of the flows' tests, cut off from the Prefect settings of whoever runs them."""

import os
from pathlib import Path

import pytest

from models.database import Database
from tests.world import World, make_world, with_limits


@pytest.hookimpl(trylast=True)  # after the session has its own home
def pytest_configure() -> None:
    """Let nothing that imports Prefect later see somebody's settings, server or home folder."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ["PREFECT_HOME"] = str(Path(os.environ["VINHDANH_HOME"]).parent / "prefect")


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """Units, accounts for every office and a rehearsal campaign with two places for each category."""
    return make_world(database, tmp_path, categories=with_limits(2, 2))
