"""When the contacts of one queue come: busyness, noise, and points of a unit-rate process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from ccsim.compiler.program import ArrivalPlan
from ccsim.distributions import Gamma
from ccsim.draws.streams import Floats, Int64, Streams
from ccsim.errors import CcsimError
from ccsim.units import DAY

Values = TypeVar("Values", Int64, Floats)

MOST_A_DAY = 9_000_000  # contacts of one queue, so that an address fits: contacts.LUCK_PER_DAY
_STEPS = 16  # of a guide table, a cell
_SLACK = 1 + 1e-9  # rounding never points too far
ALL_QUEUES = "."  # stream of what queues share; a name has no dot, so no queue is called so


def day_volumes(name: str, arrivals: ArrivalPlan, days: int, streams: Streams) -> Floats:
    """Expected contacts by day and cell after the day's busyness and the interval's noise; (days, cells)."""
    volume = arrivals.volume
    for stream, busyness in ((name, arrivals.own), (ALL_QUEUES, arrivals.shared)):
        if busyness.daily_cv > 0:
            u = streams.day_factors(f"{stream}/busyness", days)
            volume = volume * Gamma(1.0, busyness.daily_cv).quantile(u)[:, None]
        if busyness.interval_cv > 0:
            interval = arrivals.edges[:-1] // arrivals.interval_us
            noise = np.empty_like(volume)
            for day in range(days):
                normals = streams.at(f"{stream}/interval", day).standard_normal(int(interval[-1]) + 1)
                factors = interval_noise(normals, busyness.interval_cv, busyness.interval_correlation)
                noise[day] = factors[interval]
            volume = volume * noise
    return volume


def interval_noise(normals: Floats, cv: float, correlation: float) -> Floats:
    """Lognormal factors of mean 1 whose neighbours have the given correlation, from independent normals.

    The correlation of the normals beneath is ``log(1 + r (e^{s2} - 1)) / s2``, which gives the factors
    exactly r.
    """
    s2 = math.log1p(cv * cv)
    beneath = math.log1p(correlation * math.expm1(s2)) / s2
    step = math.sqrt(1 - beneath * beneath)
    z = []
    last = 0.0
    for i, fresh in enumerate(normals.tolist()):
        last = fresh if i == 0 else beneath * last + step * fresh
        z.append(last)
    return np.exp(math.sqrt(s2) * np.array(z) - s2 / 2)


def arrivals_of_days(name: str, edges: Int64, volumes: Floats, streams: Streams) -> tuple[Int64, list[int]]:
    """Arrival times, and how many there are a day: day by day, by position in the day's streams."""
    totals = volumes.cumsum(axis=1)[:, -1].tolist() if volumes.size else [0.0] * len(volumes)
    counts = [
        _count_below(total, streams.at(f"{name}/height", day), name, day) if total > 0 else 0
        for day, total in enumerate(totals)
    ]
    u = np.empty(sum(counts))
    if not len(u):
        return np.empty(0, np.int64), counts
    for day, part in parts_of(counts, u):
        streams.at(f"{name}/position", day).random(out=part)
    if volumes.shape[1] == 1:
        u *= edges[1] - edges[0]
        u += edges[0]
    else:
        laid_over(edges, volumes, u, counts)
    at = u.astype(np.int64)
    np.minimum(at, edges[-1] - 1, out=at)
    for day, own in parts_of(counts, at):
        own += day * DAY
    return at, counts


def parts_of(counts: list[int], values: Values) -> Iterator[tuple[int, Values]]:
    """(day, its values) of each day that has contacts."""
    first = 0
    for day, count in enumerate(counts):
        if count:
            yield day, values[first : first + count]
            first += count


def laid_over(edges: Int64, volumes: Floats, shares: Floats, counts: list[int]) -> None:
    """Shares of a day's volume, from 0 to below 1, become the times at which the day has reached them.

    ``volumes``: (days, cells); ``counts``: how many of ``shares``, day by day, belong to each day. What
    ``np.interp`` computes, many times faster on many values in random order: a guide table finds the
    cell, instead of a bisection (Chen and Asau 1974).
    """
    days, cells = volumes.shape
    cumulative = np.zeros((days, cells + 1))
    volumes.cumsum(axis=1, out=cumulative[:, 1:])
    totals = cumulative[:, -1]
    if len(shares) < volumes.size:  # a guide table costs more than it saves
        for day, part in parts_of(counts, shares):
            part[:] = np.interp(part * totals[day], cumulative[day], edges)
        return
    cell = _first_guess(cumulative, shares, counts)
    reached = shares
    for day, part in parts_of(counts, reached):
        part *= totals[day]
    with np.errstate(divide="ignore", invalid="ignore"):  # no contact falls into an empty cell
        slope = (np.diff(edges) / np.diff(cumulative)).ravel()
    below, until = cumulative[:, :-1].ravel(), cumulative[:, 1:]
    until = np.where(until < totals[:, None], until, np.inf).ravel()
    behind = np.flatnonzero(reached >= until.take(cell))
    while len(behind):
        cell[behind] += 1
        behind = behind[reached[behind] >= until[cell[behind]]]
    reached -= below.take(cell)
    reached *= slope.take(cell)
    reached += np.tile(edges[:-1].astype(np.float64), days).take(cell)


def _first_guess(cumulative: Floats, shares: Floats, counts: list[int]) -> Int64:
    """A cell of each share's day, as ``day * cells + cell``, that is not beyond the right one."""
    below, totals = cumulative[:, :-1], cumulative[:, -1:]
    days, cells = below.shape
    steps = _STEPS * cells
    width = steps + 2  # a share may be rounded up to 1, and a last cell may begin there
    first = np.arange(days) * width
    begins = np.zeros_like(below)
    np.divide(below * (steps * _SLACK), totals, out=begins, where=totals > 0)
    begins = np.ceil(begins).astype(np.int64) + first[:, None]
    guide = np.bincount(begins.ravel(), minlength=days * width).cumsum() - 1
    place = (shares * steps).astype(np.int64)
    place += np.repeat(first, counts)
    found: Int64 = guide.take(place)
    return found


def _count_below(total: float, generator: np.random.Generator, name: str, day: int) -> int:
    """How many heights of the unit-rate process are at most ``total``: a Poisson count that grows with it."""
    if total > MOST_A_DAY:
        raise CcsimError(
            f"queue {name} expects {total:.0f} contacts on day {day}; at most 9 million are possible"
        )
    count, reached = 0, 0.0
    chunk = int(total + 6 * math.sqrt(total) + 16)
    while True:
        heights = generator.standard_exponential(chunk)
        heights[0] += reached
        np.cumsum(heights, out=heights)
        below = int(np.searchsorted(heights, total, side="right"))
        count += below
        if below < chunk:
            return count
        reached = float(heights[-1])
        chunk = 64
