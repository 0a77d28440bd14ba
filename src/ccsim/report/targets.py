"""The targets that a report answers to: what is measured, what was aimed at, and whether it was met."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ccsim.log import Labels
from ccsim.metrics.service_level import VARIANTS, headline_variant
from ccsim.report.cells import Cells
from ccsim.report.layout import Page
from ccsim.report.wording import few, round_percent
from ccsim.units import format_duration

RESOLVED = "resolved_in_target"
MARKED = ("service_level", RESOLVED)
MOST_NAMED = 6


def more_columns(labels: Labels) -> tuple[str, ...]:
    """Metrics that have a column because a queue has a target for them."""
    return (RESOLVED,) if any(within > 0 for within in labels.resolution_within_us) else ()


def definitions(labels: Labels, page: Page) -> list[tuple[str, str]]:
    """(column, meaning) of the columns with a target, and of the marks."""
    lines = [*_service_levels(labels), *_resolutions(labels)]
    met, missed = _marks(page)
    if any(_has_target(labels, metric) for metric in MARKED):
        lines.append(("", f"{met} target met, {missed} missed"))
    return lines


def mark(labels: Labels, metric: str, cells: Cells, queue: int | None, page: Page) -> str:
    """Whether the queue met its target; blanks of the same length where it has none; nothing: none has."""
    if not _has_target(labels, metric):
        return ""
    met, missed = _marks(page)
    target = None if queue is None else _share(labels, metric, queue)
    if target is None or queue is None:
        return " " * (1 + len(met))
    value = cells.get(metric, labels.queues[queue]).value
    if math.isnan(value):
        return " " * (1 + len(met))
    return f" {met if value >= target else missed}"


def _marks(page: Page) -> tuple[str, str]:
    """Of a target that was met, and of one that was missed."""
    return ("✓", "✗") if page.unicode else ("ok", "no")


def _has_target(labels: Labels, metric: str) -> bool:
    return any(_share(labels, metric, q) is not None for q in range(len(labels.queues)))


def _share(labels: Labels, metric: str, queue: int) -> float | None:
    """The share that the queue aims at; None: it has no such target."""
    shares = labels.resolution_share if metric == RESOLVED else labels.target_share.tolist()
    share = float(shares[queue]) if shares else math.nan
    return None if math.isnan(share) else share


def _service_levels(labels: Labels) -> Iterator[tuple[str, str]]:
    """The variants in use, and whose target they answer to."""
    users: dict[str, list[str]] = {}
    for q, queue in enumerate(labels.queues):
        variant = headline_variant(labels.target_definition[q], int(labels.short_abandon_us[q]))
        within = format_duration(int(labels.target_within_us[q]))
        share = _share(labels, "service_level", q)
        target = f"T = {within}" if share is None else f"{round_percent(share)} in {within}"
        users.setdefault(variant, []).append(f"{queue} {target}")
    for variant, targets in users.items():
        named = few(targets, MOST_NAMED)
        yield "service level", f"{VARIANTS[variant].formula}; T and target: {named} ({variant})"


def _resolutions(labels: Labels) -> Iterator[tuple[str, str]]:
    targets = [
        f"{queue} {round_percent(share)} in {format_duration(labels.resolution_within_us[q])}"
        for q, queue in enumerate(labels.queues)
        if (share := _share(labels, RESOLVED, q)) is not None
    ]
    if targets:
        yield (
            "resolved",
            "issues resolved within T of their first contact / issues that opened at least T before the end; "
            f"T and target: {few(targets, MOST_NAMED)}",
        )
