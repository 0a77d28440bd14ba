"""Quantiles of mixtures of laws, in ascending order and with the right mean.

The quantile function of a mixture takes its laws one after the other, as the scenario names them: it jumps
from the tail of one law to the beginning of the next. A table of quantiles, with straight lines between its
entries, would put values on the way. So the table holds the quantile function of the mixture as a whole: it
ascends, what is always the same is flat, and who never gives up comes last. It jumps only over stretches in
which no value lies; there the entry nearest to the jump is such that the lines beside it keep the mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from ccsim.distributions import Law, Mixture, Never

Floats = npt.NDArray[np.float64]
Side = Literal["left", "right"]

SMALLEST_S = 1e-6  # jumps that are not larger do not show in whole microseconds
NEARLY = 1e-12  # as probabilities, the same
STEPS = 8192
FINEST = 2.0**-25  # share of the tail beyond which nothing is looked at, as in a table


@dataclass(frozen=True, slots=True)
class _Jump:
    """At a probability, from one value to another."""

    at: float
    low_s: float
    high_s: float


def quantiles_of_mixture(mixture: Mixture, levels: Floats) -> Floats:
    """Seconds at the ``levels``, which ascend; ``inf`` where the mixture never comes to an end."""
    quantiles = mixture.quantile(levels)
    if (quantiles[1:] >= quantiles[:-1]).all():
        jumps = list(_between_parts(mixture))
    else:
        quantiles, jumps = _in_order(mixture, levels)
    return _with_means_kept(quantiles, jumps, levels)


def _between_parts(mixture: Mixture) -> Iterator[_Jump]:
    """The jumps from part to part of a mixture whose parts ascend."""
    parts = [(share, law) for share, law in zip(mixture.shares, mixture.laws, strict=True) if share > 0]
    at = 0.0
    for (share, law), (_, following) in pairwise(parts):
        at += share
        low, high = _ends_of(law)[1], _ends_of(following)[0]
        if np.isfinite(high) and high > low + SMALLEST_S:
            yield _Jump(at, low, high)


def _ends_of(law: Law) -> tuple[float, float]:
    """The smallest and the largest value of a law."""
    smallest, largest = law.quantile(np.array([0.0, 1 - 2.0**-53]))
    return float(smallest), float(largest)


def _in_order(mixture: Mixture, levels: Floats) -> tuple[Floats, list[_Jump]]:
    """Quantiles of the mixture as a whole: the sum of the distribution functions of its parts, inverted."""
    fine = _fine_levels()
    parts = [(share, law.quantile(fine)) for share, law in _parts(mixture) if not isinstance(law, Never)]
    times = np.unique(np.concatenate([values for _, values in parts]))
    below = sum(share * _share_up_to(values, fine, times, "left") for share, values in parts)
    up_to = sum(share * _share_up_to(values, fine, times, "right") for share, values in parts)
    reached = float(sum(share for share, _ in parts))
    curve = np.maximum.accumulate(np.column_stack((below, up_to)).reshape(-1))
    quantiles = np.interp(levels, curve, np.repeat(times, 2))
    quantiles[levels >= reached - NEARLY] = np.inf if reached < 1 - NEARLY else times[-1]
    gaps = np.flatnonzero((curve[2::2] - curve[1:-1:2] < NEARLY) & (np.diff(times) > SMALLEST_S))
    return quantiles, [_Jump(float(curve[2 * k + 1]), float(times[k]), float(times[k + 1])) for k in gaps]


def _fine_levels() -> Floats:
    """Probabilities at which parts are looked at: even ones, and as many even ones on the scale of a tail."""
    tail = -np.expm1(np.linspace(0.0, np.log(FINEST), STEPS + 1))
    return np.unique(np.concatenate((np.arange(STEPS) / STEPS, tail)))


def _parts(mixture: Mixture, share: float = 1.0) -> Iterator[tuple[float, Law]]:
    """The laws of a mixture and of mixtures in it, with their shares of the whole."""
    for part, law in zip(mixture.shares, mixture.laws, strict=True):
        if isinstance(law, Mixture):
            yield from _parts(law, share * part)
        elif part > 0:
            yield share * part, law


def _share_up_to(values: Floats, levels: Floats, times: Floats, side: Side) -> Floats:
    """Share of a law, given by its quantiles at levels, that lies below ``times`` (left) or at them, too."""
    behind = np.searchsorted(values, times, side=side)
    low, high = np.maximum(behind - 1, 0), np.minimum(behind, len(values) - 1)
    step = values[high] - values[low]
    part = np.where(step > 0, (times - values[low]) / np.where(step > 0, step, 1.0), 0.0)
    inside = levels[low] + part * (levels[high] - levels[low])
    share: Floats = np.where(behind == 0, 0.0, np.where(behind == len(values), 1.0, inside))
    return share


def _with_means_kept(quantiles: Floats, jumps: list[_Jump], levels: Floats) -> Floats:
    """The entry nearest to each jump is such that the two lines beside it have the mean of what jumps."""
    kept = quantiles.copy()
    last = -1
    for jump in jumps:
        place = int(np.searchsorted(levels, jump.at))
        if place > 0 and jump.at - levels[place - 1] < levels[min(place, len(levels) - 1)] - jump.at:
            place -= 1
        if place - last < 2 or not 0 < place < len(levels) - 1:
            continue
        before, after = levels[place] - levels[place - 1], levels[place + 1] - levels[place]
        if abs(before - after) > before / 2:
            continue  # where the fine steps of a table begin
        low, high = quantiles[place - 1], quantiles[place + 1]
        x = (jump.at - levels[place - 1]) / before
        area = (low + jump.low_s) / 2 * x + (jump.high_s + high) / 2 * (2 - x)
        kept[place] = min(max(area - (low + high) / 2, low), high)
        last = place
    return kept
