"""What all tests share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are as in a pipe, wherever the tests run: some runners of tests tell a width."""
    monkeypatch.delenv("COLUMNS", raising=False)
