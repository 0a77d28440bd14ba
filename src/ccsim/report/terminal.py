"""The report of a run as text that fits a terminal: what was run, what the numbers mean, what to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ccsim.compiler import compile_scenario
from ccsim.metrics.window import measured_from
from ccsim.report import cautions, next_steps, targets
from ccsim.report.cells import Cell, Cells
from ccsim.report.days import days_said, days_with_contacts
from ccsim.report.expectations import expect
from ccsim.report.highlights import had_by
from ccsim.report.highlights import sections as highlights
from ccsim.report.journey_cautions import of_journeys
from ccsim.report.layout import Page, in_ascii
from ccsim.report.mean_day import DAY_METRICS, mean_day
from ccsim.report.paths import losses, paths_of
from ccsim.report.sankey import journey_text
from ccsim.report.scheduled import scheduled_times
from ccsim.report.told import Prepared, Told
from ccsim.report.waits_told import mean_waits
from ccsim.report.wording import (
    count,
    day_name,
    number,
    percent,
    plural,
    seconds,
)

if TYPE_CHECKING:
    from ccsim.result import Run

QUEUE_METRICS = ("offered", "service_level", "asa", "abandon_rate", "wait_p95", "aht")
WARNING_METRICS = ("open", "cleared", "blocked")
GROUP_METRICS = ("staffed_hours", "paid_hours", "occupancy", "utilisation")
HEADLINES = ("offered", "answered", "service_level", "asa", "abandon_rate", "wait_p95", "aht", "occupancy",
             "staffed_hours")  # fmt: skip
MOST_LOSSES = 8
LEAST_LOSS = 0.0005  # of the contacts there
HEADINGS = {
    "offered": "offered\na day",
    "service_level": "service\nlevel",
    "asa": "ASA",
    "abandon_rate": "abandoned",
    "wait_p95": "wait\np95",
    "aht": "AHT",
    "staffed_hours": "staffed h\na day",
    "paid_hours": "paid h\na day",
    "resolved_in_target": "resolved\nin target",
    "occupancy": "occupancy",
    "utilisation": "utilisation",
}


def render(
    run: Run,
    width: int = 80,
    *,
    colour: bool = False,
    unicode: bool = True,
    elapsed_s: float | None = None,
    warm_up: str | int | None = None,
    since: str | None = None,
    deflection: Cell | None = None,
) -> str:
    """The whole report, no line longer than ``width`` where words can be broken.

    ``elapsed_s`` adds how long the run took; without it the text is the same for the same run.
    ``deflection``: contacts that bots saved, against a run without them.
    """
    page = Page(width, colour, unicode)
    text = _Report(run, page, {"warm_up": warm_up, "since": since}).text(elapsed_s, deflection)
    return text if unicode else in_ascii(text)


class _Report:
    """One run, one page, one window of time; each method is one part of the text."""

    def __init__(self, run: Run, page: Page, window: dict[str, Any]) -> None:
        self.run, self.page, self.window = run, page, window
        self.labels = run.logs[0].labels
        self.since_us = measured_from(self.labels, **window)
        self.program = compile_scenario(run.scenario)
        self.load = expect(self.program)
        self.queue_metrics = (*QUEUE_METRICS, *targets.more_columns(self.labels))
        self.by_queue = self.measure([*self.queue_metrics, *WARNING_METRICS], "queue")
        self.days = days_with_contacts(self.load, self.labels, self.since_us)

    def measure(self, names: Sequence[str], *by: str) -> Cells:
        """Metrics within the window."""
        return Cells(self.run.metrics(list(names), by=list(by), **self.window), by)

    def text(self, elapsed_s: float | None, deflection: Cell | None) -> str:
        """The whole report."""
        run, program, load = self.run, self.program, self.load
        has = had_by(run)
        measure = Prepared(self.measure, has)
        by_group = self.measure(GROUP_METRICS, "group")
        by_both = self.measure(["service_level"], "queue", "interval")
        warnings = [
            *cautions.of_scenario(run.scenario, program, load, run.warnings),
            *of_journeys(run, program, measure),
            *cautions.of_run(run, load, self.by_queue, by_group, by_both),
        ]
        told = Told(run, program, measure, "±" if self.page.unicode else "+-", deflection)
        parts = [
            self.header(elapsed_s),
            self.definitions(mean_waits(measure, self.labels.queues, has)),
            self.queues(),
            self.groups(by_group),
            mean_day(
                self.page,
                self.measure(DAY_METRICS, "interval"),
                self.days.center,
                self.labels.interval_us,
                scheduled_times(load),
            ),
            *self.journey(program.journey.on),
            *(self.section(title, items) for title, items in highlights(told, has)),
            self.section("Warnings", warnings),
            self.next(next_steps.after_run(run, program, load, self.by_queue)),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def journey(self, on: bool) -> list[str]:
        """The ways of 100 issues, and what was lost where; nothing for a plain run."""
        if not on:
            return []
        lost = [loss for loss in losses(self.run.logs, self.since_us) if loss.share >= LEAST_LOSS]
        items = [
            f"{loss.place}: {plural(_rounded(loss.contacts), 'contact')} {loss.how} "
            f"({percent(loss.share)} of those there)"
            for loss in lost[:MOST_LOSSES]
        ]
        if rest := lost[MOST_LOSSES:]:
            contacts = plural(_rounded(sum(loss.contacts for loss in rest)), "contact")
            ways = plural(len(rest), "more way", "more ways")
            items.append(f"{contacts} in {ways}; ccsim run --json lists them all")
        return [
            journey_text(paths_of(self.run.logs, self.since_us), self.labels, self.page),
            self.section("Lost on the way, in one run", items),
        ]

    def section(self, title: str, items: list[str]) -> str:
        if not items:
            return ""
        return f"{self.page.heading(title)}\n{self.page.items(items)}"

    def next(self, steps: list[tuple[str, str]]) -> str:
        """What to try, each command on lines of its own."""
        lines = [self.page.heading("Next")]
        for reason, command in steps:
            lines += [self.page.paragraph(f"- {reason}", 2, 4), self.page.command(command, 4)]
        return "\n".join(lines)

    def header(self, elapsed_s: float | None) -> str:
        labels = self.labels
        contacts = sum(len(log.contacts["queue"]) for log in self.run.logs)
        title = self.run.scenario.name
        if self.run.scenario.description:
            title += f": {self.run.scenario.description}"
        facts = [
            f"{plural(labels.days, 'day')} from {day_name(labels.start, 0)} {labels.start.year}",
            f"seed {self.run.seed}",
            plural(len(self.run.logs), "replication"),
            f"{self.run.engine} engine",
            plural(contacts, "contact"),
        ]
        if elapsed_s is not None:
            facts.append(seconds(elapsed_s))
        return f"{self.page.heading(title)}\n{self.page.paragraph(', '.join(facts))}"

    def definitions(self, asa: str) -> str:
        """What the columns below mean, one line each. ``asa``: the words for that column."""
        lines = targets.definitions(self.labels, self.page)
        if self.labels.days > 1:
            lines.append(("a day", days_said(self.days, self.labels.queues)))
        lines += [
            ("ASA", asa),
            ("abandoned", self.abandoned_definition()),
            ("wait p95", "95 % of contacts that left the queue, answered or not, waited no longer"),
            ("AHT", "talk + wrap-up of finished contacts / their number"),
            ("occupancy", "handle time / (handle time + free time) on duty"),
            ("utilisation", "handle time / paid time"),
        ]
        if len(self.run.logs) > 1:
            sign = "±" if self.page.unicode else "+-"
            lines.append(
                (sign, f"where the long-run mean lies, 95 % sure; single {self.stretch()} vary more")
            )
        wide = max(len(name) for name, _ in lines)
        texts = [self.page.paragraph(f"{name:<{wide}}  {text}", 2, wide + 4) for name, text in lines]
        return "\n".join([self.page.heading("What the numbers mean"), *texts])

    def stretch(self) -> str:
        """What one replication is: a day, a week or just a run."""
        days = self.labels.days
        return "days" if days == 1 else "weeks" if 5 <= days <= 7 else "runs"

    def row(self, name: str, cells: Cells, queue: int | None) -> list[str]:
        """One line of the table of queues; ``queue`` None: all together."""
        key = () if queue is None else (name,)
        return [name, *(self.shown(m, cells.get(m, *key), queue) for m in self.queue_metrics)]

    def shown(self, metric: str, cell: Cell, queue: int | None) -> str:
        """A cell, and whether it meets the target of its queue."""
        days = self.days.center if queue is None else self.days.queues[queue]
        text = _shown(metric, cell, days)
        if metric not in targets.MARKED:
            return text
        return text + targets.mark(self.labels, metric, self.by_queue, queue, self.page)

    def abandoned_definition(self) -> str:
        text = "gave up / all who left the queue"
        if self.labels.short_abandon_us.any():
            text += "; short abandons on neither side"
        return text

    def queues(self) -> str:
        labels = self.labels
        header = ["queue", *(HEADINGS[m] for m in self.queue_metrics)]
        rows = [self.row(queue, self.by_queue, q) for q, queue in enumerate(labels.queues)]
        if len(labels.queues) > 1:
            rows.append(self.row("all queues", self.measure(self.queue_metrics), None))
        return self.page.table(header, rows)

    def groups(self, by_group: Cells) -> str:
        labels = self.labels
        header = ["group", *(HEADINGS[m] for m in GROUP_METRICS)]
        rows = [
            [group, *(_shown(m, by_group.get(m, group), self.days.center) for m in GROUP_METRICS)]
            for group in labels.groups
        ]
        return self.page.table(header, rows) if rows else ""


def _rounded(amount: float) -> float:
    """A mean number of contacts: a decimal where it is small."""
    return round(amount, 1 if amount < 99.95 else 0)


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
        decimals = 1 if value < 99.95 else 0
        return _with_half(f"{value:.{decimals}f}", f"{half:.{decimals}f}", half, " s")
    return _with_half(f"{100 * value:.1f}", f"{100 * half:.1f}", half, " %")


def _with_half(value: str, half_text: str, half: float, unit: str = "") -> str:
    return f"{value}{unit}" if math.isnan(half) or not half_text else f"{value} ±{half_text}{unit}"


def wide_table(run: Run, by: list[str], metrics: list[str] | None, page: Page, **options: object) -> str:
    """``run.metrics`` with metrics as columns, in blocks that fit the page.

    ``metrics``: names, ``["all"]`` for every standard one, None for the headlines that go with the keys.
    """
    from ccsim.metrics import find

    chosen = (
        metrics
        if metrics is not None
        else [m for m in HEADLINES if set(by) - {"replication"} <= find(m).keys]
    )
    frame = run.metrics(None if chosen == ["all"] else chosen, by=by, **options)  # type: ignore[arg-type]
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
    text = f"{page.paragraph(_together(run, by, **options))}\n\n{page.table(header, rows, keys=len(by))}"
    return text if page.unicode else in_ascii(text)


def _together(
    run: Run, by: Sequence[str], *, warm_up: object = None, since: object = None, **_: object
) -> str:
    """What a cell of a table holds: of which days, of how many replications, and what ± is."""
    labels, parts = run.logs[0].labels, []
    if "weekday" in by and "day" not in by:
        parts.append("all days of one weekday together")
    elif "day" not in by and labels.days > 1:
        days = f"all days from {since} on" if since else f"all {plural(labels.days, 'day')}"
        parts.append(f"{days}{f' after a warm-up of {warm_up}' if warm_up else ''} together")
    elif labels.days == 1:
        parts.append("one day")
    if "replication" in by:
        return ", ".join(parts) or "each day of each replication"
    if len(run.logs) == 1:
        return ", ".join([*parts, "one replication"])
    return ", ".join([*parts, f"mean of {len(run.logs)} replications; ±: 95 % confidence"])


def _plain(unit: str, cell: Cell) -> str:
    if math.isnan(cell.value):
        return "-"
    scale = 100 if unit == "share" else 1
    decimals = 1 if unit in ("share", "s", "h") or cell.value != round(cell.value) else 0
    value = f"{scale * cell.value:,.{decimals}f}"
    half = cell.half_width
    return value if math.isnan(half) or half == 0 else f"{value} ±{scale * half:,.{max(decimals, 1)}f}"
