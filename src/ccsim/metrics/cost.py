"""What a run costs: paid hours of agents and sessions of what stands in front of them."""

from __future__ import annotations

import numpy as np

from ccsim.kinds import PAID_STATES, IssueOutcome
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.grid import Float64, is_one_of, split
from ccsim.metrics.metric import AGENT_TIME_KEYS, HOURS, PERIOD_KEYS, SESSION_KEYS, Metric

_UNSAID = "groups without a cost count nothing"

AGENTS = (
    Metric(
        "cost_of_agents",
        "money",
        "money",
        "lower",
        f"Paid hours x cost of an hour of the agent's group; {_UNSAID}.",
        AGENT_TIME_KEYS,
        "count",
        ("agent_cost",),
        needs="cost",
    ),
)
FRONTS = (
    Metric(
        "cost_of_sessions",
        "money",
        "money",
        "lower",
        "Sessions with bots and self-service x their cost, and the days of notices x theirs.",
        SESSION_KEYS,
        "count",
        ("session_cost",),
        needs="cost",
    ),
)
TOTAL = (
    Metric(
        "cost",
        "money",
        "money",
        "lower",
        f"cost_of_agents + cost_of_sessions; {_UNSAID}.",
        PERIOD_KEYS,
        "count",
        ("total_cost",),
        needs="cost",
    ),
    Metric(
        "cost_per_contact",
        "money",
        "contacts handled",
        "lower",
        "cost / contacts that a person answered or that a bot or self-service closed.",
        PERIOD_KEYS,
        "ratio",
        ("total_cost",),
        ("cost_contacts",),
        needs="cost",
    ),
    Metric(
        "cost_per_resolution",
        "money",
        "issues resolved",
        "lower",
        "cost / issues resolved: repeated contacts make it dearer.",
        PERIOD_KEYS,
        "ratio",
        ("total_cost",),
        ("cost_resolutions",),
        needs="cost",
    ),
)


def _agents(asked: Asked, name: str = "agent_cost") -> None:
    """Paid time x cost, in the interval in which it passed."""
    if "agent_cost" not in asked.read:
        asked.read["agent_cost"] = _cost_of_agents(asked)
    asked.sums[name] = asked.sums.get(name, 0) + asked.read["agent_cost"]


def _cost_of_agents(asked: Asked) -> Float64:
    log, cells, labels = asked.log, asked.cells, asked.log.labels
    cost = np.nan_to_num(np.array(labels.group_cost or (0.0,) * len(labels.groups)))
    table = log.stretches
    paid = np.flatnonzero(is_one_of(table["state"], PAID_STATES))
    agent = table["agent"][paid]
    begin = np.maximum(table["from_at"][paid].astype(np.int64), asked.since_us)
    end = table["to_at"][paid].astype(np.int64)
    group = labels.agent_group[agent]
    total = np.zeros(cells.count)
    for number in np.unique(group):  # time first, in whole microseconds
        mine = group == number
        place = cells.agent.codes[agent[mine]] if cells.agent.keys else None
        time = split(begin[mine], end[mine], place, cells.agent.count, cells.time.codes, cells.time.count,
                     cells.width_us)  # fmt: skip
        total += time * (HOURS * cost[number])
    return total


def _fronts(asked: Asked, name: str = "session_cost") -> None:
    log, cells, labels = asked.log, asked.cells, asked.log.labels
    asked.sums.setdefault(name, np.zeros(cells.count))
    for front_row, queue_row, at, cost in labels.front_charges:
        if at >= asked.since_us:
            place = cells.of(*(np.array([value], dtype=np.int64) for value in (queue_row, at, front_row)))
            asked.add(name, place, [cost])
    if not log.sessions or not any(labels.front_cost):
        return
    table = log.sessions
    front, started = table["front"].astype(np.int64), table["started_at"].astype(np.int64)
    queue = log.contacts["queue"][table["contact_row"]].astype(np.int64)
    cell = asked.cell_of(queue, started, front)
    asked.add(name, cell, np.array(labels.front_cost)[front])


def _total(asked: Asked) -> None:
    _agents(asked, "total_cost")
    _fronts(asked, "total_cost")
    contacts, issues = asked.contacts, asked.issues
    at = contacts.arrived_at
    cell = asked.cell_of(contacts.queue, at)
    asked.add("cost_contacts", cell, where=contacts.came & (contacts.handled | contacts.closed_by_front))
    asked.add("cost_resolutions", cell[issues.first[issues.outcome == IssueOutcome.RESOLVED]])


THEMES = (Theme(AGENTS, _agents), Theme(FRONTS, _fronts), Theme(TOTAL, _total))
