"""From arrays to the tidy table: the by-keys, then metric, value, low, high, weight; one value a row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.metrics.keys import Cells

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]


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

    levels = {key: cells.levels(key, rows) for key in cells.by}
    if levels:
        order = np.lexsort([levels[key] for key in reversed(cells.by)])
        rows = rows[order]
        levels = {key: level[order] for key, level in levels.items()}
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


def _values(names: list[object], key: str) -> npt.NDArray[np.generic]:
    if key == "day":
        return np.array([name for name in names if isinstance(name, dt.date)], dtype="datetime64[us]")
    if key == "hour":
        return np.array(names, dtype=np.int64)
    return np.array(names, dtype=object)
