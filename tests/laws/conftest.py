"""A desk at which little worlds are played by hand, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.desk import Desk


@pytest.fixture(params=["simpy", "compiled"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


@pytest.fixture
def desk(tmp_path: Path, engine: str) -> Desk:
    """Files go to a folder of the test's own."""
    return Desk(tmp_path, engine)
