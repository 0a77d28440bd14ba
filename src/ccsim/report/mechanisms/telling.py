"""What a check says of the mechanisms: of a queue, of a group, and of all that stands for itself."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ccsim.compiler.program import Program
from ccsim.kinds import Cause, Entry
from ccsim.report.expectations import Load
from ccsim.report.mechanisms.channels import channel_sentences
from ccsim.report.mechanisms.events import event_sentences
from ccsim.report.mechanisms.fronts import front_sections
from ccsim.report.mechanisms.people import people_sentences
from ccsim.report.mechanisms.promising import promising_sentences
from ccsim.report.mechanisms.resolving import resolving_sentences
from ccsim.report.mechanisms.routing import routing_sentences
from ccsim.report.mechanisms.scores import score_sentences
from ccsim.report.mechanisms.waiting import waiting_sentences
from ccsim.report.wording import listed, plural
from ccsim.scenario.model import Scenario

Sections = list[tuple[str, list[str]]]

_LATER = {
    Cause.RETRY: "after walking away from the bot",
    Cause.RETURN: "because the issue was not resolved",
    Cause.BOUNCE_BACK: "because the bot had not solved it",
    Cause.COMPLAINT: "with a complaint",
    Cause.DUPLICATE: "for a second time by another channel",
}
_ENTRIES = {
    Entry.ESCALATED: "escalated",
    Entry.TRANSFERRED: "transferred",
    Entry.TICKET: "as tickets",
}


def sections(scenario: Scenario, load: Load) -> tuple[Sections, Sections]:
    """(title, sentences) of channels and fronts, which come before the queues; and of routing, events and
    scores, which come after the groups."""
    before = [(f"Channel {name}", channel_sentences(scenario, name)) for name in scenario.channels]
    before += list(front_sections(scenario, load))
    after = [("Routing", list(routing_sentences(scenario))), ("Events", list(event_sentences(scenario)))]
    if scenario.satisfaction is not None:
        after.append(("Satisfaction", list(score_sentences(scenario.satisfaction))))
    return [part for part in before if part[1]], [part for part in after if part[1]]


def queue_items(scenario: Scenario, name: str, load: Load, days: int, given_up: float) -> list[str]:
    """A sentence for each mechanism of a queue. ``given_up``: share that Erlang A expects; nan: unknown."""
    if load.balance is None:
        return []
    row = list(scenario.queues).index(name)
    a_day = float(load.contacts[:, row].sum()) / days
    return [
        *_where_from(load, row, days),
        *waiting_sentences(name, scenario.queues[name], 0.0 if math.isnan(given_up) else given_up * a_day),
        *resolving_sentences(scenario, name, load.balance, days),
        *promising_sentences(scenario, name, load, days),
    ]


def _where_from(load: Load, row: int, days: int) -> Iterator[str]:
    """``Of 620 contacts a day that come here 41 come because ...; 380 reach people, 12 escalated``."""
    flows = load.balance
    assert flows is not None
    total, legs = float(flows.contacts[:, row].sum()) / days, float(flows.work.legs[:, row].sum()) / days
    later = [
        f"{_about(float(flows.causes[cause, row]) / days)} {words}"
        for cause, words in _LATER.items()
        if flows.causes[cause, row] / days >= 0.05
    ]
    moved = [
        f"{_about(float(flows.work.entries[entry, row]) / days)} {words}"
        for entry, words in _ENTRIES.items()
        if flows.work.entries[entry, row] / days >= 0.05
    ]
    if not later and not moved and abs(total - legs) < 0.05:
        return
    text = ""
    if total >= 0.05:
        text = f"{plural(_rounded(total), 'contact')} a day come here"
        text += f", of them {listed(later)}; " if later else "; "
    text += f"{plural(_rounded(legs), 'contact')} a day reach people"
    if moved:
        text += f", of them {listed(moved)}" if total >= 0.05 else f": {listed(moved)}"
    yield f"Flows: {text}."


def _rounded(amount: float) -> float:
    return round(amount, 1 if amount < 99.95 else 0)


def _about(amount: float) -> str:
    return f"{_rounded(amount):,g}"


def group_items(scenario: Scenario, program: Program, load: Load, name: str) -> list[str]:
    """What is said of a group beyond its skills and shifts."""
    return list(people_sentences(scenario, program, load, name))
