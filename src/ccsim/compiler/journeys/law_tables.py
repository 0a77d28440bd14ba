"""The tables of quantiles of a Program: one row for each distinct law."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import HARDEST, TABLE_LENGTH
from ccsim.compiler.quantiles import levels, logistic_table, table_of
from ccsim.distributions import Law
from ccsim.scenario.laws import AnyLaw

Int64 = npt.NDArray[np.int64]
NO_TABLE = -1


class LawTables:
    """Rows of tables, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._rows: list[Int64] = []
        self._number: dict[bytes, int] = {}

    def row(self, law: AnyLaw | Law | None) -> int:
        """The row of a law of durations; -1 where there is none."""
        if law is None:
            return NO_TABLE
        return self.add(table_of(law.law() if isinstance(law, AnyLaw) else law))

    def add(self, table: Int64) -> int:
        """The row of a table of quantiles, ``(TABLE_LENGTH,)``; equal tables share a row."""
        name = table.tobytes()
        if name not in self._number:
            self._number[name] = len(self._rows)
            self._rows.append(table)
        return self._number[name]

    def logistic(self) -> int:
        """The row of thresholds that scores in micro-logits are compared with."""
        return self.add(logistic_table())

    def error_of_estimate(self, deviation: float) -> int:
        """The row of a normal error on the scale of complexity; -1 where there is no error."""
        if deviation <= 0:
            return NO_TABLE
        from scipy.special import ndtri

        normal = ndtri(np.maximum(levels(), 2.0**-25))
        return self.add(np.rint(normal * deviation * HARDEST).astype(np.int64))

    def recorded(self, durations: Int64) -> int:
        """The row of recorded durations in microseconds, of which there is at least one."""
        return self.add(np.rint(np.quantile(durations, levels())).astype(np.int64))

    def array(self) -> Int64:
        """(tables, TABLE_LENGTH)"""
        if not self._rows:
            return np.empty((0, TABLE_LENGTH), dtype=np.int64)
        return np.stack(self._rows)
