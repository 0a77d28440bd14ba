"""The mean day of a run in three rows of characters: contacts, service level, occupancy."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from ccsim.report.cells import Cell, Cells
from ccsim.report.layout import Page
from ccsim.report.sparkline import sparkline, steps_per_character
from ccsim.report.wording import count, percent
from ccsim.units import format_duration

DAY_METRICS = ("offered", "service_level", "occupancy")
BESIDE = 46  # columns beside the row of characters


def mean_day(page: Page, cells: Cells, days: int, interval_us: int, scheduled: Collection[str]) -> str:
    """One character an interval, or several intervals where the page is narrow; nothing without contacts.

    ``cells``: DAY_METRICS by interval; ``scheduled``: the intervals for which people are scheduled. Of the
    others no occupancy is shown, and neither of their shares is named as the least or the greatest.
    """
    there = [number for number, key in enumerate(cells.keys) if cells.get("offered", *key).value > 0]
    if not there:
        return ""
    keys = cells.keys[there[0] : there[-1] + 1]
    together = steps_per_character(len(keys), page.width - BESIDE)
    groups = [keys[i : i + together] for i in range(0, len(keys), together)]
    step = format_duration(interval_us * together)
    head = f"The mean day from {keys[0][0]}, {step} a character, shares on a scale of 0 to 100 %"
    lines = [page.heading(head)]
    for metric in DAY_METRICS:
        shown = [[key for key in group if metric != "occupancy" or key[0] in scheduled] for group in groups]
        values = [_merged(metric, [cells.get(metric, *key) for key in group]) for group in shown]
        if metric == "offered":
            values = [value / days for value in values]
        named = [metric == "offered" or any(key[0] in scheduled for key in group) for group in groups]
        lines.append(_row(page, metric, values, [str(group[0][0]) for group in groups], named))
    return "\n".join(line for line in lines if line)


def _merged(metric: str, cells: list[Cell]) -> float:
    """Neighbouring intervals as one: counts add up, ratios are weighted by their weights."""
    known = [c for c in cells if not math.isnan(c.value)]
    if metric == "offered":
        return sum(c.value for c in known)
    weight = sum(c.weight for c in known)
    return sum(c.value * c.weight for c in known) / weight if weight > 0 else math.nan


def _row(
    page: Page, metric: str, values: Sequence[float], times: Sequence[str], named: Sequence[bool]
) -> str:
    """The characters, and the least and the greatest of the values that may be named."""
    if all(math.isnan(value) for value in values):
        return ""

    def said(value: float) -> str:
        return count(value) if metric == "offered" else percent(value, 0)

    bars = sparkline(values, unicode=page.unicode, low=0, high=None if metric == "offered" else 1)
    label = {"service_level": "service level"}.get(metric, metric)
    known = [
        (value, time)
        for value, time, may in zip(values, times, named, strict=True)
        if may and not math.isnan(value)
    ]
    if not known:
        return f"  {label:<13}  {bars}"
    low, high = min(known, key=lambda p: p[0]), max(known, key=lambda p: p[0])
    return f"  {label:<13}  {bars}  {said(low[0])} at {low[1]} to {said(high[0])} at {high[1]}"
