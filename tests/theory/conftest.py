"""Every comparison has two lengths: one for each test run, and a longer one with ``-m slow``.

Comparisons of the plain queue take ``effort``: four times as long when slow. Those of the whole journey take
``short``: usually 2.5 times the standard errors, as there are many of them, and half of them when slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to simulate, and which standard errors that must bring.

    ``scale`` 1: under 0.3 % on mean waits and under 0.001 on probabilities. ``scale`` 0.5: half of that, with
    which an error of 1 % in the figure itself is 6 standard errors.
    """

    scale: float

    def runs(self, usual: int) -> int:
        """Runs for this effort, where ``usual`` of them are enough for scale 1."""
        return max(1, round(usual / self.scale**2))


@pytest.fixture(
    params=[Effort(scale=1.0), pytest.param(Effort(scale=0.5), marks=pytest.mark.slow)],
    ids=["usual", "long"],
)
def effort(request: pytest.FixtureRequest) -> Effort:
    """The usual length always, the long one with ``-m slow``."""
    value: Effort = request.param
    return value


@pytest.fixture(
    params=[Effort(scale=2.5), pytest.param(Effort(scale=0.5), marks=pytest.mark.slow)],
    ids=["usual", "long"],
)
def short(request: pytest.FixtureRequest) -> Effort:
    """For the mechanisms of the journey, of which there are many: short always, long with ``-m slow``."""
    value: Effort = request.param
    return value
