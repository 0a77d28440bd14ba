"""Every comparison has two lengths: quick in each test run, and full precision with ``-m slow``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to simulate, and which standard errors that must bring.

    The full effort holds standard errors under 0.3 % on mean waits and under 0.001 on probabilities; the
    quick one simulates less and allows ``scale`` times as much.
    """

    scale: float

    def runs(self, full: int) -> int:
        """Runs for this effort, where ``full`` of them give the full precision."""
        return max(1, round(full / self.scale**2))


@pytest.fixture(
    params=[Effort(scale=2.0), pytest.param(Effort(scale=1.0), marks=pytest.mark.slow)],
    ids=["quick", "full"],
)
def effort(request: pytest.FixtureRequest) -> Effort:
    """Quick always, full with ``-m slow``."""
    value: Effort = request.param
    return value
