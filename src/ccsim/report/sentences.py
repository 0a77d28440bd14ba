"""A scenario said back in plain sentences, with what follows from it before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ccsim.compiler.program import ArrivalPlan, Program, TracePlan
from ccsim.report import cautions
from ccsim.report.assumptions import ASSUMED, Default
from ccsim.report.expectations import Load
from ccsim.report.formulas import Formula, QueueExpectation, queue_expectation
from ccsim.report.layout import Page, in_ascii
from ccsim.report.wording import (
    count,
    day_name,
    few,
    listed,
    number,
    percent,
    plural,
    round_percent,
    seconds,
    time_of_day,
)
from ccsim.units import DAY, SECOND, format_days, format_duration

if TYPE_CHECKING:
    from ccsim.scenario.model import Scenario
    from ccsim.scenario.staffing import AgentGroup

HOURS = 3600
ENOUGH_BELOW = 0.01  # of a target: the formulas are no finer
MARKS = {
    "A": "published and checked",
    "B": "from a vendor's documentation",
    "C": "from surveys",
    "D": "from blogs",
    "J": "our judgement, not measured",
    "M": "from memory, not measured",
}


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that ``ccsim check`` says, before it is laid out."""

    scenario: Scenario
    program: Program
    load: Load
    defaults: list[Default]

    def queue(self, number: int) -> QueueExpectation | None:
        """What the formulas expect of a queue; None where nothing is offered."""
        return queue_expectation(self.program, self.load, number)

    def warnings(self, most: int | None = cautions.MOST_SHORTFALLS) -> list[str]:
        """The scenario's own warnings and those of load against staffing (at most ``most``; None: all)."""
        return cautions.of_scenario(self.scenario, self.program, self.load, most=most)

    def working_days(self) -> int:
        """Days with contacts; all days where there are none."""
        per_day = self.load.intervals_a_day
        contacts = self.load.contacts.sum(axis=1)
        return len({int(i) // per_day for i in contacts.nonzero()[0]}) or self.program.labels.days


def said_back(check: Check, page: Page) -> str:
    """The whole text."""
    labels = check.program.labels
    expectations = [check.queue(q) for q in range(len(labels.queues))]
    parts = [_world(check, page)]
    parts += [
        _titled(page, f"Queue {name}", queue_sentences(check, q, expectations[q]))
        for q, name in enumerate(labels.queues)
    ]
    parts += [
        _titled(page, f"Group {name}", group_sentences(check, g)) for g, name in enumerate(labels.groups)
    ]
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


def _world(check: Check, page: Page) -> str:
    scenario, labels = check.scenario, check.program.labels
    title = f"{scenario.name}: {scenario.description}" if scenario.description else scenario.name
    opening = _opening(check)
    facts = (
        f"{plural(labels.days, 'day')} from {day_name(labels.start, 0)} {labels.start.year}, {opening}, "
        f"in intervals of {format_duration(labels.interval_us)}. "
        f"{plural(float(check.load.contacts.sum()), 'contact')} expected."
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


# -- queues -------------------------------------------------------------------------------------------------


def queue_sentences(check: Check, queue: int, expected: QueueExpectation | None) -> list[str]:
    """One paragraph: volume, busiest interval, work, patience, staff, target, and the formulas."""
    plan, load = check.program.queue_plans[queue], check.load
    if expected is None:
        return ["Nothing arrives here."]
    offered = load.contacts[:, queue]
    by_day = offered[: len(offered) // load.intervals_a_day * load.intervals_a_day]
    by_day = by_day.reshape(-1, load.intervals_a_day).sum(axis=1)
    days = int((by_day > 0).sum())
    when = _interval_name(check, expected.busiest)
    patience = plan.patience.mean()
    waits = "for ever" if math.isinf(patience) else f"{seconds(patience)} on average before giving up"
    talk = load.handle_s[queue] - plan.wrap_up.mean()
    parts = ""
    if not _measured_handle_times(check.program, queue):
        parts = f" ({seconds(talk)} of talk, {seconds(plan.wrap_up.mean())} of wrap-up)"
    return [
        *_verdict(check, queue, expected),
        f"{_a_day(plan.arrivals, float(offered.sum()), days)}; the busiest interval is {when} with "
        f"{number(expected.contacts)}.",
        f"One takes {seconds(load.handle_s[queue])} on average{parts}: "
        f"{number(expected.erlangs)} Erlang at the busiest interval, "
        f"{number(_mean_erlangs(check, queue))} on average while contacts come.",
        f"Customers would wait {waits}.",
        *_staff_sentences(check, queue, expected),
        *_formula_sentences(check, queue, expected),
    ]


def _verdict(check: Check, queue: int, expected: QueueExpectation) -> list[str]:
    """In plain words, whether there are enough people; nothing without a target."""
    share = float(check.program.labels.target_share[queue])
    if math.isnan(share):
        return []
    if not check.load.agents_for(queue).any():
        return ["Nobody is there to serve it."]
    patient = math.isinf(check.program.queue_plans[queue].patience.mean())
    busiest = expected.erlang_c if patient else expected.erlang_a
    overall = expected.mean_erlang_c if patient else expected.mean_erlang_a
    if overall.service_level < share - ENOUGH_BELOW:
        return ["Too few people for the target over the whole period."]
    if busiest.service_level < share - ENOUGH_BELOW:
        return ["Enough people for the target on average; too few at the busiest interval."]
    return ["Enough people for the target, at the busiest interval, too."]


def _a_day(arrivals: ArrivalPlan | TracePlan | None, total: float, days: int) -> str:
    verb = "recorded" if isinstance(arrivals, TracePlan) else "expected"
    if days <= 1:
        return f"{plural(round(total, 1), 'contact')} {verb} on one day"
    return f"{plural(round(total / days, 1), 'contact')} a day {verb}, {count(round(total))} on {days} days"


def _measured_handle_times(program: Program, queue: int) -> bool:
    """Whether talk or wrap-up come from a file, so that the laws' means are not the whole truth."""
    arrivals = program.queue_plans[queue].arrivals
    if isinstance(arrivals, ArrivalPlan):
        return arrivals.talk_mean_s is not None or arrivals.wrap_up_mean_s is not None
    return arrivals is not None and (arrivals.talk is not None or arrivals.wrap_up is not None)


def _mean_erlangs(check: Check, queue: int) -> float:
    busy = check.load.erlangs[:, queue]
    return float(busy[busy > 0].mean()) if (busy > 0).any() else 0.0


def _interval_name(check: Check, interval: int) -> str:
    """``10:00-10:30``, with the day where days differ."""
    load = check.load
    start = interval * load.interval_us
    name = f"{time_of_day(start % DAY)}-{time_of_day(start + load.interval_us)}"
    if check.program.labels.days == 1:
        return name
    return f"{name} on {day_name(check.program.labels.start, start // DAY)}"


def _staff_sentences(check: Check, queue: int, expected: QueueExpectation) -> list[str]:
    labels, load = check.program.labels, check.load
    names = [g for i, g in enumerate(labels.groups) if load.serves[load.pool_of_group[i], queue].any()]
    if not names:
        return ["Nobody has the skill to serve it."]
    agents = plural(round(expected.agents, 1), "agent")
    text = f"{agents} of {few(names)} can be expected at the phone then"
    others = expected.work - expected.erlangs
    if others > 0.05:
        text += f", who have {number(others)} Erlang of other queues to carry, too"
        if len(set(check.program.priority_base.tolist())) > 1:
            text += "; the formulas below know no priorities"
    return [text + "."]


def _formula_sentences(check: Check, queue: int, expected: QueueExpectation) -> list[str]:
    labels = check.program.labels
    share, within = float(labels.target_share[queue]), float(labels.target_within_us[queue]) / SECOND
    target = f"The target is {round_percent(share)} in {seconds(within)}." if not math.isnan(share) else ""
    if expected.agents <= 0:
        return [target] if target else []
    busy_c = _says(expected.erlang_c, within)
    mean_c = _says(expected.mean_erlang_c, within, expected.overloaded_share)
    sentences = [
        target,
        f"Erlang C, in which nobody gives up, expects {busy_c} at the busiest interval and {mean_c} over all "
        "intervals by volume.",
    ]
    if not math.isinf(check.program.queue_plans[queue].patience.mean()):
        sentences.append(
            f"Erlang A, in which the impatient leave, is the better guess here: it expects "
            f"{_says(expected.erlang_a, within)} and {_says(expected.mean_erlang_a, within)}."
        )
    return [s for s in sentences if s]


def _says(formula: Formula, within: float, overloaded: float = 0.0) -> str:
    """``84.1 % in 20 s (mean wait 12.0 s, 2.1 % give up)``."""
    if math.isinf(formula.mean_wait_s) and not overloaded:
        return "a line that grows without end"
    text = f"{percent(formula.service_level)} in {seconds(within)}"
    if math.isinf(formula.mean_wait_s):
        share = percent(overloaded, 0)
        return f"{text} ({share} of contacts come when the line would grow for ever)"
    details = [f"mean wait {seconds(formula.mean_wait_s)}"]
    if formula.abandonment_rate > 0:
        details.append(f"{percent(formula.abandonment_rate)} give up")
    return f"{text} ({', '.join(details)})"


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
    return sentences


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
        total = plural(round(float(check.load.contacts[:, q].sum()), 1), "contact")
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
    everybody = {
        key: list(getattr(check.scenario, key)) for key in ("queues", "agent_groups", "shifts", "events")
    }
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
