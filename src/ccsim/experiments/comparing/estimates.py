"""Rows -> values with intervals, by case, point, by-keys and metric.

Replication r of a metric gives a numerator N_r and a denominator D_r (:func:`parts`): value x weight and
weight for a ratio, the value and 1 for a count, the value and 1 for a quantile or a longest (0 and 0 where
nobody waited). The estimate is sum(N) / sum(D) with the interval of the delta method, as in
:mod:`ccsim.metrics.estimators`. A quantile is therefore the mean of the replications' own: rows do not hold
the waits, so this is not the quantile of all waits together that ``Run.metrics`` gives.

Two ways in: :class:`Estimates` takes rows one at a time and keeps six numbers an entry, whatever the number
of replications; :func:`samples` keeps every replication, for what needs pairs of them. Replications that come
in blocks (:mod:`ccsim.draws.streams`) are summed first, and intervals count whole blocks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.experiments.keeping.rows import CellRow, Key, Value
from ccsim.metrics import find
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]
Place = tuple[str, int]  # case and number of the point
Entry = tuple[tuple[Key, ...], str]  # values of the by-keys, and the metric


def parts(metric: str, value: float, weight: float) -> tuple[float, float]:
    """(numerator, denominator) of one replication's value, in the metric's own unit."""
    kind = _kind(metric)
    if kind == "count":
        return (0.0 if math.isnan(value) else value), 1.0
    if math.isnan(value):
        return 0.0, 0.0
    return (value * weight, weight) if kind == "ratio" else (value, 1.0)


def empty_parts(metric: str) -> tuple[float, float]:
    """(numerator, denominator) where a replication has no such entry: a count is 0, else nothing."""
    return 0.0, 1.0 if _kind(metric) == "count" else 0.0


@cache
def _kind(metric: str) -> str:
    """A metric of the user's own (``module:function``) gives a value and a weight, as a ratio does."""
    return "ratio" if ":" in metric else find(metric).kind


@cache
def _is_share(metric: str) -> bool:
    return ":" not in metric and find(metric).unit == "share"


@dataclass(frozen=True, slots=True)
class Sample:
    """Every replication of one point of one case.

    ``entries``: (entries,) pairs of by-values and metric; ``replications``: (replications,) their numbers,
    ascending, from 0; ``n`` and ``d``: (entries, replications) numerators and denominators.
    """

    entries: tuple[Entry, ...]
    replications: npt.NDArray[np.int64]
    n: Float64
    d: Float64

    def values(self) -> Float64:
        """(entries,) sum(N) / sum(D); nan where sum(D) is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            bottom = self.d.mean(axis=1)
            return np.where(bottom > 0, self.n.mean(axis=1) / bottom, np.nan)

    def influence(self) -> Float64:
        """(entries, replications) z_r = (N_r - R D_r) / mean(D): how far a replication pulls the value."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Float64 = (self.n - self.values()[:, None] * self.d) / self.d.mean(axis=1, keepdims=True)
            return found

    def variances(self) -> Float64:
        """(entries,) of the estimates: sum(z**2) / (n (n - 1)); nan with one replication."""
        count = len(self.replications)
        if count < 2:
            return np.full(len(self.entries), np.nan)
        found: Float64 = (self.influence() ** 2).sum(axis=1) / (count * (count - 1))
        return found

    def half_widths(self, confidence: float = 0.95) -> Float64:
        """(entries,) half of each interval; nan with one replication."""
        count = len(self.replications)
        if count < 2:
            return np.full(len(self.entries), np.nan)
        found: Float64 = student_t(confidence, count - 1) * np.sqrt(self.variances())
        return found

    def only(self, entries: Sequence[Entry], replications: npt.NDArray[np.int64]) -> Sample:
        """The sample cut to these entries and replications (all of which it must have), in this order."""
        place = {entry: row for row, entry in enumerate(self.entries)}
        rows = np.array([place[entry] for entry in entries], dtype=np.int64)
        columns = np.searchsorted(self.replications, replications)
        cut = np.ix_(rows, columns)
        return Sample(tuple(entries), self.replications[columns], self.n[cut], self.d[cut])


