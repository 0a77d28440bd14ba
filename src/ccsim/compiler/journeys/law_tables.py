"""The laws of a journey, each turned into one table of quantiles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import TABLE_LENGTH
from ccsim.compiler.quantiles import logistic_table, table_of
from ccsim.distributions import Law


class LawTables:
    """Gives each law the row of its table; equal laws share a row."""

    def __init__(self) -> None:
        self._laws: list[Law] = []
        self._rows: list[int] = []
        self._tables: list[npt.NDArray[np.int64]] = []
        self._logistic = -1

    def row(self, law: Law | None) -> int:
        """Row of a law of durations; -1 for none."""
        if law is None:
            return -1
        for known, row in zip(self._laws, self._rows, strict=True):
            if known == law:
                return row
        self._laws.append(law)
        self._rows.append(self.add(table_of(law)))
        return self._rows[-1]

    def logistic(self) -> int:
        """Row of the standard logistic law, in micro-logits."""
        if self._logistic < 0:
            self._logistic = self.add(logistic_table())
        return self._logistic

    def add(self, table: npt.NDArray[np.int64]) -> int:
        """Row of a table made elsewhere; (TABLE_LENGTH,)."""
        self._tables.append(table)
        return len(self._tables) - 1

    def array(self) -> npt.NDArray[np.int64]:
        """(tables, TABLE_LENGTH)"""
        if not self._tables:
            return np.empty((0, TABLE_LENGTH), dtype=np.int64)
        return np.stack(self._tables)
