"""One Log -> the values of its row, and the controls that its luck gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ccsim.draws import Draws
from ccsim.experiments.keeping.rows import Value
from ccsim.experiments.planning.own_metrics import OwnMetric, measured
from ccsim.log import Log
from ccsim.metrics import Accumulator, find

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.compiler import Program

WHOLE = "all"  # what a by-key reads in the values of the whole center
INTERVAL_KEYS = ("queue", "day", "interval")


class Measuring:
    """What is measured of every replication: each metric as a whole, and by keys where it goes with them."""

    def __init__(
        self,
        measure: Sequence[str],
        by: Sequence[str],
        warm_up: int | None,
        own: Mapping[str, OwnMetric],
    ) -> None:
        """Raises MetricError for an unknown metric or a file of own metrics that does not run."""
        self._measure, self._by, self._warm_up = tuple(measure), tuple(by), warm_up
        self._listed = [name for name in measure if ":" not in name]
        self._keyed = [name for name in self._listed if by and set(by) <= find(name).keys]
        self._own = {name: own[name].load() for name in measure if ":" in name}

    def values(self, log: Log) -> tuple[Value, ...]:
        """The values of one Log, those of the whole center first."""
        place = (WHOLE,) * len(self._by)
        whole = {name: (value, weight) for _, name, value, weight in self._table(log, self._listed, ())}
        for name, function in self._own.items():
            whole[name] = measured(function, name, log)
        values = [Value(place, name, *whole[name]) for name in self._measure if name in whole]
        values += [Value(*record) for record in self._table(log, self._keyed, self._by)]
        return tuple(values)

    def _table(
        self, log: Log, names: Sequence[str], by: Sequence[str]
    ) -> list[tuple[tuple[str | int, ...], str, float, float]]:
        if not names:
            return []
        accumulator = Accumulator(log.labels, names, by, warm_up=self._warm_up)
        accumulator.add(log)
        return accumulator.records()

    def intervals(self, log: Log) -> pd.DataFrame:
        """The table by queue, day and interval of the metrics that go with them."""
        names = [name for name in self._listed if set(INTERVAL_KEYS) <= find(name).keys]
        accumulator = Accumulator(log.labels, names or ["offered"], INTERVAL_KEYS, warm_up=self._warm_up)
        accumulator.add(log)
        return accumulator.table().drop(columns=["low", "high"])


def controls(program: Program, draws: Draws) -> dict[str, dict[str, float]]:
    """By queue, the number of fresh contacts drawn and the work they bring (talk and wrap-up at speed 1)."""
    queues = program.labels.queues
    arrivals = np.bincount(draws.queue, minlength=len(queues))
    # whole microseconds below 2**53: the sum is exact in any order
    work = np.bincount(draws.queue, weights=draws.talk + draws.wrap_up, minlength=len(queues))
    return {
        name: {"arrivals": int(arrivals[q]), "offered_work_s": float(work[q]) / 1e6}
        for q, name in enumerate(queues)
    }
