"""Every comparison has two lengths: one for each test run, and four times that with ``-m slow``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to simulate, and which standard errors that must bring.

    ``scale`` 1: under 0.3 % on mean waits and under 0.001 on probabilities. ``scale`` 0.5: half of that.
    """

    scale: float

    def runs(self, usual: int) -> int:
        """Runs for this effort, where ``usual`` of them are enough for scale 1."""
        return round(usual / self.scale**2)


@pytest.fixture(
    params=[Effort(scale=1.0), pytest.param(Effort(scale=0.5), marks=pytest.mark.slow)],
    ids=["usual", "long"],
)
def effort(request: pytest.FixtureRequest) -> Effort:
    """The usual length always, the long one with ``-m slow``."""
    value: Effort = request.param
    return value
