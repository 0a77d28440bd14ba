"""Estimates with honest standard errors, and what it takes for one to agree with an exact value.

Every figure is a ratio of sums over independent batches, with the standard error of a ratio estimator (delta
method), reduced by control variates where there are some (Lavenberg and Welch 1981, Management Science 27).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BAND = 4.0  # standard errors: an exact engine misses it in 1 of 16,000 comparisons
SMALL_RELATIVE_ERROR = 0.003  # on mean waits
SMALL_ERROR = 0.001  # on probabilities


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its standard error."""

    value: float
    standard_error: float

    @classmethod
    def of(cls, parts: Floats, wholes: Floats, controls: Floats | None = None) -> Estimate:
        """``sum(parts) / sum(wholes)``, one entry a batch.

        ``controls``: (batches, k), of mean 0 exactly. What they explain of the luck is taken off the value.
        """
        count, total = len(parts), float(wholes.sum())
        value = float(parts.sum()) / total
        rest = parts - value * wholes  # sums to 0
        used = 0
        if controls is not None:
            mean = controls.mean(axis=0)
            slopes = np.linalg.lstsq(controls - mean, rest, rcond=None)[0]
            rest = rest - (controls - mean) @ slopes
            value -= float(mean @ slopes) * count / total
            used = controls.shape[1]
        spread = float((rest**2).sum())
        return cls(value, math.sqrt(spread * count / (count - 1 - used)) / total)

    def check(self, name: str, exact: float, *, error: float) -> None:
        """Within the band of ``exact``, and sharp: the standard error is below ``error``."""
        z = (self.value - exact) / self.standard_error
        text = (
            f"{name}: exact {exact:.6g}, simulated {self.value:.6g} +- {self.standard_error:.2g}, z {z:+.2f}"
        )
        print(text)
        assert self.standard_error <= error, f"{text}: the run is too short to say anything"
        assert abs(z) <= BAND, text

    def check_probability(self, name: str, exact: float, scale: float = 1.0) -> None:
        """With a standard error below 0.001 (times ``scale``)."""
        self.check(name, exact, error=SMALL_ERROR * scale)

    def check_wait(self, name: str, exact: float, scale: float = 1.0) -> None:
        """With a standard error below 0.3 % (times ``scale``) of the exact value."""
        self.check(name, exact, error=SMALL_RELATIVE_ERROR * scale * exact)
