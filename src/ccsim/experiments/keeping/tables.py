"""Tables of a store: tidy and wide values, points, and where each cell comes from. Written row by row.

The tables of values hold only what the plan decides, in its order; so their bytes are the same for any number
of workers and shards, any order of finishing, any restarts and either engine. Seconds, hosts and dates are in
the table of cells.
"""

from __future__ import annotations

import csv
import itertools
import math
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccsim.errors import CcsimError, StoreError
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.playing.measuring import WHOLE

if TYPE_CHECKING:
    import pandas as pd

Cells = tuple[Any, ...]
Table = tuple[list[str], Iterator[Cells]]
BATCH = 20_000  # rows in memory while a file is written
CELL_COLUMNS = ("status", "stage", "error", "tries", "key", "digest", "contacts", "legs", "seconds", "engine",
                "version", "host", "pid", "at")  # fmt: skip


def addresses(store: Store) -> list[str]:
    """The addresses that vary between points, in order of appearance."""
    return list(dict.fromkeys(name for point in store.points for name in point.varied))


def tidy_rows(store: Store) -> Table:
    """Columns and rows of the tidy table: one value a row; replications count from 1."""
    varying = addresses(store)
    columns = ["case", "point", *varying, "replication", *store.plan.by, "metric", "value", "weight"]

    def rows() -> Iterator[Cells]:
        for row, place in _done(store, varying):
            for v in row.values:
                yield (*place, *v.by, v.metric, v.value, v.weight)

    return columns, rows()


def wide_rows(store: Store) -> Table:
    """Columns and rows of the wide table: one cell a row, a column a metric; by-values follow its name."""
    varying = addresses(store)
    found: dict[tuple[tuple[Any, ...], str], None] = {}
    for row, _ in _done(store, varying):
        found |= dict.fromkeys((v.by, v.metric) for v in row.values)
    names = [_wide_name(by, metric) for by, metric in found]

    def rows() -> Iterator[Cells]:
        for row, place in _done(store, varying):
            values = {(v.by, v.metric): v.value for v in row.values}
            yield (*place, *(values.get(entry, math.nan) for entry in found))

    return ["case", "point", *varying, "replication", *names], rows()


def cell_rows(store: Store) -> Table:
    """Columns and rows of the table of cells, failed ones included."""
    varying = addresses(store)

    def rows() -> Iterator[Cells]:
        for row in store.rows():
            varied = store.point(row.case, row.point).varied
            place = (row.case, row.point, *(varied.get(name) for name in varying), row.replication + 1)
            yield (*place, *(getattr(row, name) for name in CELL_COLUMNS))

    return ["case", "point", *varying, "replication", *CELL_COLUMNS], rows()


def tidy(store: Store) -> pd.DataFrame:
    """The tidy table as a frame."""
    return _frame(tidy_rows(store))


def wide(store: Store) -> pd.DataFrame:
    """The wide table as a frame."""
    return _frame(wide_rows(store))


def status(store: Store) -> pd.DataFrame:
    """The table of cells as a frame."""
    return _frame(cell_rows(store))


def points(store: Store) -> pd.DataFrame:
    """One row a point of each case, with the values of the addresses that vary."""
    varying = addresses(store)
    rows = ((p.case, p.number, *(p.varied.get(name) for name in varying)) for p in store.points)
    return _frame((["case", "point", *varying], iter(rows)))


def write_csv(table: Table, path: Path) -> int:
    """Write a table as CSV (UTF-8, a dot in numbers, nothing where there is no value); returns the rows."""
    columns, rows = table
    count = 0

    def write(draft: Path) -> None:
        nonlocal count
        with draft.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(columns)
            for row in rows:
                out.writerow([_text(cell) for cell in row])
                count += 1

    _whole(path, write)
    return count


def write_parquet(table: Table, path: Path) -> int:
    """Write a table as Parquet; returns the rows. Raises CcsimError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CcsimError("Parquet needs pyarrow: pip install 'ccsim[results]', or write --csv") from None
    columns, rows = table
    first = list(itertools.islice(rows, BATCH))
    count = len(first)
    types = [_type(pa, name, [row[place] for row in first]) for place, name in enumerate(columns)]
    schema = pa.schema(list(zip(columns, types, strict=True)))

    def write(draft: Path) -> None:
        nonlocal count
        with pq.ParquetWriter(draft, schema, compression="zstd") as out:
            batch = first
            while batch:
                arrays = [
                    pa.array([_as_type(pa, row[place], kind) for row in batch], kind)
                    for place, kind in enumerate(types)
                ]
                out.write_table(pa.Table.from_arrays(arrays, schema=schema))
                batch = list(itertools.islice(rows, BATCH))
                count += len(batch)

    _whole(path, write)
    return count


def _done(store: Store, varying: Sequence[str]) -> Iterator[tuple[CellRow, Cells]]:
    """Done rows with the cells that name them: case, point, addresses, replication."""
    for row in store.rows(failed=False):
        varied = store.point(row.case, row.point).varied
        yield row, (row.case, row.point, *(varied.get(name) for name in varying), row.replication + 1)


def _wide_name(by: Iterable[Any], metric: str) -> str:
    words = [str(word) for word in by]
    return metric if all(word == WHOLE for word in words) else f"{metric} {' '.join(words)}"


def _frame(table: Table) -> pd.DataFrame:
    import pandas as pd

    columns, rows = table
    return pd.DataFrame(list(rows), columns=columns)


def _text(cell: Any) -> Any:
    """A cell of a CSV file; what a spreadsheet would take for a formula is told apart by a quote."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, str) and cell[:1] in ("=", "@", "+", "-"):
        return "'" + cell
    return cell


def _type(pa: Any, name: str, cells: Sequence[Any]) -> Any:
    """Whole numbers, numbers or text, by what the cells of a column are."""
    if name in ("value", "weight", "seconds"):
        return pa.float64()
    given = [cell for cell in cells if cell is not None]
    if given and all(isinstance(cell, int) and not isinstance(cell, bool) for cell in given):
        return pa.int64()
    if given and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in given):
        return pa.float64()
    return pa.string()


def _as_type(pa: Any, cell: Any, kind: Any) -> Any:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if kind == pa.string():
        return cell if isinstance(cell, str) else str(cell)
    return cell


def _whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file and put it in its place at the end, so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    try:
        write(draft)
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        draft.unlink(missing_ok=True)
