"""What a planner must know of the journeys of a run: what is stuck, lost, late, or measured with a bias."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ccsim.compiler.program import Program
from ccsim.kinds import Front, Outcome
from ccsim.metrics.features import of_labels
from ccsim.report.told import Measure
from ccsim.report.wording import count, number, percent, plural
from ccsim.result import Run
from ccsim.units import DAY

MANY = 0.01  # share of contacts or sessions that is worth a word
MANY_OPEN = 0.05  # of the issues
MANY_BROKEN = 0.05  # of the promises
MANY_UNREACHED = 0.02  # of the callbacks
GROWS = 1.5  # times the backlog of the first working days at the end
FEWEST_ITEMS = 5.0  # in a backlog
FEWEST_DAYS = 3


def of_journeys(run: Run, program: Program, measure: Measure) -> list[str]:
    """Sentences, the gravest first; none for a plain run."""
    if not program.journey.on:
        return []
    return [
        *_trapped(run, measure),
        *_open_issues(run, measure),
        *_backlogs(run, measure),
        *_promises(run, program, measure),
        *_callbacks(run, measure),
        *_threads(run, program),
        *_ping_pong(run, program),
        *_not_recovered(run, measure),
    ]


def _trapped(run: Run, measure: Measure) -> Iterator[str]:
    labels = run.logs[0].labels
    if Front.BOT not in labels.front_kinds:
        return
    cells = measure(["trapped", "bot_sessions"], "front")
    for name in labels.fronts:
        trapped, sessions = cells.get("trapped", name).value, cells.get("bot_sessions", name).value
        if sessions > 0 and trapped > MANY * sessions:
            yield (
                f"bot {name}: {percent(trapped / sessions)} of its sessions, {count(round(trapped))} in all, "
                f"wanted a person and were not let through; bots.{name}.escape decides that"
            )


def _open_issues(run: Run, measure: Measure) -> Iterator[str]:
    cells = measure(["issues", "issues_open"])
    issues, still = cells.get("issues").value, cells.get("issues_open").value
    if issues > 0 and still > MANY_OPEN * issues:
        yield (
            f"{percent(still / issues)} of the issues were open when the run ended: shares of resolved "
            "issues are too low and measured first-contact resolution is too high; more time.days bring them "
            "nearer to the truth"
        )


def _backlogs(run: Run, measure: Measure) -> Iterator[str]:
    """A backlog that is larger from one day's end to the next."""
    labels = run.logs[0].labels
    if not any(labels.deferrable) or labels.days < FEWEST_DAYS:
        return
    cells = measure(["backlog_at_day_end"], "queue", "day")
    for q, queue in enumerate(labels.queues):
        if not labels.deferrable[q]:
            continue
        opened = {
            labels.start + dt.timedelta(days=int(day))
            for day in np.unique(labels.open_from[labels.open_queue == q] // DAY)
        }
        days = [
            cells.get("backlog_at_day_end", *key).value
            for key in cells.keys
            if key[0] == queue and key[1] in opened
        ]
        ends = [value for value in days if not math.isnan(value)]
        if len(ends) < FEWEST_DAYS or ends[-1] < FEWEST_ITEMS:
            continue
        rising = sum(b > a for a, b in pairwise(ends)) / (len(ends) - 1)
        if ends[-1] > GROWS * max(ends[0], 1.0) and rising >= 0.6:
            yield (
                f"queue {queue}: its backlog grows day by day, from {count(round(ends[0], 1))} at the end of "
                f"the first day with opening hours to {count(round(ends[-1], 1))} at the end of the last"
            )


def _promises(run: Run, program: Program, measure: Measure) -> Iterator[str]:
    cells = measure(["promise_kept_rate", "callback_promise_kept_rate"], "queue")
    for q, queue in enumerate(run.logs[0].labels.queues):
        timed = program.journey.waits.callback_promise[q] > 0
        for metric, what in (
            ("promise_kept_rate", "promised answers came later than promised"),
            (
                "callback_promise_kept_rate",
                "promised callbacks came later than promised"
                if timed
                else "callbacks came after the expected wait that the customers were told",
            ),
        ):
            kept = cells.get(metric, queue).value
            if kept < 1 - MANY_BROKEN:
                yield f"queue {queue}: {percent(1 - kept)} of the {what}"


def _callbacks(run: Run, measure: Measure) -> Iterator[str]:
    cells = measure(["callbacks", "callbacks_unreached", "callbacks_open"], "queue")
    for queue in run.logs[0].labels.queues:
        asked = cells.get("callbacks", queue).value
        for metric, words in (
            ("callbacks_unreached", "never reached the customer"),
            ("callbacks_open", "were still to be made when the run ended"),
        ):
            amount = cells.get(metric, queue).value
            if asked > 0 and amount > MANY_UNREACHED * asked:
                yield f"queue {queue}: {percent(amount / asked)} of the callbacks {words}"


def _threads(run: Run, program: Program) -> Iterator[str]:
    """Conversations that wait for the customer, or for an agent who is free, at the end."""
    turns = program.journey.slots.turn_chance
    for q, queue in enumerate(run.logs[0].labels.queues):
        if not turns[q]:
            continue
        begun = open_now = 0
        for log in run.logs:
            mine = (log.legs["queue"] == q) & (log.legs["answered_at"] >= 0)
            begun += int(mine.sum())
            open_now += int((mine & (log.legs["outcome"] == Outcome.OPEN)).sum())
        if begun and open_now > MANY * begun:
            yield (
                f"queue {queue}: {percent(open_now / begun)} of the conversations were not over when the run "
                "ended; time.drain gives them longer"
            )


def _ping_pong(run: Run, program: Program) -> Iterator[str]:
    """Contacts that were passed on as often as is allowed."""
    most = program.journey.tiers.at_most
    if (program.journey.tiers.to < 0).all() and (program.journey.tiers.misrouted_to < 0).all():
        return
    bound = total = 0
    for log in run.logs:
        entry, owner = log.column("legs", "entry"), log.legs["contact_row"]
        moves = np.bincount(owner[(entry == 1) | (entry == 2)], minlength=len(log.contacts["queue"]))
        last = np.zeros(len(moves), dtype=np.int64)
        last[owner] = log.legs["queue"]  # rows are in order of creation: the last one stays
        total += int((moves > 0).sum())
        bound += int(((moves > 0) & (moves >= most[last])).sum())
    if bound:
        runs = len(run.logs)
        yield (
            f"{percent(bound / total)} of the contacts that were passed on, {number(bound / runs)} in a run, "
            "had been so as often as escalation.at_most allows and were then treated where they were"
        )


def _not_recovered(run: Run, measure: Measure) -> Iterator[str]:
    if "incidents" not in of_labels(run.logs[0].labels):
        return
    failed = measure(["incidents_not_recovered"]).get("incidents_not_recovered").value
    incidents = plural(len(run.logs[0].labels.incidents), "incident")
    if failed > 0:
        mean = "on average over the replications, " if len(run.logs) > 1 else ""
        yield f"{mean}after {number(failed)} of {incidents} waits were not back to normal when the run ended"
