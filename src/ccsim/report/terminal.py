"""The report of a run as text that fits a terminal: what was run, what the numbers mean, what to look at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ccsim.report import cautions, next_steps
from ccsim.report.cells import Cell, Cells
from ccsim.report.expectations import expect
from ccsim.report.layout import Page, in_ascii
from ccsim.report.sparkline import sparkline, steps_per_character
from ccsim.report.wording import (
    count,
    day_name,
    few,
    number,
    percent,
    plural,
    round_percent,
    seconds,
)
from ccsim.units import format_duration

if TYPE_CHECKING:
    from ccsim.result import Run

QUEUE_METRICS = ("offered", "service_level", "asa", "abandon_rate", "wait_p95", "aht")
WARNING_METRICS = ("open", "cleared", "blocked")
GROUP_METRICS = ("staffed_hours", "paid_hours", "occupancy", "utilisation")
DAY_METRICS = ("offered", "service_level", "occupancy")
HEADINGS = {
    "offered": "offered/day",
    "service_level": "service level",
    "asa": "ASA",
    "abandon_rate": "abandoned",
    "wait_p95": "wait p95",
    "aht": "AHT",
    "staffed_hours": "staffed h/day",
    "paid_hours": "paid h/day",
    "occupancy": "occupancy",
    "utilisation": "utilisation",
}


def render(
    run: Run, width: int = 80, *, colour: bool = False, unicode: bool = True, elapsed_s: float | None = None
) -> str:
    """The whole report, no line longer than ``width`` where words can be broken.

    ``elapsed_s`` adds how long the run took; without it the text is the same for the same run.
    """
    from ccsim.compiler import compile_scenario

    page = Page(width, colour, unicode)
    program = compile_scenario(run.scenario)
    load = expect(program)
    by_queue = Cells(run.metrics([*QUEUE_METRICS, *WARNING_METRICS], by=["queue"]), ["queue"])
    by_group = Cells(run.metrics(list(GROUP_METRICS), by=["group"]), ["group"])
    by_both = Cells(run.metrics(["service_level"], by=["queue", "interval"]), ["queue", "interval"])
    warnings = [*cautions.of_program(program, load), *cautions.of_run(run, by_queue, by_group, by_both)]
    parts = [
        _header(run, page, elapsed_s),
        _definitions(run, page),
        _queues(run, page, by_queue),
        _groups(run, page, by_group),
        _day(run, page),
        _section(page, "Warnings", warnings) if warnings else "",
        _section(page, "Next", next_steps.after_run(run, program, load, by_queue)),
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if unicode else in_ascii(text)


def _section(page: Page, title: str, items: list[str]) -> str:
    return f"{page.heading(title)}\n{page.items(items)}"


def _header(run: Run, page: Page, elapsed_s: float | None) -> str:
    labels = run.logs[0].labels
    contacts = sum(len(log.contacts["queue"]) for log in run.logs)
    title = run.scenario.name
    if run.scenario.description:
        title += f": {run.scenario.description}"
    facts = [
        f"{plural(labels.days, 'day')} from {day_name(labels.start, 0)} {labels.start.year}",
        f"seed {run.seed}",
        plural(len(run.logs), "replication"),
        f"{run.engine} engine",
        plural(contacts, "contact"),
    ]
    if elapsed_s is not None:
        facts.append(seconds(elapsed_s))
    first, *rest = page.paragraph(title).split("\n")
    return "\n".join([page.heading(first), *rest, page.paragraph(", ".join(facts))])


def _definitions(run: Run, page: Page) -> str:
    """What the columns below mean, one line each."""
    lines = [*_service_level_definitions(run)]
    lines += [
        ("ASA", "mean wait of answered contacts"),
        ("abandoned", _abandoned_definition(run)),
        ("wait p95", "95 % of contacts that left the queue, answered or not, waited no longer"),
        ("AHT", "talk + wrap-up of finished contacts / their number"),
        ("occupancy", "handle time / (handle time + free time) on duty"),
        ("utilisation", "handle time / paid time"),
    ]
    if len(run.logs) > 1:
        lines.append(("±", f"95 % confidence interval over {len(run.logs)} replications"))
    wide = max(len(name) for name, _ in lines)
    texts = [page.paragraph(f"{name:<{wide}}  {text}", 2, wide + 4) for name, text in lines]
    return "\n".join([page.heading("What the numbers mean"), *texts])


def _service_level_definitions(run: Run) -> list[tuple[str, str]]:
    """The variants in use, and whose target they answer to."""
    from ccsim.metrics.service_level import VARIANTS, headline_variant

    labels = run.logs[0].labels
    users: dict[str, list[str]] = {}
    for q, queue in enumerate(labels.queues):
        variant = headline_variant(labels.target_definition[q], int(labels.short_abandon_us[q]))
        within = format_duration(int(labels.target_within_us[q]))
        share = float(labels.target_share[q])
        target = (
            f"{queue} T = {within}" if math.isnan(share) else f"{queue} {round_percent(share)} in {within}"
        )
        users.setdefault(variant, []).append(target)
    return [
        ("service level", f"{VARIANTS[variant].formula}; target: {few(targets, 6)} ({variant})")
        for variant, targets in users.items()
    ]


def _abandoned_definition(run: Run) -> str:
    text = "gave up / all who left the queue"
    if run.logs[0].labels.short_abandon_us.any():
        text += "; short abandons on neither side"
    return text


def _queues(run: Run, page: Page, by_queue: Cells) -> str:
    labels = run.logs[0].labels
    header = ["queue", *(HEADINGS[m] for m in QUEUE_METRICS)]
    rows = [
        [queue, *(_shown(m, by_queue.get(m, queue), labels.days) for m in QUEUE_METRICS)]
        for queue in labels.queues
    ]
    if len(labels.queues) > 1:
        total = Cells(run.metrics(list(QUEUE_METRICS)), [])
        rows.append(["all queues", *(_shown(m, total.get(m), labels.days) for m in QUEUE_METRICS)])
    return page.table(header, rows)


def _groups(run: Run, page: Page, by_group: Cells) -> str:
    labels = run.logs[0].labels
    header = ["group", *(HEADINGS[m] for m in GROUP_METRICS)]
    rows = [
        [group, *(_shown(m, by_group.get(m, group), labels.days) for m in GROUP_METRICS)]
        for group in labels.groups
    ]
    return page.table(header, rows) if rows else ""


def _shown(metric: str, cell: Cell, days: int) -> str:
    """``81.2 ±1.3 %``, ``24.1 ±2.0 s``, ``620 ±4``: the value and half of its confidence interval."""
    value, half = cell.value, cell.half_width
    if math.isnan(value):
        return "-"
    if metric in ("offered", "staffed_hours", "paid_hours"):
        return _with_half(count(value / days), number(half / days, 2) if half else "", half)
    if metric in ("asa", "wait_p95", "aht"):
        if value >= 600:
            return _with_half(seconds(value), seconds(half), half)
        return _with_half(f"{value:.1f}", f"{half:.1f}", half, " s")
    return _with_half(f"{100 * value:.1f}", f"{100 * half:.1f}", half, " %")


def _with_half(value: str, half_text: str, half: float, unit: str = "") -> str:
    return f"{value}{unit}" if math.isnan(half) or not half_text else f"{value} ±{half_text}{unit}"


def _day(run: Run, page: Page) -> str:
    """The mean day, one character an interval (or several intervals where the page is narrow)."""
    cells = Cells(run.metrics(list(DAY_METRICS), by=["interval"]), ["interval"])
    open_keys = [key for key in cells.keys if cells.get("offered", *key).value > 0]
    if not open_keys:
        return ""
    first, last = cells.keys.index(open_keys[0]), cells.keys.index(open_keys[-1])
    keys = cells.keys[first : last + 1]
    offered_days = Cells(run.metrics(["offered"], by=["day"]), ["day"])
    days = sum(1 for value in offered_days.column("offered") if value > 0)
    together = steps_per_character(len(keys), page.width - 46)
    step = format_duration(run.logs[0].labels.interval_us * together)
    lines = [page.heading(f"The mean day from {keys[0][0]}, {step} a character")]
    for metric in DAY_METRICS:
        series = [cells.get(metric, *key) for key in keys]
        merged = [_merged(metric, series[i : i + together]) for i in range(0, len(series), together)]
        if metric == "offered":
            merged = [value / days for value in merged]
        names = [str(keys[i][0]) for i in range(0, len(keys), together)]
        lines.append(_spark(page, metric, merged, names))
    return "\n".join(line for line in lines if line)


def _merged(metric: str, cells: list[Cell]) -> float:
    """Neighbouring intervals as one: counts add up, ratios are weighted by their weights."""
    known = [c for c in cells if not math.isnan(c.value)]
    if metric == "offered":
        return sum(c.value for c in known)
    weight = sum(c.weight for c in known)
    return sum(c.value * c.weight for c in known) / weight if weight > 0 else math.nan


def _spark(page: Page, metric: str, values: list[float], names: list[str]) -> str:
    known = [(value, name) for value, name in zip(values, names, strict=True) if not math.isnan(value)]
    if not known:
        return ""
    low, high = min(known, key=lambda p: p[0]), max(known, key=lambda p: p[0])

    def said(value: float) -> str:
        return count(value) if metric == "offered" else percent(value, 0)

    bars = sparkline(values, unicode=page.unicode, low=0 if metric == "offered" else None)
    label = {"service_level": "service level"}.get(metric, metric)
    return f"  {label:<13}  {bars}  {said(low[0])} at {low[1]} to {said(high[0])} at {high[1]}"


def wide_table(run: Run, by: list[str], metrics: list[str] | None, page: Page, **options: object) -> str:
    """``run.metrics`` with metrics as columns, in blocks that fit the page."""
    from ccsim.metrics import find

    frame = run.metrics(metrics, by=by, **options)  # type: ignore[arg-type]
    cells = Cells(frame, by)
    shown = [m for m in cells.metrics if any(not math.isnan(value) for value in cells.column(m))]
    units = {m: find(m).unit for m in shown}
    header = [*by, *(f"{m} %" if units[m] == "share" else f"{m} {units[m]}" if units[m] in ("s", "h") else m
                     for m in shown)]  # fmt: skip
    rows = [
        [*(str(k) for k in key), *(_plain(units[m], cells.get(m, *key)) for m in shown)]
        for key in cells.keys
        if any(not math.isnan(cells.get(m, *key).value) for m in shown)
    ]
    if not rows:
        return "nothing happened there: no value in any cell"
    text = page.table(header, rows, keys=len(by))
    return text if page.unicode else in_ascii(text)


def _plain(unit: str, cell: Cell) -> str:
    if math.isnan(cell.value):
        return "-"
    scale = 100 if unit == "share" else 1
    decimals = 1 if unit in ("share", "s", "h") or cell.value != round(cell.value) else 0
    value = f"{scale * cell.value:,.{decimals}f}"
    half = cell.half_width
    return value if math.isnan(half) or half == 0 else f"{value} ±{scale * half:,.{max(decimals, 1)}f}"
