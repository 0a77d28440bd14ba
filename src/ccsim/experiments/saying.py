"""Differences in words: one sentence that a planner can paste into an e-mail."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ccsim.metrics import find

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"offered": "number of contacts", "answered": "number answered", "abandoned": "number abandoned",
          "asa": "average speed of answer", "aht": "average handle time",
          "fcr_true": "first-contact resolution", "ocr": "one-contact resolution"}  # fmt: skip


def unit_of(metric: str) -> str:
    """Its unit as in ``ccsim.metrics.definitions()``; money and metrics of the user's own have none."""
    unit = "" if ":" in metric else find(metric).unit
    return "" if unit == "money" else unit  # in whose currency the scenario does not say


def better_of(metric: str) -> str | None:
    """``higher``, ``lower`` or None where neither is better."""
    return None if ":" in metric else find(metric).better


def spoken(metric: str) -> str:
    """``service_level`` as people say it."""
    return _NAMES.get(metric, metric.replace("_", " "))


def value_text(metric: str, value: float) -> str:
    """A value with its unit: 90.5%, 5.7 s, 1,240 contacts."""
    if math.isnan(value):
        return "nothing"
    unit = unit_of(metric)
    if unit == "share":
        return f"{value:.1%}"
    return f"{_digits(value)} {unit}".strip()


def change_text(metric: str, value: float) -> str:
    """A difference without its sign: 3.7 points (of a share, percentage points), 2.3 s."""
    if unit_of(metric) == "share":
        return f"{abs(value) * 100:.1f} points"
    return f"{_digits(abs(value))} {unit_of(metric)}".strip()


def _digits(value: float) -> str:
    size = abs(value)
    if size >= 100 or size == int(size):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 1 else f"{value:.2g}"


def _range_text(metric: str, low: float, high: float) -> str:
    """Both ends of an interval of differences, the unit once."""
    if unit_of(metric) == "share":
        return f"{low * 100:.1f} to {high * 100:.1f} points"
    return f"{_digits(low)} to {_digits(high)} {unit_of(metric)}".strip()


def difference_sentence(row: Mapping[str, Any], base: str, confidence: float, where: str = "") -> str:
    """What one row of a comparison says.

    ``row``: case, metric, base, value, difference, low, high. ``where``: the cell, e.g. ``queue billing``.
    """
    metric, case = str(row["metric"]), str(row["case"])
    name = spoken(metric) + (f" of {where}" if where else "")
    was, now = value_text(metric, row["base"]), value_text(metric, row["value"])
    low, high = float(row["low"]), float(row["high"])
    if math.isnan(low) or math.isnan(high):
        return f"With {case} the {name} is {now}, with {base} {was}; one replication cannot say how surely."
    sure = f"we are {confidence:.0%} sure that"
    if low == high == 0:
        return f"With {case} the {name} is the same as with {base}: {was}."
    if low <= 0 <= high:
        return (
            f"Between {case} and {base} no difference in {name} can be told ({now} and {was}); "
            f"{sure} it lies between {_range_text(metric, low, high)}."
        )
    verb = "raises" if low > 0 else "lowers"
    ends = sorted((abs(low), abs(high)))
    better = better_of(metric)
    judged = (
        ""
        if better is None
        else ", which is better"
        if (better == "higher") == (low > 0)
        else ", which is worse"
    )
    return (
        f"Compared with {base}, {case} {verb} the {name} from {was} to {now}{judged}; "
        f"{sure} the difference is {_range_text(metric, *ends)}."
    )


def saved_sentence(saved: float) -> str:
    """What sharing the luck was worth; empty where that is unknown."""
    if not math.isfinite(saved):
        return ""
    return (
        f"Sharing the luck made the variance of the difference {saved:.1f} times smaller: "
        f"with luck of their own, each case would need {saved:.1f} times as many replications."
    )


def sentences(
    table: pd.DataFrame, base: str, confidence: float = 0.95, by: Sequence[str] = (), at_most: int = 12
) -> list[str]:
    """A sentence a row of a comparison, the first ``at_most`` of them, and one about the luck."""
    lines = []
    for row in table.head(at_most).to_dict("records"):
        where = ", ".join(f"{key} {row[key]}" for key in by)
        lines.append(difference_sentence({str(k): v for k, v in row.items()}, base, confidence, where))
    if len(table) > at_most:
        lines.append(f"And {len(table) - at_most} more in the table.")
    if table["variance_saved"].notna().any():
        lines.append(saved_sentence(float(table["variance_saved"].median())))
    return lines
