import pytest
from hypothesis import settings
from tests.engine import test_machine as m
from rules.vocabulary import State
@pytest.mark.parametrize("n", range(6))
def test_seed(n, new_small_world):
    m.reached.clear()
    m.drive(new_small_world, settings(m.DRIVEN, derandomize=False))
    missing = {s.value for s in State} - m.reached
    print("MISSING", missing)
    assert not missing
