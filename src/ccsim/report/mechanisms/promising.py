"""Promises, hours of service and work that waits overnight, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.report.expectations import Load
from ccsim.report.mechanisms.words import lasting, span_us
from ccsim.report.wording import number, round_percent
from ccsim.scenario.channels import Channel
from ccsim.scenario.model import Scenario
from ccsim.scenario.promises import Promise, Ticket
from ccsim.units import HOUR


def promising_sentences(scenario: Scenario, name: str, load: Load, days: int) -> Iterator[str]:
    """One sentence or two a mechanism; ``days``: with contacts, for numbers a day."""
    queue = scenario.queues[name]
    channel = scenario.channels.get(queue.channel, Channel())
    if queue.promise is not None:
        clock = " of opening hours" if channel.counts_business_hours else ""
        within = span_us(queue.service_level.within)
        yield f"Promise: an answer within {within}{clock}{_broken(name, queue.promise)}."
    outside = queue.outside_hours
    if isinstance(outside, Ticket):
        rest = f", the other {round_percent(1 - outside.share)} are lost" if outside.share < 1 else ""
        yield (
            f"Outside opening hours: {round_percent(outside.share)} leave a ticket in {outside.ticket}{rest}."
        )
    elif outside == "lost":
        yield "Outside opening hours: contacts are lost."
    elif outside == "bot_only":
        yield "Outside opening hours: the bot answers, and who needs a person is lost."
    row = list(scenario.queues).index(name)
    if load.waits_overnight(row):
        yield _backlog(scenario, name, load)


def _broken(name: str, promise: Promise) -> str:
    """What follows when it is not kept."""
    said = []
    if promise.escalate is not None:
        said.append(
            f"{span_us(promise.escalate.before)} before, a contact that still waits moves on to "
            f"{promise.escalate.to}"
        )
    chaser = promise.chaser
    if chaser is not None:
        where = f" by {chaser.to}" if chaser.to and chaser.to != name else ""
        times = "once" if chaser.at_most == 1 else f"up to {chaser.at_most} times"
        said.append(f"when it is broken {round_percent(chaser.share)} ask again{where}, {times} an issue")
    complaint = promise.complaint
    if complaint is not None:
        parts = []
        if complaint.late:
            parts.append(f"{round_percent(complaint.late)} of the late answers")
        if complaint.unresolved:
            parts.append(f"{round_percent(complaint.unresolved)} of the contacts that resolve nothing")
        if parts:
            said.append(
                f"{' and '.join(parts)} lead to a complaint in {complaint.to} after "
                f"{lasting(complaint.delay)}"
            )
    return "".join(f"; {text}" for text in said)


def _backlog(scenario: Scenario, name: str, load: Load) -> str:
    """Whether those who can do the work have the time for it, beside what cannot wait."""
    row, hour, days = list(scenario.queues).index(name), HOUR / load.interval_us, scenario.time.days
    serving = load.serves[:, row]
    beside = [q for q in range(len(scenario.queues)) if load.waits_overnight(q)]
    alike = [q for q in beside if (load.serves[:, q] & serving).any()]
    work = float(load.erlangs[:, alike].sum()) / hour / days
    spare = load.spare_hours(row) / days
    names = [other for q, other in enumerate(scenario.queues) if q in alike and q != row]
    together = f" together with {' and '.join(names)}" if names else ""
    text = (
        f"Backlog: its contacts{together} bring {number(work)} hours of work a day; those who can do it have "
        f"{number(spare)} hours a day left after what cannot wait"
    )
    if work > spare:
        return f"{text}: about {number(work - spare)} hours more wait every day."
    return f"{text}: nothing piles up beyond the night."


def backlog_grows(load: Load, queue: int) -> bool:
    """More work that can wait than time for it?"""
    serving = load.serves[:, queue]
    alike = [
        q
        for q in range(load.erlangs.shape[1])
        if load.waits_overnight(q) and (load.serves[:, q] & serving).any()
    ]
    hour = HOUR / load.interval_us
    return float(load.erlangs[:, alike].sum()) / hour > load.spare_hours(queue)
