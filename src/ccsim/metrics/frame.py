"""From arrays to the tidy table: the by-keys, then metric, value, low, high, weight; one value a row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.metrics.keys import Cells

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]
Record = tuple[tuple[str | int, ...], str, float, float]  # by-values, metric, value, weight


def tidy(
    cells: Cells,
    rows: npt.NDArray[np.int64],
    names: list[str],
    value: Float64,
    low: Float64,
    high: Float64,
    weight: Float64,
) -> pd.DataFrame:
    """The table of the cells ``rows``; ``value``, ``low``, ``high`` and ``weight`` are (metrics, cells)."""
    import pandas as pd

    rows, levels = _in_order(cells, rows)
    count = len(names)
    columns: dict[str, object] = {
        key: np.repeat(_values(cells.names(key), key)[level], count) for key, level in levels.items()
    }
    columns["metric"] = np.tile(np.array(names, dtype=object), len(rows))
    columns["value"] = value[:, rows].T.reshape(-1)
    columns["low"] = low[:, rows].T.reshape(-1)
    columns["high"] = high[:, rows].T.reshape(-1)
    columns["weight"] = weight[:, rows].T.reshape(-1)
    return pd.DataFrame(columns)


def plain_records(
    cells: Cells, rows: npt.NDArray[np.int64], names: list[str], value: Float64, weight: Float64
) -> list[Record]:
    """The same rows as tuples of plain types; days are ISO dates."""
    rows, levels = _in_order(cells, rows)
    columns = []
    for key in cells.by:
        words = [name.isoformat() if isinstance(name, dt.date) else name for name in cells.names(key)]
        columns.append([words[level] for level in levels[key].tolist()])
    places: list[Any] = list(zip(*columns, strict=True)) if columns else [()] * len(rows)
    values, weights = value[:, rows].T.tolist(), weight[:, rows].T.tolist()
    return [
        (place, name, one, of)
        for place, own, own_weights in zip(places, values, weights, strict=True)
        for name, one, of in zip(names, own, own_weights, strict=True)
    ]


def _in_order(
    cells: Cells, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.int64]]]:
    """The cells sorted by their keys, and the level of each key."""
    levels = {key: cells.levels(key, rows) for key in cells.by}
    if not levels:
        return rows, levels
    order = np.lexsort([levels[key] for key in reversed(cells.by)])
    return rows[order], {key: level[order] for key, level in levels.items()}


def _values(names: list[object], key: str) -> npt.NDArray[np.generic]:
    if key == "day":
        return np.array([name for name in names if isinstance(name, dt.date)], dtype="datetime64[us]")
    if key == "hour":
        return np.array(names, dtype=np.int64)
    return np.array(names, dtype=object)
