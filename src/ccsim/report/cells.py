"""A tidy metric table read cell by cell: ``cells.get("service_level", "support")``."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, its confidence interval (nan where there is none) and its weight."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    weight: float = math.nan

    @property
    def half_width(self) -> float:
        """Half of the confidence interval; nan where there is none."""
        return (self.high - self.low) / 2


class Cells:
    """The table of ``Run.metrics`` with the by-keys ``by``."""

    def __init__(self, frame: pd.DataFrame, by: Sequence[str]) -> None:
        self.by = tuple(by)
        self.metrics: tuple[str, ...] = tuple(dict.fromkeys(frame["metric"].tolist()))
        numbers = (frame[name].tolist() for name in ("value", "low", "high", "weight"))
        named = [_plain(frame[key].tolist()) for key in self.by]
        keys = zip(*named, strict=True) if named else ((),) * len(frame)
        rows = zip(frame["metric"].tolist(), keys, zip(*numbers, strict=True), strict=True)
        self._cells: dict[tuple[Any, ...], Cell] = {
            (metric, *key): Cell(*(float(n) for n in row)) for metric, key, row in rows
        }
        self.keys: tuple[tuple[Any, ...], ...] = tuple(dict.fromkeys(key[1:] for key in self._cells))

    def get(self, metric: str, *key: Any) -> Cell:
        """The cell of a metric; an empty one where the table has none."""
        return self._cells.get((metric, *key), Cell())

    def column(self, metric: str) -> list[float]:
        """The metric's values in the order of ``keys``."""
        return [self.get(metric, *key).value for key in self.keys]


def _plain(values: list[Any]) -> list[Any]:
    """Days as dates instead of time stamps."""
    return [value.date() if isinstance(value, dt.datetime) else value for value in values]
