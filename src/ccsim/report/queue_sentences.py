"""A queue said back in plain sentences: volume, work, people, target, and what the formulas expect."""

from __future__ import annotations

import math

import numpy as np

from ccsim.compiler.program import ArrivalPlan, Program, TracePlan
from ccsim.report.checking import Check
from ccsim.report.formulas import Formula, QueueExpectation, does_not_apply, leaves_out
from ccsim.report.mechanisms.promising import backlog_grows
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
from ccsim.units import DAY, SECOND

ENOUGH_BELOW = 0.01  # of a target: the formulas are no finer


def queue_sentences(check: Check, queue: int, expected: QueueExpectation | None) -> list[str]:
    """One paragraph: volume, busiest interval, work, patience, staff, target, and the formulas."""
    plan, load = check.program.queue_plans[queue], check.load
    if expected is None:
        return [_nobody_comes(check, queue)]
    if load.balance is not None:
        return journey_sentences(check, queue, expected)
    offered = load.contacts[:, queue]
    days = check.days_of(queue)
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


def _nobody_comes(check: Check, queue: int) -> str:
    """No contact can be expected: there are none, or only such as depend on how others wait."""
    scenario, name = check.scenario, check.program.labels.queues[queue]
    feeders = [
        other
        for other, spec in scenario.queues.items()
        for target in (
            spec.promise and spec.promise.chaser and (spec.promise.chaser.to or other),
            spec.promise and spec.promise.escalate and spec.promise.escalate.to,
            spec.promise and spec.promise.complaint and spec.promise.complaint.to,
            spec.deflection and spec.deflection.to,
            spec.after_abandon and spec.after_abandon.to,
        )
        if target == name and other != name
    ]
    if not feeders:
        return "Nothing arrives here."
    return (
        f"Contacts come from {few(list(dict.fromkeys(feeders)))} when customers wait there for too long; how "
        "many depends on the waits, which only a run knows."
    )


def journey_sentences(check: Check, queue: int, expected: QueueExpectation) -> list[str]:
    """The paragraph of a queue of a scenario with fronts, later legs or several contacts at once."""
    plan, load = check.program.queue_plans[queue], check.load
    fresh = load.fresh[:, queue]
    days = check.days_of(queue)
    when = _interval_name(check, expected.busiest)
    patience = plan.patience.mean()
    waits = "for ever" if math.isinf(patience) else f"{seconds(patience)} on average before giving up"
    come = (
        f"{_a_day(plan.arrivals, float(fresh.sum()), days)}"
        if fresh.any()
        else "No contact comes here by itself"
    )
    reason, alone = does_not_apply(check.program, queue), _of_an_agent(check, queue)
    if check.load.waits_overnight(queue):
        busy = f"{number(_mean_erlangs(check, queue))} Erlang{alone} on average while contacts come"
    else:
        busy = (
            f"{number(expected.erlangs)} Erlang{alone} at the busiest interval, "
            f"{number(_mean_erlangs(check, queue))} on average while contacts come"
        )
    return [
        *(_verdict(check, queue, expected) if not reason else _plain_verdict(check, queue)),
        f"{come}; the busiest interval for people is {when} with {number(expected.contacts)}.",
        f"One takes {seconds(load.handle_s[queue])} of people's attention on average, wrap-up included: "
        f"{busy}.",
        f"Customers would wait {waits}.",
        *([] if load.waits_overnight(queue) else _staff_sentences(check, queue, expected)),
        *(
            _formula_sentences(check, queue, expected)
            if not reason
            else _without_formulas(check, queue, reason)
        ),
    ]


def _of_an_agent(check: Check, queue: int) -> str:
    """What an Erlang is where agents have several contacts open."""
    slots = int(check.program.journey.slots.slots[queue])
    return f" of agents with {slots} open" if slots > 1 else ""


def _plain_verdict(check: Check, queue: int) -> list[str]:
    """Is there enough time for the work? Nothing is said of waits."""
    load = check.load
    if not load.agents_for(queue).any():
        return ["Nobody is there to serve it."]
    if load.waits_overnight(queue):
        return [
            "More work comes than there is time for."
            if backlog_grows(load, queue)
            else "There is time for it."
        ]
    some = load.erlangs[:, queue] > 0
    work = np.maximum(load.work_beside(queue), load.erlangs[:, queue])
    short = some & (work > load.agents_for(queue) + 1e-9)
    if not short.any():
        return ["Enough people for the work at every interval."]
    share = float(load.contacts[short, queue].sum() / load.contacts[:, queue].sum())
    return [f"Too few people for the work in intervals with {percent(share, 0)} of the contacts."]


def _without_formulas(check: Check, queue: int, reason: str) -> list[str]:
    """The target, and why no formula is asked."""
    return [*_target(check, queue), f"Erlang C and Erlang A are not about this: {reason}. A run tells."]


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
    target = _target(check, queue)
    within = float(check.program.labels.target_within_us[queue]) / SECOND
    if expected.agents <= 0:
        return target
    busy_c = _says(expected.erlang_c, within)
    mean_c = _says(expected.mean_erlang_c, within, expected.overloaded_share)
    sentences = [
        *target,
        f"Erlang C, in which nobody gives up, expects {busy_c} at the busiest interval and {mean_c} over all "
        "intervals by volume.",
    ]
    if not math.isinf(check.program.queue_plans[queue].patience.mean()):
        sentences.append(
            f"Erlang A, in which the impatient leave, is the better guess here: it expects "
            f"{_says(expected.erlang_a, within)} and {_says(expected.mean_erlang_a, within)}."
        )
    unknown = leaves_out(check.program, queue)
    if unknown:
        sentences.append(f"Both leave out {listed(unknown)}.")
    return sentences


def _target(check: Check, queue: int) -> list[str]:
    labels = check.program.labels
    share, within = float(labels.target_share[queue]), float(labels.target_within_us[queue]) / SECOND
    return [] if math.isnan(share) else [f"The target is {round_percent(share)} in {seconds(within)}."]


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
