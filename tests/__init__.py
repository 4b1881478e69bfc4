"""Tests, mirroring the packages; `./vinhdanh test` runs them all. Helpers that assert are rewritten by pytest too."""

import pytest

pytest.register_assert_rewrite("tests.world", "tests.rules.travel", "tests.engine.travel")