def samples(rows: Iterable[CellRow], metrics: Sequence[str] | None = None) -> dict[Place, Sample]:
    """By case and point, in order of appearance, the replications that are done; of ``metrics`` (None: all).

    Rows may come in any order; the same cell twice counts once. Memory: 16 bytes an entry and replication.
    """
    found: dict[Place, dict[int, dict[Entry, tuple[float, float]]]] = {}
    wanted = None if metrics is None else frozenset(metrics)
    for row in rows:
        if not row.done:
            continue
        found.setdefault((row.case, row.point), {})[row.replication] = {
            (v.by, v.metric): parts(v.metric, v.value, v.weight)
            for v in row.values
            if wanted is None or v.metric in wanted
        }
    return {place: _sample(by_replication) for place, by_replication in found.items()}


def _sample(by_replication: dict[int, dict[Entry, tuple[float, float]]]) -> Sample:
    numbers = sorted(by_replication)
    entries = tuple(dict.fromkeys(entry for number in numbers for entry in by_replication[number]))
    missing = [empty_parts(metric) for _, metric in entries]
    table = np.array(
        [
            [by_replication[number].get(entry, empty) for number in numbers]
            for entry, empty in zip(entries, missing, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(entries), len(numbers), 2)
    return Sample(entries, np.array(numbers, dtype=np.int64), table[..., 0].copy(), table[..., 1].copy())


Parts = dict[Entry, tuple[float, float]]


class Blocks:
    """Rows of one point, in any order -> numerators and denominators of whole blocks of replications."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._open: dict[int, list[Parts]] = {}

    def add(self, row: CellRow, wanted: Callable[[Value], bool] | None = None) -> Parts | None:
        """Take a row that is done; the sums of its block once that is whole. ``wanted``: which values."""
        own = {
            (v.by, v.metric): parts(v.metric, v.value, v.weight)
            for v in row.values
            if wanted is None or wanted(v)
        }
        if self._block == 1:
            return own
        number = row.replication // self._block
        held = self._open.setdefault(number, [])
        held.append(own)
        if len(held) < self._block:
            return None
        del self._open[number]
        entries = dict.fromkeys(entry for one in held for entry in one)
        return {entry: self._sum(entry, held) for entry in entries}

    def empty(self, metric: str) -> tuple[float, float]:
        """The sums of a block that has no such entry."""
        n, d = empty_parts(metric)
        return n * self._block, d * self._block

    @staticmethod
    def _sum(entry: Entry, held: list[Parts]) -> tuple[float, float]:
        found = [one.get(entry, empty_parts(entry[1])) for one in held]
        return sum(n for n, _ in found), sum(d for _, d in found)


@dataclass(slots=True)
class Sums:
    """Running means and co-moments (Welford) of one entry's numerators and denominators."""

    count: int = 0
    mean_n: float = 0.0
    mean_d: float = 0.0
    nn: float = 0.0
    nd: float = 0.0
    dd: float = 0.0

    def add(self, n: float, d: float) -> None:
        """Take one replication."""
        self.count += 1
        off_n, off_d = n - self.mean_n, d - self.mean_d
        self.mean_n += off_n / self.count
        self.mean_d += off_d / self.count
        left_n = n - self.mean_n
        self.nn += off_n * left_n
        self.nd += off_d * left_n
        self.dd += off_d * (d - self.mean_d)

    def filled(self, count: int, n: float, d: float) -> Sums:
        """With (n, d) for every replication up to ``count`` that did not have the entry."""
        more = count - self.count
        if more <= 0:
            return self
        off_n, off_d = n - self.mean_n, d - self.mean_d
        both = self.count * more / count
        return Sums(
            count,
            self.mean_n + off_n * more / count,
            self.mean_d + off_d * more / count,
            self.nn + off_n * off_n * both,
            self.nd + off_n * off_d * both,
            self.dd + off_d * off_d * both,
        )

    def value(self) -> float:
        """sum(N) / sum(D); nan where there is nothing."""
        return self.mean_n / self.mean_d if self.mean_d > 0 else math.nan

    def half_width(self, confidence: float) -> float:
        """Half of the interval; nan with fewer than two replications or no denominator."""
        if self.count < 2 or not self.mean_d > 0:
            return math.nan
        ratio = self.value()
        residual = max(self.nn - 2 * ratio * self.nd + ratio * ratio * self.dd, 0.0)
        error = math.sqrt(residual / (self.count * (self.count - 1))) / self.mean_d
        return _student_t(confidence, self.count - 1) * error


@cache
def _student_t(confidence: float, freedom: int) -> float:
    return student_t(confidence, freedom)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One value with its interval; ``half_width`` is nan where one replication is all there is."""

    case: str
    point: int
    by: tuple[Key, ...]
    metric: str
    value: float
    half_width: float
    replications: int

    @property
    def low(self) -> float:
        """Lower end of the interval, cut at 0 as everything measured is at least that."""
        return min(self.value, max(self.value - self.half_width, 0.0))

    @property
    def high(self) -> float:
        """Upper end of the interval; that of a share is cut at 1."""
        high = self.value + self.half_width
        return max(self.value, min(high, 1.0)) if _is_share(self.metric) else high


class _Point:
    """The running sums of one point of one case."""

    def __init__(self, block: int) -> None:
        self.blocks = Blocks(block)
        self.whole = 0  # blocks
        self.sums: dict[Entry, Sums] = {}


class Estimates:
    """Rows in, one at a time; values with intervals out. Only done rows count, and of those whole blocks.

    The last digits of sums depend on the order in which rows come: for equal tables, take rows in the order
    of the store's ``rows()``.
    """

    def __init__(self, metrics: Iterable[str] | None = None, *, block: int = 1) -> None:
        """``block``: replications that depend on each other (``ccsim.draws.streams.BLOCK_OF``)."""
        self._names = None if metrics is None else frozenset(metrics)
        self._block = block
        self._points: dict[Place, _Point] = {}

    def add(self, row: CellRow) -> None:
        """Take one cell; a failed one is left out."""
        if not row.done:
            return
        point = self._points.setdefault((row.case, row.point), _Point(self._block))
        found = point.blocks.add(row, None if self._names is None else self._wanted)
        if found is None:
            return
        point.whole += 1
        for entry, (n, d) in found.items():
            point.sums.setdefault(entry, Sums()).add(n, d)

    def _wanted(self, value: Value) -> bool:
        return self._names is None or value.metric in self._names

    def replications(self, case: str, point: int) -> int:
        """How many cells of a point were taken, in whole blocks."""
        found = self._points.get((case, point))
        return 0 if found is None else found.whole * self._block

    def of(self, case: str, point: int, confidence: float = 0.95) -> Iterator[Estimate]:
        """The estimates of one point, in the order in which entries came."""
        found = self._points.get((case, point))
        if found is None:
            return
        count = found.whole * self._block
        for (by, metric), sums in found.sums.items():
            whole = sums.filled(found.whole, *found.blocks.empty(metric))
            yield Estimate(case, point, by, metric, whole.value(), whole.half_width(confidence), count)

    def all(self, confidence: float = 0.95) -> Iterator[Estimate]:
        """The estimates of every point, in the order in which points came."""
        for case, point in self._points:
            yield from self.of(case, point, confidence)

    def table(self, by: Sequence[str] = (), confidence: float = 0.95) -> pd.DataFrame:
        """Columns: case, point, one for each of ``by`` (the keys that the rows were measured by), metric,
        value, low, high, half_width, replications.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = [
            {"case": e.case, "point": e.point, **dict(zip(by, e.by, strict=True)), "metric": e.metric,
             "value": e.value, "low": e.low, "high": e.high, "half_width": e.half_width,
             "replications": e.replications}
            for e in self.all(confidence)
        ]  # fmt: skip
        columns = ["case", "point", *by, "metric", "value", "low", "high", "half_width", "replications"]
        return pd.DataFrame(rows, columns=columns)
