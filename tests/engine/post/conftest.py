"""Letters to deliver, certificates, and what became of each letter."""

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from rules.vocabulary import Action
from tests.engine.post.tray_of import LetterRow, Tray
from tests.world import World

__all__ = ["LetterRow"]


@pytest.fixture
def tray(world: World) -> Tray:
    """The tray of a fresh world."""
    return Tray(world)


@pytest.fixture
def submitted(world: World) -> Callable[[int], list[str]]:
    """Submit so many new dossiers, six letters each: three to the unit, three to the review office; their ids."""

    def submit(count: int) -> list[str]:
        ids = [world.draft() for _ in range(count)]
        for identity in ids:
            world.step(identity, Action.SUBMIT, "head")
        return ids

    return submit


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    """A certificate authority nobody knows but who is told."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its certificate as a file."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return path
