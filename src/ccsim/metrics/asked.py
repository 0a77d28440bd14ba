"""What a theme of metrics is: entries, the measures they are made of, and what adds those up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.log import Log
from ccsim.metrics.clock import Clocks
from ccsim.metrics.contact_rows import ContactRows, IssueRows, read_contacts, read_issues
from ccsim.metrics.grid import IntAny, sums_of
from ccsim.metrics.keys import Cells
from ccsim.metrics.legs import Legs, read_legs
from ccsim.metrics.levels import Name
from ccsim.metrics.metric import Metric
from ccsim.metrics.quantiles import LEFT_OUT, SortedWaits
from ccsim.metrics.shares import Spells, even_parts, has_plain_time, spells_of

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One Log and the measures that a table needs of it."""

    log: Log
    cells: Cells
    names: frozenset[str]
    periods: tuple[int, ...]  # microseconds, of the metrics that name a number of days
    since_us: int
    sums: dict[Name, Float64] = field(default_factory=dict)
    waits: dict[str, SortedWaits] = field(default_factory=dict)
    read: dict[str, Any] = field(default_factory=dict)  # what themes have in common, once read

    @property
    def contacts(self) -> ContactRows:
        """The contacts of the Log."""
        if "contacts" not in self.read:
            self.read["contacts"] = read_contacts(self.log, self.legs)
        return self.read["contacts"]  # type: ignore[no-any-return]

    @property
    def issues(self) -> IssueRows:
        """The issues of the Log."""
        if "issues" not in self.read:
            self.read["issues"] = read_issues(self.log, self.contacts)
        return self.read["issues"]  # type: ignore[no-any-return]

    @property
    def spells(self) -> Spells:
        """The work of agents."""
        if "spells" not in self.read:
            self.read["spells"] = spells_of(self.log)
        return self.read["spells"]  # type: ignore[no-any-return]

    @property
    def parts(self) -> Spells | None:
        """The work of agents, cut where the number of their open contacts changes; None: one at a time."""
        if has_plain_time(self.log):
            return None
        if "parts" not in self.read:
            self.read["parts"] = even_parts(self.spells, self.log.labels)
        return self.read["parts"]  # type: ignore[no-any-return]

    @property
    def legs(self) -> Legs:
        """The legs of the Log, with the waits of each queue on its clock."""
        if "legs" not in self.read:
            self.read["legs"] = read_legs(self.log, Clocks.read(self.log.labels))
        return self.read["legs"]  # type: ignore[no-any-return]

    def cell_of(self, queue: IntAny, at: Int64, front: Int64 | None = None) -> Int64:
        """(rows,) cell of each row; -1 where it is from before what is measured."""
        cell = self.cells.of(queue, at, front)
        return np.where(at >= self.since_us, cell, -1) if self.since_us > 0 else cell

    def cell_of_contacts(self) -> Int64:
        """(contacts,) cell in which each came; -1: before what is measured, or it never came."""
        contacts = self.contacts
        return np.where(contacts.came, self.cell_of(contacts.queue, contacts.arrived_at), -1)

    def add(
        self,
        name: Name,
        cell: Int64,
        values: npt.ArrayLike | None = None,
        where: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Sum ``values`` (None: count the rows) by cell; a cell of -1 is in no cell.

        ``where``: the rows that count (None: all).
        """
        inside = cell >= 0
        if where is not None:
            inside &= where
        found: Float64
        if values is not None:
            rows = np.flatnonzero(inside)
            chosen = np.asarray(values).take(rows)
            if self.cells.count == 1 and _adds_up_exactly(chosen):
                found = np.array([float(chosen.sum())])
            else:
                found = sums_of(cell.take(rows), chosen, self.cells.count)
        elif self.cells.count == 1:
            found = np.array([float(np.count_nonzero(inside))])
        else:
            found = np.bincount(cell[inside], minlength=self.cells.count).astype(np.float64)
        self.sums[name] = self.sums[name] + found if name in self.sums else found

    def sort(self, name: str, cell: Int64, values: Int64) -> None:
        """Keep ``values`` (microseconds, from 0 to the length of the run) of each cell for quantiles."""
        bits = max(self.cells.labels.ends_at, 1).bit_length()
        if self.cells.count.bit_length() + bits > 62:
            raise OverflowError(
                f"{self.cells.count} cells do not fit into one integer with times of {bits} bits"
            )
        packed = cell << bits
        packed |= values
        packed[cell < 0] = LEFT_OUT
        packed.sort()
        packed = packed[: np.searchsorted(packed, np.int64(self.cells.count) << bits)]
        self.waits[name] = SortedWaits(packed, bits, self.cells.count)


def _adds_up_exactly(values: npt.NDArray[Any]) -> bool:
    """Whether float64 holds the sum of the values, and that of any part of them."""
    if values.dtype.kind not in "iu" or not len(values):
        return False
    least, most = int(values.min()), int(values.max())
    if least < 0 or most * len(values) >= 2**63:
        return max(most, -least) * len(values) < 2**53
    return int(values.sum()) < 2**53


@dataclass(frozen=True, slots=True)
class Theme:
    """Metrics that are measured together."""

    metrics: tuple[Metric, ...]
    add_up: Callable[[Asked], None]
    more: frozenset[str] = frozenset()  # measures of metrics that are found by name but not listed
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = {
            part.removeprefix("-")
            for metric in self.metrics
            for part in (*metric.numerator, *metric.denominator, *filter(None, [metric.squares]))
            if metric.kind in ("count", "ratio")
        }
        names |= {f"sorted:{m.numerator[0]}" for m in self.metrics if m.kind in ("quantile", "maximum")}
        object.__setattr__(self, "names", frozenset(names) | self.more)

    def measure(self, asked: Asked) -> tuple[dict[Name, Float64], dict[str, SortedWaits]]:
        """The measures of this theme."""
        own = replace(asked, sums={}, waits={})
        self.add_up(own)
        return own.sums, own.waits
