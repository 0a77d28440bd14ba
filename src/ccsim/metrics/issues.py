"""Issues: resolved or not, by which contact, after how long; and the ways to measure first-contact
resolution.

An issue counts in the queue and the interval in which its first contact arrived. What needs a stretch of
time to judge (a repeat in N days, a resolution in N days) leaves those out whose N days reach beyond the run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Entry, IssueOutcome
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.clock import Clocks
from ccsim.metrics.contact_rows import (
    ContactRows,
    IssueRows,
    channels_of_issues,
)
from ccsim.metrics.grid import is_one_of
from ccsim.metrics.metric import CONTACT_KEYS, SECONDS, Better, Metric
from ccsim.units import DAY

Int64 = npt.NDArray[np.int64]

ISSUES = ("issues",)
NEVER = 2**62
JOURNEY = "journey"


def _count(name: str, definition: str, better: Better | None = None) -> Metric:
    return Metric(name, "issues", "issues", better, definition, CONTACT_KEYS, "count", (name,), needs=JOURNEY)


def _ratio(
    name: str,
    definition: str,
    top: str,
    bottom: tuple[str, ...],
    weight: str,
    better: Better | None = "higher",
    unit: str = "share",
    needs: str = JOURNEY,
) -> Metric:
    return Metric(name, unit, weight, better, definition, CONTACT_KEYS, "ratio", (top,), bottom, needs=needs)


def fcr_repeat(days: int, *, standard: bool) -> Metric:
    """First-contact resolution as an operation measures it: nobody comes again within ``days``."""
    return Metric(
        f"fcr_repeat_{days}d",
        "share",
        "contacts with that many days of the run ahead",
        "higher",
        f"1 - contacts followed by another about the same issue within {days} days of their arrival /"
        f" contacts; those that came less than {days} days before the end of the run are on neither side.",
        CONTACT_KEYS,
        "ratio",
        ("repeat_free",),
        ("repeat_judged",),
        within_us=days * DAY,
        standard=standard,
        needs=JOURNEY,
    )


def resolution_rate(days: int) -> Metric:
    """Share of issues resolved within ``days``."""
    return Metric(
        f"resolution_rate_{days}d",
        "share",
        "issues with that many days of the run ahead",
        "higher",
        f"Issues resolved within {days} days of their first contact / issues; those that opened less than"
        f" {days} days before the end of the run are on neither side.",
        CONTACT_KEYS,
        "ratio",
        ("resolved_in",),
        ("opened_in",),
        within_us=days * DAY,
        standard=False,
        needs=JOURNEY,
    )


def resolution_quantile(name: str, percent: int, *, standard: bool) -> Metric:
    """The time to resolution of the resolved issues at one percentage."""
    return Metric(
        name,
        "s",
        "issues resolved",
        "lower",
        f"The shortest time to resolution that at least {percent} % of the resolved issues did not exceed.",
        CONTACT_KEYS,
        "quantile",
        ("resolution",),
        scale=SECONDS,
        percent=percent,
        standard=standard,
        needs=JOURNEY,
    )


METRICS = (
    _count(
        "issues",
        "Issues about which a contact came in the run: issues_resolved + issues_given_up + issues_open.",
    ),
    _count(
        "issues_resolved", "Issues that a contact, or what stands in front of people, resolved.", "higher"
    ),
    _count("issues_given_up", "Issues not resolved about which nobody will come again.", "lower"),
    _count("issues_open", "Issues in progress, or with a contact still to come, when the run ended."),
    _ratio(
        "contacts_per_issue", "contacts / issues.", "issue_contacts", ISSUES, "issues", "lower", "contacts"
    ),
    _ratio("resolution_rate", "issues_resolved / issues.", "issues_resolved", ISSUES, "issues"),
    _ratio(
        "fcr_true",
        "Issues that their first contact truly resolved / issues: what only a simulation knows.",
        "first_resolved",
        ISSUES,
        "issues",
    ),
    _ratio(
        "fcr_gross",
        "Issues resolved by their first contact / all contacts about the issues.",
        "first_resolved",
        ("issue_contacts",),
        "contacts",
    ),
    _ratio(
        "fcr_net",
        "Issues resolved by their first contact without escalation / contacts that were not escalated.",
        "first_level_resolved",
        ("first_level_contacts",),
        "contacts not escalated",
    ),
    fcr_repeat(7, standard=True),
    _ratio(
        "ocr",
        "One-contact resolution: issues resolved by their first contact, on one channel / issues.",
        "one_channel_resolved",
        ISSUES,
        "issues",
    ),
    _ratio(
        "one_and_done",
        "Contacts that were the first about their issue and resolved it / contacts.",
        "first_resolved",
        ("issue_contacts",),
        "contacts",
    ),
    _ratio(
        "escalation_rate",
        "Issues that went to a higher tier / issues.",
        "escalated_issues",
        ISSUES,
        "issues",
        None,
    ),
    _ratio(
        "transfer_rate",
        "Contacts that went on to another agent, by escalation or transfer / contacts that a person"
        " answered.",
        "moved_on",
        ("handled_contacts",),
        "contacts that a person answered",
        None,
    ),
    _ratio(
        "warm_transfer_share",
        "Escalations and transfers in which the first agent stayed until another had answered / those that"
        " another agent answered.",
        "warm_transfers",
        ("answered_transfers",),
        "transfers answered",
    ),
    Metric(
        "mean_time_to_resolution",
        "s",
        "issues resolved",
        "lower",
        "Time from the first contact about an issue until the contact that resolved it for good, by the"
        " calendar / issues_resolved.",
        CONTACT_KEYS,
        "ratio",
        ("time_to_resolution",),
        ("issues_resolved",),
        SECONDS,
        needs=JOURNEY,
    ),
    resolution_quantile("time_to_resolution_p50", 50, standard=True),
    resolution_quantile("time_to_resolution_p90", 90, standard=True),
    _ratio(
        "resolved_in_target",
        "Attainment of the resolution target: issues resolved within the time that the target of the queue of"
        " their first contact names, on that queue's clock, which may stop outside its opening hours / issues"
        " of queues with such a target; those that opened less than that before the end of the run are on"
        " neither side.",
        "resolved_in_target",
        ("target_judged",),
        "issues judged",
        needs="resolution_target",
    ),
)


def _add_up(asked: Asked) -> None:
    contacts, issues = asked.contacts, asked.issues
    opened_at = contacts.arrived_at[issues.first]
    queue = contacts.queue[issues.first]
    cell = asked.cell_of(queue, opened_at)
    _add_issues(asked, contacts, issues, cell)
    _add_times(asked, issues, cell, opened_at, queue)
    _add_repeats(asked, contacts)
    _add_transfers(asked, contacts)


def _add_issues(asked: Asked, contacts: ContactRows, issues: IssueRows, cell: Int64) -> None:
    asked.add("issues", cell)
    for name, outcome in (
        ("issues_resolved", IssueOutcome.RESOLVED),
        ("issues_given_up", IssueOutcome.GIVEN_UP),
        ("issues_open", IssueOutcome.OPEN),
    ):
        asked.add(name, cell, where=issues.outcome == outcome)
    asked.add("issue_contacts", cell, issues.contacts)
    first = issues.resolved_by == issues.first
    asked.add("first_resolved", cell, where=first)
    asked.add("first_level_resolved", cell, where=first & (contacts.escalated[issues.first] == 0))
    of = issues.of_contacts
    asked.add("first_level_contacts", cell[of[(of >= 0) & (contacts.escalated == 0)]])
    asked.add("escalated_issues", cell, where=issues.escalations > 0)
    channels = channels_of_issues(asked.log, issues)
    asked.add("one_channel_resolved", cell, where=first & (channels <= 1))


def _add_times(asked: Asked, issues: IssueRows, cell: Int64, opened_at: Int64, queue: Int64) -> None:
    resolved = (issues.outcome == IssueOutcome.RESOLVED) & (issues.closed_at >= 0)
    took = np.where(resolved, issues.closed_at - opened_at, NEVER)
    asked.add("time_to_resolution", cell, took, resolved)
    if "sorted:resolution" in asked.names:
        asked.sort("resolution", cell[resolved], took[resolved])
    left = asked.log.labels.ends_at - opened_at
    for period in asked.periods:
        judged = left >= period
        asked.add(("opened_in", period), cell, where=judged)
        asked.add(("resolved_in", period), cell, where=judged & (took <= period))
    _add_target(asked, cell, opened_at, np.where(resolved, issues.closed_at, -1), queue)


def _add_target(asked: Asked, cell: Int64, opened_at: Int64, resolved_at: Int64, queue: Int64) -> None:
    """Issues whose target time has passed by the end of the run, and those of them resolved within it."""
    labels = asked.log.labels
    of_queues = np.array(labels.resolution_within_us or (0,) * len(labels.queues))
    if not (of_queues > 0).any():
        asked.sums["target_judged"] = asked.sums["resolved_in_target"] = np.zeros(asked.cells.count)
        return
    limit = of_queues[queue]
    clocks = Clocks.read(labels)

    def passed(until: Int64) -> Int64:
        by_calendar = until - opened_at
        return by_calendar if clocks is None else clocks.elapsed(queue, opened_at, until, by_calendar)

    judged = (limit > 0) & (passed(np.full_like(opened_at, labels.ends_at)) >= limit)
    in_time = (resolved_at >= 0) & (passed(resolved_at) <= limit)
    asked.add("target_judged", cell, where=judged)
    asked.add("resolved_in_target", cell, where=judged & in_time)


def _add_repeats(asked: Asked, contacts: ContactRows) -> None:
    at, came = contacts.arrived_at, contacts.came
    number = np.bincount(contacts.issue, minlength=1)
    several = np.flatnonzero(came & (number[contacts.issue] > 1))
    order = several[np.lexsort((contacts.number[several], at[several], contacts.issue[several]))]
    again = np.flatnonzero(np.diff(contacts.issue[order]) == 0)
    gap = np.full(len(at), NEVER)
    gap[order[again]] = np.diff(at[order])[again]
    cell = asked.cell_of(contacts.queue, at)
    for period in asked.periods:
        judged = came & (asked.log.labels.ends_at - at >= period)
        asked.add(("repeat_judged", period), cell, where=judged)
        asked.add(("repeat_free", period), cell, where=judged & (gap > period))


def _add_transfers(asked: Asked, contacts: ContactRows) -> None:
    cell = asked.cell_of_contacts()
    asked.add("handled_contacts", cell, where=contacts.handled)
    asked.add("moved_on", cell, where=contacts.handled & (contacts.escalated + contacts.transferred > 0))
    later, warm = transfers(asked)
    owner = asked.log.legs["contact_row"].astype(np.int64)
    answered = asked.log.legs["answered_at"][later] >= 0
    asked.add("answered_transfers", cell[owner[later[answered]]])
    asked.add("warm_transfers", cell[owner[later[answered & warm]]])


def transfers(asked: Asked) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Rows of the legs that an agent passed on, and whether that agent still talked when they had begun."""
    legs = asked.log.legs
    entry = asked.log.column("legs", "entry")
    number = np.bincount(legs["contact_row"], minlength=1)
    several = np.flatnonzero(number[legs["contact_row"]] > 1)
    order = several[np.lexsort((legs["leg"][several], legs["contact_row"][several]))]
    passed = is_one_of(entry[order], (Entry.ESCALATED, Entry.TRANSFERRED))
    place = np.flatnonzero(passed)
    place = place[place > 0]
    place = place[legs["contact_row"][order[place]] == legs["contact_row"][order[place - 1]]]
    row, before = order[place], order[place - 1]
    return row, legs["talk_ended_at"][before] > legs["queued_at"][row]


THEMES = (Theme(METRICS, _add_up, frozenset(("resolved_in", "opened_in"))),)
