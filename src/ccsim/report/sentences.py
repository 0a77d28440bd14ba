"""A scenario said back in plain sentences, with what follows from it before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ccsim.report.assumptions import ASSUMED, NAMED
from ccsim.report.checking import Check
from ccsim.report.layout import Page, in_ascii
from ccsim.report.mechanisms import group_items
from ccsim.report.queue_sentences import queue_sentences
from ccsim.report.wording import (
    day_name,
    few,
    listed,
    number,
    percent,
    plural,
    round_percent,
    time_of_day,
)
from ccsim.units import format_days, format_duration

if TYPE_CHECKING:
    from ccsim.scenario.model import Scenario
    from ccsim.scenario.staffing import AgentGroup

HOURS = 3600
MARKS = {
    "A": "published and checked",
    "B": "from a vendor's documentation",
    "C": "from surveys",
    "D": "from blogs",
    "J": "our judgement, not measured",
    "M": "from memory, not measured",
}


def said_back(check: Check, page: Page) -> str:
    """The whole text."""
    labels = check.program.labels
    before, after = check.sections()
    parts = [_world(check, page), *(_titled(page, *section) for section in before)]
    parts += [_queue(check, page, q, name) for q, name in enumerate(labels.queues)]
    parts += [
        _titled(page, f"Group {name}", group_sentences(check, g)) for g, name in enumerate(labels.groups)
    ]
    parts += [f"{page.heading(title)}\n{page.items(items)}" for title, items in after]
    for title, items in (
        ("Files", file_sentences(check)),
        ("Warnings", check.warnings()),
    ):
        if items:
            parts.append(f"{page.heading(title)}\n{page.items(items)}")
    if check.defaults:
        parts.append(_defaults(check, page))
    text = "\n\n".join(parts) + "\n"
    return text if page.unicode else in_ascii(text)


def _defaults(check: Check, page: Page) -> str:
    """The defaults in use, folded by mark, and what the marks mean."""
    items = default_lines(check)
    legend = "; ".join(f"[{mark}] {MARKS[mark]}" for mark in dict.fromkeys(d.mark for d in check.defaults))
    return f"{page.heading('Defaults in use')}\n{page.items(items)}\n{page.paragraph(legend, 2)}"


def _titled(page: Page, title: str, sentences: Iterable[str]) -> str:
    return f"{page.heading(title)}\n{page.paragraph(' '.join(sentences), 2)}"


def _queue(check: Check, page: Page, queue: int, name: str) -> str:
    """A paragraph, and an item for each mechanism."""
    text = _titled(page, f"Queue {name}", queue_sentences(check, queue, check.queue(queue)))
    items = check.queue_items(queue)
    return f"{text}\n{page.items(items)}" if items else text


def _world(check: Check, page: Page) -> str:
    scenario, labels = check.scenario, check.program.labels
    title = f"{scenario.name}: {scenario.description}" if scenario.description else scenario.name
    opening, days = _opening(check), check.working_days()
    facts = (
        f"{plural(labels.days, 'day')} from {day_name(labels.start, 0)} {labels.start.year}, {opening}, "
        f"in intervals of {format_duration(labels.interval_us)}. "
        f"{plural(float(check.load.fresh.sum()), 'contact')} expected"
        f"{'' if days == labels.days else f' on {days} of these days'}."
    )
    return f"{page.heading(title)}\n{page.paragraph(facts)}"


def _opening(check: Check) -> str:
    """``open 08:00-18:00``, or ``open mon-fri 08:00-18:00 and sat 09:00-14:00``."""
    hours = check.scenario.time.open
    days_of: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for weekday in range(7):
        windows = tuple(hours.windows(weekday))
        if windows:
            days_of.setdefault(windows, []).append(weekday)

    def said(windows: tuple[tuple[int, int], ...]) -> str:
        return listed(f"{time_of_day(a)}-{time_of_day(b)}" for a, b in windows)

    if len(days_of) == 1 and len(next(iter(days_of.values()))) == 7:
        return f"open {said(next(iter(days_of)))}"
    return "open " + listed(f"{format_days(days)} {said(windows)}" for windows, days in days_of.items())


# -- groups -------------------------------------------------------------------------------------------------


def group_sentences(check: Check, group: int) -> list[str]:
    """One paragraph: people, skills, shifts, hours, shrinkage and expected occupancy."""
    labels, load = check.program.labels, check.load
    name = labels.groups[group]
    spec = check.scenario.agent_groups[name]
    headcount = int((labels.agent_group == group).sum())
    days = check.working_days()
    paid, staffed = float(load.paid_s[group]) / HOURS, float(load.on_duty_s[group]) / HOURS
    skills = listed(s if v == 1 else f"{s} (speed {v:g})" for s, v in spec.skills.items())
    peak = float(load.staffed_by_group[:, group].max(initial=0.0))
    sentences = [
        f"{plural(headcount, 'agent')} with the skill {skills}, {_shifts(spec)}."
        if len(spec.skills) == 1
        else f"{plural(headcount, 'agent')} with the skills {skills}, {_shifts(spec)}.",
        f"{number(paid / days)} paid hours a day, of which {number(staffed / days)} at the phone after "
        f"breaks and shrinkage; at most {number(peak)} agents at once.",
        _shrinkage(spec),
    ]
    occupancy = load.group_occupancy(group)
    if not math.isnan(occupancy):
        sentences.append(
            f"Expected occupancy {percent(occupancy, 0)} if work is shared as evenly as skills allow."
        )
    if _has_slots(check, group):
        sentences.append("That is with all slots full; the time with at least one contact open is longer.")
    sentences += group_items(check.scenario, check.program, load, name)
    return sentences


def _has_slots(check: Check, group: int) -> bool:
    """Do they have several contacts open in some queue that has contacts?"""
    slots, load = check.program.journey.slots.slots, check.load
    serving = load.serves[load.pool_of_group[group]].any(axis=0)
    return bool((serving & (slots > 1) & load.contacts.any(axis=0)).any())


def _shifts(spec: AgentGroup) -> str:
    if spec.roster is not None:
        return f"on the roster {spec.roster}"
    shifts = spec.shifts or {}
    if len(shifts) == 1:
        return f"all on shift {next(iter(shifts))}"
    return "on shifts " + listed(f"{name} {round_percent(share)}" for name, share in shifts.items())


def _shrinkage(spec: AgentGroup) -> str:
    shrinkage = spec.shrinkage
    parts = []
    if shrinkage.planned:
        parts.append(f"{round_percent(shrinkage.planned)} of shifts away as planned")
    if shrinkage.unplanned:
        parts.append(f"{round_percent(shrinkage.unplanned)} missed")
    if shrinkage.adherence < 1:
        parts.append(f"{round_percent(shrinkage.adherence)} adherence")
    return f"Shrinkage applied: {listed(parts)}." if parts else "No shrinkage beyond breaks."


# -- files and defaults -------------------------------------------------------------------------------------


def file_sentences(check: Check) -> list[str]:
    """Each file beside the scenario with its rows and what it brought, and how it was read."""
    sentences = []
    for q, (name, queue) in enumerate(check.scenario.queues.items()):
        total = plural(round(float(check.load.fresh[:, q].sum()), 1), "contact")
        for key in ("file", "trace", "shape"):
            file = getattr(queue.arrivals, key, None)
            if not isinstance(file, str | Path) or not _is_file(check.scenario, file):
                continue
            brought = (
                f"the shape of the day of queue {name}" if key == "shape" else f"{total} of queue {name}"
            )
            sentences.append(f"{file}: {_rows(check.scenario.path(str(file)))}{brought}")
    for g, (name, group) in enumerate(check.scenario.agent_groups.items()):
        if group.roster is not None:
            agents = plural(int((check.program.labels.agent_group == g).sum()), "agent")
            rows = _rows(check.scenario.path(group.roster))
            sentences.append(f"{group.roster}: {rows}{agents} of group {name}")
    return [*sentences, *check.program.notes]


def _is_file(scenario: Scenario, name: str | Path) -> bool:
    return scenario.path(str(name)).is_file()


def _rows(path: Path) -> str:
    """``2,880 rows, `` of a text table without its heading; nothing for other formats."""
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        return ""
    with path.open("rb") as lines:
        rows = sum(1 for line in lines if line.strip()) - 1
    return f"{plural(max(rows, 0), 'row')}, "


def default_lines(check: Check) -> list[str]:
    """``[M] *assumption*: queues.*.patience = never (sales); ...``, one line a mark; no names: all."""
    everybody = {key: list(getattr(check.scenario, key)) for key in NAMED}
    together: dict[tuple[str, str, str], list[str]] = {}
    for default in check.defaults:
        names = together.setdefault((default.mark, default.field, default.value), [])
        if default.path[0] in everybody and default.path[1] not in names:
            names.append(default.path[1])
    by_mark: dict[str, list[str]] = {}
    for (mark, field, value), names in together.items():
        some = names and names != everybody[field.split(".")[0]]
        text = f"{field}\u00a0=\u00a0{value}{f' ({few(names, 6)})' if some else ''}"
        by_mark.setdefault(mark, []).append(text)
    return [
        f"[{mark}]{' *assumption*' if mark in ASSUMED else ''}: {'; '.join(texts)}"
        for mark, texts in sorted(by_mark.items(), key=lambda item: ("MJ".find(item[0]) < 0, item[0] != "M"))
    ]
