"""Means and delays from the tables of quantiles of a Program."""

from __future__ import annotations

import numpy as np

from ccsim.compiler.journey import CERTAIN, Int64, Journey
from ccsim.compiler.quantiles import levels
from ccsim.kinds import NEVER
from ccsim.report.balance.stream import Floats
from ccsim.units import SECOND


def mean_s(journey: Journey, table: int) -> float:
    """Mean of a table in seconds; 0 where there is none."""
    if table < 0:
        return 0.0
    return float(np.trapezoid(journey.tables[table].astype(np.float64), levels())) / SECOND


def share(chance: int | np.integer) -> float:
    """0..1 of a chance of the Program."""
    return float(chance) / CERTAIN


def shares(cumulative: Int64) -> Floats:
    """Shares of a row of cumulative chances."""
    return np.diff(cumulative.astype(np.float64), prepend=0.0) / CERTAIN


def succeeds(score: Floats) -> Floats:
    """Chance that a score in micro-logits reaches its threshold."""
    return 1 / (1 + np.exp(-np.clip(score / 1e6, -500, 500)))


def reaches(journey: Journey, table: int, least: Floats) -> Floats:
    """Chance that a variate of the table is at least each of ``least``; without a table it is 0."""
    if table < 0:
        return (least <= 0).astype(np.float64)
    return 1 - np.interp(least, journey.tables[table].astype(np.float64), levels(), left=0.0, right=1.0)


def later(journey: Journey, table: int, counts: Floats, interval_us: int) -> Floats:
    """(intervals,) counts after a delay from the table; what falls behind the end is gone."""
    if table < 0:
        return counts
    values = journey.tables[table]
    known = values < NEVER
    edges = (np.arange(len(counts) + 1) - 0.5) * interval_us
    reached = np.interp(edges, values[known].astype(np.float64), levels()[known], left=0.0)
    kernel = np.diff(reached)
    size = 2 * len(counts)
    mixed = np.fft.irfft(np.fft.rfft(counts, size) * np.fft.rfft(kernel, size), size)
    out: Floats = np.maximum(mixed[: len(counts)], 0.0)
    return out
