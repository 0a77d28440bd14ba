"""Where the rows of a store are: case and point, replication, file and place; each cell once, in order."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ccsim.errors import StoreError
from ccsim.experiments.keeping.rows import CellRow, from_line

Int64 = npt.NDArray[np.int64]


class Shelf:
    """Five numbers a row: a million cells need 40 MB. Call :meth:`sort` when all are in."""

    def __init__(self) -> None:
        self._files: list[Path] = []
        self._columns = {name: array("q") for name in ("point", "replication", "file", "offset", "tries")}
        self._rows: dict[str, Int64] = {}

    def file(self, path: Path) -> int:
        """The number of a new file."""
        self._files.append(path)
        return len(self._files) - 1

    def put(self, point: int, replication: int, file: int, offset: int, tries: int) -> None:
        """A row; ``point`` is its place in the order of points, ``tries`` is 0 for a cell that is done."""
        for column, value in zip(
            self._columns.values(), (point, replication, file, offset, tries), strict=True
        ):
            column.append(value)

    def sort(self) -> None:
        """Order by point and replication, and keep one row a cell: a done one, else that of the latest try.

        Raises StoreError where two rows of a cell are done and differ.
        """
        rows = {name: np.array(column, dtype=np.int64) for name, column in self._columns.items()}
        latest = np.where(rows["tries"] == 0, np.iinfo(np.int64).min, -rows["tries"])
        order = np.lexsort((rows["offset"], rows["file"], latest, rows["replication"], rows["point"]))
        rows = {name: column[order] for name, column in rows.items()}
        again = np.zeros(len(order), dtype=bool)
        again[1:] = (np.diff(rows["point"]) == 0) & (np.diff(rows["replication"]) == 0)
        kept = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
        with contextlib.ExitStack() as stack:
            read = self._reader(stack)
            for place in np.flatnonzero(again & (rows["tries"] == 0)):
                ours, theirs = (
                    read(int(rows["file"][p]), int(rows["offset"][p])) for p in (kept[place], place)
                )
                if ours.outcome() != theirs.outcome():
                    raise _differ(ours, theirs)
        self._rows = {name: column[~again] for name, column in rows.items()}
        self._columns = {name: array("q") for name in self._columns}

    def __len__(self) -> int:
        return len(self._rows["point"])

    def cells(self) -> Iterator[tuple[int, int, int]]:
        """(place of the point, replication, tries; 0: done) of every cell."""
        yield from zip(
            *(self._rows[name].tolist() for name in ("point", "replication", "tries")), strict=True
        )

    def failed(self) -> int:
        """How many cells have failed."""
        return int((self._rows["tries"] > 0).sum())

    def rows(self, *, failed: bool = True) -> Iterator[CellRow]:
        """The rows in order, read one at a time."""
        with contextlib.ExitStack() as stack:
            read = self._reader(stack)
            for row in range(len(self)):
                if failed or not self._rows["tries"][row]:
                    yield read(int(self._rows["file"][row]), int(self._rows["offset"][row]))

    def row(self, point: int, replication: int) -> CellRow | None:
        """The row of one cell, None where it was not played."""
        at = np.flatnonzero((self._rows["point"] == point) & (self._rows["replication"] == replication))
        if not len(at):
            return None
        with contextlib.ExitStack() as stack:
            return self._reader(stack)(int(self._rows["file"][at[0]]), int(self._rows["offset"][at[0]]))

    def _reader(self, stack: contextlib.ExitStack) -> _Reader:
        return _Reader(self._files, stack)


class _Reader:
    """Reads rows at places of files, of which few are open at a time."""

    MOST_OPEN = 100

    def __init__(self, files: list[Path], stack: contextlib.ExitStack) -> None:
        self._files = files
        self._open: dict[int, BinaryIO] = {}
        stack.callback(self._close)

    def __call__(self, file: int, offset: int) -> CellRow:
        opened = self._open.get(file)
        if opened is None:
            if len(self._open) >= self.MOST_OPEN:
                self._close()
            opened = self._open[file] = self._files[file].open("rb")
        opened.seek(offset)
        try:
            return from_line(opened.readline())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{self._files[file]} has a line that is not a row of this version (at byte {offset}: "
                f"{error})"
            ) from None

    def _close(self) -> None:
        for opened in self._open.values():
            opened.close()
        self._open.clear()


def _differ(ours: CellRow, theirs: CellRow) -> StoreError:
    what = "another Log" if ours.digest != theirs.digest else "other values"
    return StoreError(
        f"case {ours.case}, point {ours.point}, replication {ours.replication + 1} was played twice and "
        f"came out "
        f"differently ({what}): on {ours.host} with ccsim {ours.version} ({ours.engine}) and on "
        f"{theirs.host} with "
        f"ccsim {theirs.version} ({theirs.engine}). Neither can be trusted until it is known why"
    )
