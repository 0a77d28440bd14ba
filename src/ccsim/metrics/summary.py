"""Ten lines about a run: each queue's service level, abandonment and wait, and what the words mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ccsim.log import Labels, Log
from ccsim.metrics.accumulator import Accumulator
from ccsim.metrics.registry import find
from ccsim.metrics.service_level import LEGEND, VARIANTS, headline_variant
from ccsim.units import format_duration, format_share

MOST_QUEUES = 5  # more would not be a summary

_COLUMNS = ("offered", "service_level", "abandon_rate", "asa")
Cell = tuple[float, float, float]  # value, low, high


def lines(logs: Sequence[Log]) -> list[str]:
    """A table by queue, the occupancy and the definitions; ``logs`` are replications of one world."""
    labels = logs[0].labels
    whole = Accumulator(labels, (*_COLUMNS, "occupancy"))
    by_queue = Accumulator(labels, _COLUMNS, "queue")
    for log in logs:
        whole.add(log)
        by_queue.add(log)
    total = _cells(whole, None)
    rows = [(name, values) for name, values in _cells(by_queue, "queue").items()][:MOST_QUEUES]
    if len(labels.queues) != 1:
        rows.append(("all queues", total[""]))
    texts = [["queue", "offered", "service level", "abandoned", "mean answer"]]
    texts += [[name, *_row(values)] for name, values in rows]
    widths = [max(len(line[k]) for line in texts) for k in range(len(texts[0]))]
    table = [
        "  ".join([f"{t[0]:<{widths[0]}}", *(f"{t[k]:>{widths[k]}}" for k in range(1, 5))]) for t in texts
    ]
    if len(labels.queues) > MOST_QUEUES:
        table.insert(-1, f"... and {plural(len(labels.queues) - MOST_QUEUES, 'more queue')}")
    occupancy = f"occupancy {_share(total['']['occupancy'])}: {find('occupancy').definition}"
    return [*table, occupancy, *_definitions(labels)]


def plural(count: int, word: str) -> str:
    """``1 day``, ``3 days``."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def _cells(accumulator: Accumulator, key: str | None) -> dict[str, dict[str, Cell]]:
    table = accumulator.table()
    found: dict[str, dict[str, Cell]] = {}
    names = table[key] if key else [""] * len(table)
    for name, metric, value, low, high in zip(
        names, table["metric"], table["value"], table["low"], table["high"], strict=True
    ):
        found.setdefault(str(name), {})[str(metric)] = (float(value), float(low), float(high))
    return found


def _row(values: dict[str, Cell]) -> list[str]:
    asa = values["asa"][0]
    return [
        f"{values['offered'][0]:,.0f}",
        _share(values["service_level"]),
        _share(values["abandon_rate"]),
        "-" if math.isnan(asa) else f"{asa:,.1f} s",
    ]


def _share(cell: Cell) -> str:
    value, low, high = cell
    if math.isnan(value):
        return "-"
    text = f"{100 * value:.1f} %"
    return text if math.isnan(low) else f"{text} ({100 * low:.1f} to {100 * high:.1f})"


def _definitions(labels: Labels) -> list[str]:
    """One line per target and variant in use."""
    users: dict[str, list[str]] = {}
    for row, queue in enumerate(labels.queues):
        name = headline_variant(labels.target_definition[row], int(labels.short_abandon_us[row]))
        within = format_duration(int(labels.target_within_us[row]))
        share = float(labels.target_share[row])
        target = "" if math.isnan(share) else f", target {format_share(share)}"
        users.setdefault(f"{name}, {VARIANTS[name].formula}, T = {within}{target}", []).append(queue)
    if len(users) == 1:
        return [*(f"service level: {text}" for text in users), LEGEND]
    return [*(f"service level of {', '.join(queues)}: {text}" for text, queues in users.items()), LEGEND]
