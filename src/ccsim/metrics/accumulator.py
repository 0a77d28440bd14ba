"""Logs in, one at a time; the table out. Only sums are kept, and the waits when a quantile is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.errors import MetricError
from ccsim.log import Labels, Log
from ccsim.metrics.estimators import RatioEstimator, student_t
from ccsim.metrics.features import OF_LOGS, features, of_labels
from ccsim.metrics.frame import Record, plain_records, tidy
from ccsim.metrics.keys import cells_for, check_by
from ccsim.metrics.legs import ATTRIBUTIONS, KINDS
from ccsim.metrics.measures import Measured, Wants, measure
from ccsim.metrics.quantiles import SortedWaits, merge
from ccsim.metrics.registry import choose
from ccsim.metrics.window import Since, measured_from

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]


class Accumulator:
    """The metrics of a set of replications of one world.

    ``names``: metrics (None: every standard one that goes with the keys). ``by``: any of ``keys.BY_KEYS``
    except ``replication``. ``warm_up``: text such as ``2h`` or microseconds, counted from the first opening;
    ``since``: a date or a time stamp. Legs that arrived before either are out, and time counts from there.
    ``attribution``: the slot in which a leg counts: that of its ``arrival``, of its ``sl_event`` (answer,
    abandon or the moment when the target time passes, whichever is first) or of its ``contact_end``. Time
    always counts where it passed.

    Over replications a ratio is the ratio of sums, a count or an hour the mean of a replication, a quantile
    that of all waits together, and a longest the mean of the replications' longest. ``low`` and ``high``
    bound the ``confidence`` interval (:mod:`ccsim.metrics.estimators`), cut at 0 and, for shares, at 1; for a
    quantile it comes from the spread of the replications' own. They are nan with one replication. Memory: for
    quantiles 8 bytes a queued contact, else a few sums.

    ``weight`` is the denominator of a ratio, the number of waits of a quantile, and the total of a count, of
    all replications together. A ratio of weight 0 is nan.
    """

    def __init__(
        self,
        labels: Labels,
        names: Sequence[str] | str | None = None,
        by: Sequence[str] | str | None = None,
        *,
        warm_up: str | int | None = None,
        since: Since | None = None,
        attribution: str = "arrival",
        confidence: float = 0.95,
    ) -> None:
        keys = check_by(by)
        if "replication" in keys:
            raise MetricError("an accumulator pools replications; compute() reports by replication")
        if attribution not in ATTRIBUTIONS:
            raise MetricError(f"there is no attribution {attribution!r}; there is: {', '.join(ATTRIBUTIONS)}")
        if not 0 < confidence < 1:
            raise MetricError(f"the confidence must be above 0 and below 1, not {confidence}")
        self._has = of_labels(labels)
        self._named = names is not None
        self.metrics = choose(names, keys)
        self._chosen = self.metrics
        self.cells = cells_for(labels, keys)
        self.labels = labels
        self._since_us = measured_from(labels, warm_up, since)
        self._attribution = attribution
        self._confidence = confidence
        self._waits: dict[str, list[SortedWaits]] = {}
        self._present = np.zeros(self.cells.count, dtype=bool)
        self._choose(self._has)

    def _choose(self, has: frozenset[str]) -> None:
        """Measure what a world with ``has`` can show: all that is named, or what does not need more."""
        if not self._named:
            self.metrics = tuple(m for m in self._chosen if not m.needs or m.needs in has)
        self._wants = Wants.of(self.metrics)
        shape = (len(self.metrics), self.cells.count)
        self._ratios = RatioEstimator(shape)
        self._weight = np.zeros(shape)
        squares = tuple(metric.squares for metric in self.metrics)
        self._squares = np.zeros(shape) if any(squares) else None

    @property
    def replications(self) -> int:
        """Number of Logs taken."""
        return self._ratios.replications

    def add(self, log: Log) -> None:
        """Take one replication; raises MetricError when it is of another world."""
        _check_same_world(self.labels, log.labels)
        has = features(log)
        if not self._named and not has <= self._has:
            self._has |= has
        if not self.replications and (has or not len(log.contacts["issue"])):
            self._choose(of_labels(self.labels) | OF_LOGS)
        measured = measure(log, self.cells, self._wants, self._since_us, self._attribution)
        numerator, denominator, weight = self._parts(measured)
        self._ratios.add(numerator, denominator)
        self._weight += weight
        if self._squares is not None:
            for row, metric in enumerate(self.metrics):
                if metric.squares:
                    self._squares[row] += measured.total((metric.squares,), None)
        for name, waits in measured.waits.items():
            self._waits.setdefault(name, []).append(waits)
        for values in measured.sums.values():
            self._present |= values != 0

    def _parts(self, measured: Measured) -> tuple[Float64, Float64, Float64]:
        """Numerators, denominators and weights of one replication, each (metrics, cells)."""
        shape = self._weight.shape
        top, bottom, weight = np.zeros(shape), np.ones(shape), np.zeros(shape)
        percents = {
            name: sorted({m.percent for m in self.metrics if m.numerator == (name,)})
            for name in measured.waits
        }
        found = {name: waits.quantiles(percents[name]) for name, waits in measured.waits.items()}
        for row, metric in enumerate(self.metrics):
            if metric.kind == "ratio":
                top[row] = measured.total(metric.numerator, metric.within_us)
                bottom[row] = weight[row] = measured.total(metric.denominator, metric.within_us)
            elif metric.kind == "count":
                top[row] = weight[row] = measured.total(metric.numerator, None)
            elif measured.longest_queue is not None and metric.name == "longest_queue":
                top[row] = measured.longest_queue
                weight[row] = measured.total(KINDS, None)
            else:
                name = metric.numerator[0]
                values, count = found[name]
                place = percents[name].index(metric.percent)
                top[row] = np.nan_to_num(values[place])
                bottom[row] = count > 0
                weight[row] = count
        return top, bottom, weight

    def table(self) -> pd.DataFrame:
        """The tidy table of what was taken so far: by-keys, metric, value, low, high, weight."""
        value = self._ratios.ratio()
        half_width = self._ratios.half_width(self._confidence)
        if self._squares is not None:
            self._sampling_noise(value, half_width)
        if self.replications > 1:
            self._pool_quantiles(value)
        scale, weight_scale = self._scales()
        low, high = self._bounds(value, half_width)
        rows, shown = self._shown()
        return tidy(self.cells, rows, [self.metrics[row].name for row in shown],
                    *(part[shown] for part in (value * scale, low * scale, high * scale,
                                               self._weight * weight_scale)))  # fmt: skip

    def records(self) -> list[Record]:
        """The rows of the table as plain tuples (by-values, metric, value, weight), without intervals.

        For many small tables: a frame takes longer to build than they take to measure. Days are ISO dates.
        """
        value = self._ratios.ratio()
        if self.replications > 1:
            self._pool_quantiles(value)
        scale, weight_scale = self._scales()
        rows, shown = self._shown()
        names = [self.metrics[row].name for row in shown]
        return plain_records(self.cells, rows, names, (value * scale)[shown],
                             (self._weight * weight_scale)[shown])  # fmt: skip

    def _scales(self) -> tuple[Float64, Float64]:
        """(metrics, 1) what values and weights are multiplied by."""
        scale = np.array([[metric.scale] for metric in self.metrics]).reshape(-1, 1)
        return scale, np.array([[metric.weight_scale] for metric in self.metrics]).reshape(-1, 1)

    def _shown(self) -> tuple[npt.NDArray[np.int64], list[int]]:
        """The cells and the metrics that a table shows."""
        rows = np.arange(self.cells.count)
        if self.cells.time.keys:
            rows = rows[self._present]
        metrics = [
            row for row, m in enumerate(self.metrics) if self._named or not m.needs or m.needs in self._has
        ]
        return rows, metrics

    def _sampling_noise(self, value: Float64, half_width: Float64) -> None:
        """Intervals of means of a sample: how far the answers of one replication may be off."""
        for row, metric in enumerate(self.metrics):
            if not metric.squares or self._squares is None:
                continue
            number = self._weight[row]
            with np.errstate(divide="ignore", invalid="ignore"):
                spread = self._squares[row] / number - value[row] ** 2
                error = np.sqrt(np.maximum(spread, 0.0) * number / (number - 1) * self.replications / number)
                freedom = np.maximum(number / self.replications - 1, 1)
            t = np.array([student_t(self._confidence, degrees) for degrees in freedom])
            half_width[row] = np.where(number > 1, t * error, np.nan)

    def _bounds(self, value: Float64, half_width: Float64) -> tuple[Float64, Float64]:
        """The interval around each value, cut at what is possible: nothing is below 0, no share above 1."""
        is_share = np.array([[metric.unit == "share"] for metric in self.metrics])
        low = np.minimum(value, np.maximum(value - half_width, 0.0))
        high = value + half_width
        return low, np.where(is_share, np.maximum(value, np.minimum(high, 1.0)), high)

    def _pool_quantiles(self, value: Float64) -> None:
        for name, parts in self._waits.items():
            pooled = merge(parts)
            self._waits[name] = [pooled]
            chosen = [
                row for row, m in enumerate(self.metrics) if m.kind == "quantile" and m.numerator == (name,)
            ]
            found, _ = pooled.quantiles([self.metrics[row].percent for row in chosen])
            for place, row in enumerate(chosen):
                value[row] = found[place]


def compute(
    logs: Iterable[Log],
    names: Sequence[str] | str | None = None,
    by: Sequence[str] | str | None = None,
    *,
    warm_up: str | int | None = None,
    since: Since | None = None,
    attribution: str = "arrival",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The table of several replications of one world, also by ``replication`` (1, 2, ...).

    The arguments are those of :class:`Accumulator`, which does the same for Logs that come one at a time.
    Raises MetricError for unknown or incompatible names and keys, and when there is no Log.
    """
    import pandas as pd

    keys = check_by(by)
    inner = tuple(key for key in keys if key != "replication")
    tables: list[pd.DataFrame] = []
    accumulator: Accumulator | None = None
    for number, log in enumerate(logs, start=1):
        if accumulator is None or "replication" in keys:
            accumulator = Accumulator(
                log.labels,
                names,
                inner,
                warm_up=warm_up,
                since=since,
                attribution=attribution,
                confidence=confidence,
            )
        accumulator.add(log)
        if "replication" in keys:
            tables.append(accumulator.table().assign(replication=number))
    if accumulator is None:
        raise MetricError("there is no Log to measure")
    if "replication" not in keys:
        return accumulator.table()
    table = pd.concat(tables, ignore_index=True)
    return table[[*keys, "metric", "value", "low", "high", "weight"]]


def _check_same_world(labels: Labels, other: Labels) -> None:
    for name in ("queues", "channels", "groups", "agents", "start", "days", "interval_us"):
        if getattr(labels, name) != getattr(other, name):
            raise MetricError(f"these Logs are not replications of one world: their {name} differ")
    if labels.ends_at != other.ends_at:
        raise MetricError("these Logs are not replications of one world: they end at different times")
