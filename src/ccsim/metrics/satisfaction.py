"""Satisfaction, scored after the run: each issue from what happened to the customer.

score = base + per_minute_waited x minutes waited + escalated (if any contact was) + contained (if a front
closed a contact) + repeat x contacts after the first + abandoned (if any contact was given up), kept within
the scale. Minutes count on the line only: not those of deferrable work, nor those until a callback. Open
issues have no score. The weights are the scenario's; nothing about them is measured.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ccsim.kinds import IssueOutcome
from ccsim.log import Log
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.contact_rows import ContactRows, IssueRows
from ccsim.metrics.legs import CLOSED, Legs
from ccsim.metrics.metric import CONTACT_KEYS, Metric
from ccsim.units import MINUTE

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def _mean(
    name: str, unit: str, definition: str, top: str, bottom: str, weight: str, needs: str, squares: str = ""
) -> Metric:
    return Metric(
        name, unit, weight, "higher", definition, CONTACT_KEYS, "ratio", (top,), (bottom,), needs=needs,
        squares=squares,
    )  # fmt: skip


METRICS = (
    _mean(
        "satisfaction",
        "points",
        "Scores of the closed issues / their number: base, minutes waited, escalation, containment, repeated"
        " contacts and abandonment by the scenario's weights, kept within its scale.",
        "score",
        "scored",
        "issues closed",
        "satisfaction",
    ),
    _mean(
        "satisfaction_top2",
        "share",
        "Closed issues whose score, rounded, is one of the two best of the scale / closed issues.",
        "top2",
        "scored",
        "issues closed",
        "satisfaction",
    ),
    _mean(
        "survey_satisfaction",
        "points",
        "satisfaction of the customers who answer a survey; its interval is that of one run's answers, also"
        " in a run with one replication.",
        "survey_score",
        "surveyed",
        "answers",
        "survey",
        "survey_squares",
    ),
    _mean(
        "survey_top2",
        "share",
        "satisfaction_top2 of the customers who answer a survey; its interval is that of one run's answers.",
        "survey_top2",
        "surveyed",
        "answers",
        "survey",
        "survey_top2",
    ),
)


def scores(log: Log, contacts: ContactRows, issues: IssueRows, legs: Legs) -> Float64:
    """(issues,) the score of each issue; nan: open, or nothing is said about satisfaction."""
    weights, labels = log.labels.satisfaction, log.labels
    size = len(issues.id)
    if weights is None:
        return np.full(size, np.nan)
    of = issues.of_contacts
    owner = of[log.legs["contact_row"]]
    deferrable = np.array(labels.deferrable or (False,) * len(labels.queues))[legs.queue]
    on_line = (owner >= 0) & ~deferrable & (log.column("legs", "dials") == 0) & (legs.kind != CLOSED)
    waited = np.bincount(owner[on_line], weights=legs.wait[on_line], minlength=size) / MINUTE

    def any_of(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        found = np.zeros(size + 1, dtype=bool)
        found[of[rows]] = True  # a contact that never came, -1, is the last
        return found[:size]

    score = (
        weights.base
        + weights.per_minute_waited * waited
        + weights.escalated * (issues.escalations > 0)
        + weights.contained * any_of(contacts.closed_by_front)
        + weights.repeat * (issues.contacts - 1)
        + weights.abandoned * any_of(contacts.gave_up)
    )
    score = np.clip(score, weights.low, weights.high)
    return np.where(issues.outcome == IssueOutcome.OPEN, np.nan, score)


def answers_survey(luck: Int64, queue: Int64, share: float) -> npt.NDArray[np.bool_]:
    """Who answers: decided by the luck of the issue, so that it is the same customer in every what-if."""
    with np.errstate(over="ignore"):  # splitmix64 (Steele, Lea, Flood 2014)
        mixed = luck.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + queue.astype(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    found: npt.NDArray[np.bool_] = (mixed >> np.uint64(11)).astype(np.float64) < share * 2.0**53
    return found


def _add_up(asked: Asked) -> None:
    log, weights = asked.log, asked.log.labels.satisfaction
    contacts, issues = asked.contacts, asked.issues
    opened_at, queue = contacts.arrived_at[issues.first], contacts.queue[issues.first]
    score = scores(log, contacts, issues, asked.legs)
    scored = ~np.isnan(score)
    cell = asked.cell_of(queue, opened_at)
    high = weights.high if weights is not None else np.inf
    share = weights.survey_response if weights is not None else 0.0
    top = scored & (np.floor(np.nan_to_num(score) + 0.5) >= high - 1)
    answers = scored & answers_survey(log.contacts["luck"][issues.first].astype(np.int64), queue, share)
    asked.add("scored", cell, where=scored)
    asked.add("score", cell, score, scored)
    asked.add("top2", cell, where=top)
    asked.add("surveyed", cell, where=answers)
    asked.add("survey_score", cell, score, answers)
    asked.add("survey_squares", cell, score**2, answers)
    asked.add("survey_top2", cell, where=answers & top)


THEMES = (Theme(METRICS, _add_up),)
