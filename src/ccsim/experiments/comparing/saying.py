"""Differences in words: one sentence that a planner can paste into an e-mail."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ccsim.metrics import find

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"offered": "number of contacts", "answered": "number answered", "abandoned": "number abandoned",
          "asa": "average speed of answer", "aht": "average handle time",
          "fcr_true": "first-contact resolution", "ocr": "one-contact resolution"}  # fmt: skip

_AFTER_NOUN = re.compile(r" (?:of|per|at|in|within|past) ")  # what follows does not say how many it is


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
    if math.isnan(value):
        return "nothing"
    if unit_of(metric) == "share":
        return f"{abs(value) * 100:.1f} points"
    return f"{_digits(abs(value))} {unit_of(metric)}".strip()


def _digits(value: float) -> str:
    size = abs(value)
    if size >= 100 or size == int(size):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 1 else f"{value:.2g}"


def _range_text(metric: str, low: float, high: float) -> str:
    """Both ends of an interval of differences, without their unit."""
    if unit_of(metric) == "share":
        return f"{low * 100:.1f} to {high * 100:.1f}"
    return f"{_digits(low)} to {_digits(high)}"


def confidence_text(confidence: float) -> str:
    """``95%``, ``99.9%``."""
    return f"{100 * confidence:.4g}%"


def interval_text(metric: str, low: float, high: float, confidence: float) -> str:
    """``95% interval 2.8 to 3.4`` of a difference whose unit was said before."""
    return f"{confidence_text(confidence)} interval {_range_text(metric, low, high)}"


def signed_text(metric: str, value: float) -> str:
    """``+3.7 points``, ``-2.3 s``; ``-`` where there is none."""
    if math.isnan(value):
        return "-"
    return ("-" if value < 0 else "+" if value > 0 else "") + change_text(metric, value)


def signed_range(metric: str, low: float, high: float) -> str:
    """``+3.4 to +3.9 points``, the unit once."""
    if math.isnan(low) or math.isnan(high):
        return "-"
    first, last = (signed_text(metric, value) for value in (low, high))
    unit = last.partition(" ")[2]
    return f"{first.removesuffix(unit).rstrip()} to {last}"


def is_plural(metric: str) -> bool:
    """Whether the measure rises or several things rise."""
    name = spoken(metric)
    head = _AFTER_NOUN.split(name)[0].split()[-1]
    return head.endswith("s") and not head.endswith("ss") and not name.startswith("sl ")


def difference_sentence(
    row: Mapping[str, Any], base: str, confidence: float, where: str = "", change: str = ""
) -> str:
    """What one row of a comparison says, ready for an e-mail.

    ``row``: case, metric, base, value, difference, low, high. ``where``: the cell, e.g. ``queue billing``.
    ``change``: what was done, e.g. ``With 104 instead of 100 agents``; default, by the names of the cases.
    """
    metric = str(row["metric"])
    done = change or f"With {row['case']} instead of {base}"
    name = spoken(metric) + (f" of {where}" if where else "")
    was, now = value_text(metric, row["base"]), value_text(metric, row["value"])
    low, high = float(row["low"]), float(row["high"])
    several = is_plural(metric)
    if math.isnan(float(row["difference"])):
        return f"{done} nothing can be said about the {name}: there is no value on one side or both."
    if math.isnan(low) or math.isnan(high):
        verb = "are" if several else "is"
        return f"{done} the {name} {verb} {now} and not {was}; one replication cannot say how surely."
    if low == high == 0:
        return f"{done} the {name} {'stay' if several else 'stays'} the same: {was}."
    if low <= 0 <= high:
        return (
            f"{done} no difference in {name} can be told: {now} and {was} "
            f"({interval_text(metric, low, high, confidence)}{_unit_after(metric)})."
        )
    verb = ("rise" if low > 0 else "fall") + ("" if several else "s")
    least, most = sorted((abs(low), abs(high)))
    return (
        f"{done} the {name} {verb} by {change_text(metric, row['difference'])} "
        f"({interval_text(metric, least, most, confidence)}), from {was} to {now}."
    )


def _unit_after(metric: str) -> str:
    unit = "points" if unit_of(metric) == "share" else unit_of(metric)
    return f" {unit}" if unit else ""


def saved_sentence(saved: float, metric: str, count: int = 1) -> str:
    """What sharing the luck was worth in one measure; empty where that is unknown.

    ``count``: the differences of which ``saved`` is the middle one.
    """
    if not math.isfinite(saved):
        return ""
    these = "the difference" if count == 1 else f"the {count} differences"
    if saved < 1.05:
        return f"Sharing the luck did not make the variance of {these} in {spoken(metric)} smaller."
    typically = "typically " if count > 1 else ""
    return (
        f"Sharing the luck made the variance of {these} in {spoken(metric)} "
        f"{typically}{saved:.1f} times smaller: "
        f"with luck of its own, each case would need {saved:.1f} times as many replications."
    )


def sentences(
    table: pd.DataFrame,
    base: str,
    confidence: float = 0.95,
    by: Sequence[str] = (),
    at_most: int = 12,
    change: Callable[[Mapping[str, Any]], str] | None = None,
) -> list[str]:
    """A sentence a row of a comparison, the first ``at_most`` of them, and one about the luck.

    ``change``: says what was done in a row, where names of cases do not.
    """
    lines = []
    for record in table.head(at_most).to_dict("records"):
        row = {str(key): value for key, value in record.items()}
        where = ", ".join(f"{key} {row[key]}" for key in by)
        done = "" if change is None else change(row)
        lines.append(difference_sentence(row, str(row.get("to", base)), confidence, where, done))
    if len(table) > at_most:
        lines.append(f"And {len(table) - at_most} more in the table.")
    return [*lines, *_saved(table)]


def _saved(table: pd.DataFrame) -> list[str]:
    """What the luck was worth in the first measure in which that is known."""
    known = table[table["variance_saved"].notna()]
    if known.empty:
        return []
    metric = str(known["metric"].iloc[0])
    saved = known.loc[known["metric"] == metric, "variance_saved"]
    return [saved_sentence(float(saved.median()), metric, len(saved))]
