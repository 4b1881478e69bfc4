"""The written journeys again, on PostgreSQL: the same files the pure table travels."""

from pathlib import Path

import pytest

from tests.engine.travel import Traveller
from tests.rules.travel import Journey, journeys
from tests.world import World


@pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
def test_journey(world: World, journey: Journey, tmp_path: Path) -> None:
    Traveller(world, journey, tmp_path).travel()
