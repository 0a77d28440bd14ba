"""What a run says of chats, of work that waits overnight, of announcements and of callbacks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ccsim.report.mechanisms.words import span
from ccsim.report.told import Measure, Told
from ccsim.report.wording import count, few, number, percent, plural

if TYPE_CHECKING:
    from ccsim.result import Run

MOST_LINES = 8
LEAST_BIAS_S = 0.05  # less is 0 s when rounded


def several(told: Told) -> Iterator[str]:
    labels = told.run.logs[0].labels
    names = ["session_time", "focus_time", "concurrency_adjusted_handle_time", "mean_concurrency"]
    cells = told.measure(names, "queue")
    rows = [q for q, slots in enumerate(labels.concurrency) if slots > 1]
    for q in rows[:MOST_LINES]:
        queue = labels.queues[q]
        session, focus, adjusted, open_now = (cells.get(name, queue).value for name in names)
        if not math.isnan(session):
            yield (
                f"{queue}: {span(session)} from the answer to the end (session), {span(focus)} of attention "
                f"(focus), {span(adjusted)} of an agent's time (adjusted, as {open_now:.2f} are open at once "
                "on average)."
            )
    yield from _slots(told, rows)


def _slots(told: Told, rows: Sequence[int]) -> Iterator[str]:
    labels, factor = told.run.logs[0].labels, told.program.routing.handle_factor
    pools = [g for g in range(len(labels.groups)) if (factor[g, rows] > 0).any()]
    cells = told.measure(["slot_occupancy", "occupancy"], "group")
    for g in pools[:MOST_LINES]:
        group = labels.groups[g]
        slots, some = cells.get("slot_occupancy", group), cells.get("occupancy", group)
        if not math.isnan(slots.value) and abs(slots.value - some.value) > 1e-9:
            yield (
                f"{group}: {told.share(slots)} of all slots are in use; {told.share(some)} of the time at "
                "least one is."
            )


# -- work that waits ----------------------------------------------------------------------------------------


def waiting(told: Told) -> Iterator[str]:
    labels = told.run.logs[0].labels
    rows = [q for q, deferred in enumerate(labels.deferrable) if deferred]
    by_queue = told.measure(["first_response_p50", "first_response_p90", "promise_kept_rate"], "queue")
    last = last_backlog(told.run)
    for q in rows[:MOST_LINES]:
        queue = labels.queues[q]
        half, most = (by_queue.get(f"first_response_p{p}", queue).value for p in (50, 90))
        text = f"{queue}:"
        if not math.isnan(half):
            text += f" half of them are answered {_within(half)}, 90 % {_within(most)}, nights included;"
        items, late, oldest = last.get(queue, (0.0, 0.0, math.nan))
        if items < 0.05:
            yield f"{text} nothing is left at the end of the run."
            continue
        text += (
            f" {plural(round(items, 1), 'contact')} {'is' if round(items, 1) == 1 else 'are'} left at the end"
        )
        yield f"{text}, the oldest for {span(oldest)}, {percent(late / items, 0)} past the target."
    kept = [
        f"{queue} {told.share(by_queue.get('promise_kept_rate', queue))}"
        for queue in labels.queues
        if not math.isnan(by_queue.get("promise_kept_rate", queue).value)
    ]
    if kept:
        yield f"Promised times kept: {few(kept, MOST_LINES)}."


def _within(wait: float) -> str:
    return "at once" if wait < 0.5 else f"within {span(wait)}"


def last_backlog(run: Run) -> dict[str, tuple[float, float, float]]:
    """Of each queue: contacts left when the run ended, those past their target, age of the oldest in
    seconds (the longest of all replications)."""
    table = run.backlog("day")
    table = table[table["to_at"] == table["to_at"].max()]
    found = {}
    for queue in run.logs[0].labels.queues:
        mine = table[table["queue"] == queue]
        oldest = mine["oldest_s"].max()
        found[queue] = (
            float(mine["closing"].sum()) / len(run.logs),
            float(mine["past_target"].sum()) / len(run.logs),
            float(oldest),
        )
    return found


# -- announcements and callbacks ----------------------------------------------------------------------------


def announced(told: Told, has: set[str]) -> Iterator[str]:
    if "announced" not in has:
        return
    names = ["mean_announced_wait", "announced_wait_bias", "announced_wait_error", "balked_on_announcement"]
    cells = told.measure(names, "queue")
    for (queue,) in cells.keys[:MOST_LINES]:
        told_wait, bias, error, left = (cells.get(name, queue).value for name in names)
        if math.isnan(told_wait):
            continue
        text = f"{queue}: the wait told was {span(told_wait)} on average"
        if not math.isnan(bias):
            text += f"; waits were {_compared(bias)}, and {span(error)} off either way"
        if left > 0:
            text += f"; {plural(round(left, 1), 'customer')} hung up on hearing it"
        yield f"{text}."


def _compared(bias: float) -> str:
    """``10.3 s shorter``; nothing that would read as 0 s."""
    if abs(bias) < LEAST_BIAS_S:
        return "neither longer nor shorter on average"
    return f"{span(abs(bias))} {'longer' if bias > 0 else 'shorter'}"


def mean_waits(measure: Measure, queues: Sequence[str], has: set[str]) -> str:
    """What ASA is; where customers were called back, also what it is of the others."""
    text = "mean wait of answered contacts"
    if "callbacks" not in has:
        return text
    cells = measure(["asa_without_callbacks", "callback_wait"], "queue")
    others = [
        f"{queue} {span(cells.get('asa_without_callbacks', queue).value)}"
        for queue in queues
        if cells.get("callback_wait", queue).value >= 0 <= cells.get("asa_without_callbacks", queue).value
    ]
    text += "; who is called back waits from the first call on"
    return f"{text} (without callbacks: {few(others, MOST_LINES)})" if others else text


def callbacks(told: Told, has: set[str]) -> Iterator[str]:
    if "callbacks" not in has:
        return
    names = ["callbacks", "callback_acceptance_rate", "callback_reach_rate", "callback_attempts",
             "callback_wait", "callback_wait_p50", "callback_promise_kept_rate", "callbacks_unreached",
             "callbacks_open"]  # fmt: skip
    cells = told.measure(names, "queue")
    for (queue,) in cells.keys[:MOST_LINES]:
        asked, accepted, reach, calls, wait, median, kept, never, still = (
            cells.get(name, queue) for name in names
        )
        if not asked.value > 0:
            continue
        text = (
            f"{queue}: {plural(round(asked.value, 1), 'callback')}, taken by {told.share(accepted)} of those "
            "who were offered one"
        )
        if not math.isnan(reach.value):
            text += (
                f"; {told.share(reach)} reached the customer, half of these within {span(median.value)}, "
                f"after {span(wait.value)} and {number(calls.value)} calls on average"
            )
        if not math.isnan(kept.value):
            text += f"; {percent(kept.value)} by the promised time"
        open_now = f", {count(round(still.value, 1))} still to be made at the end" if still.value > 0 else ""
        yield f"{text}; {count(round(never.value, 1))} never reached{open_now}."
