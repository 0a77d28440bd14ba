"""Contacts of one queue: when they come, how long they would wait, how long they take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.compiler.program import QueuePlan, TracePlan
from ccsim.distributions import Fixed, Gamma, Law, Never
from ccsim.draws.arrivals import arrivals_of_day, day_volumes
from ccsim.draws.streams import Floats, Int64, Streams, to_microseconds
from ccsim.units import DAY

LUCK_PER_DAY = 10_000_000  # an address is day * this + position in the day
LONGEST_HANDLE_US = 2**46  # 2 years; keeps talk x factor (at most 100,000, at speed 0.01) within int64


@dataclass(frozen=True, slots=True)
class QueueDraws:
    arrived_at: Int64
    patience: Int64
    talk: Int64
    wrap_up: Int64
    luck: Int64


def draw_queue(plan: QueuePlan, days: int, streams: Streams) -> QueueDraws:
    """All contacts of one queue, sorted by arrival."""
    if isinstance(plan.arrivals, TracePlan):
        return _replay(plan, plan.arrivals, streams)
    assert plan.arrivals is not None
    arrivals = plan.arrivals
    volumes = day_volumes(plan.name, arrivals, days, streams)
    times: list[Int64] = []
    orders: list[Int64] = []
    cells: list[Int64] = []  # of the plan, for handle times of a file
    for day in range(days):
        at, order = arrivals_of_day(plan.name, arrivals.edges, volumes[day], day, streams)
        times.append(at + day * DAY)
        orders.append(order)
        if arrivals.talk_mean_s is not None:
            cells.append(np.searchsorted(arrivals.edges, at, side="right") - 1 + day * volumes.shape[1])
    arrived_at = np.concatenate(times)
    order_of_days = list(enumerate(orders))
    talk = _durations(plan.name, "talk", plan.talk, order_of_days, streams)
    wrap_up = _durations(plan.name, "wrap_up", plan.wrap_up, order_of_days, streams)
    # a volume file's means turn a draw of the law into one with the mean of its interval
    if arrivals.talk_mean_s is not None:
        talk = talk * (arrivals.talk_mean_s.ravel()[np.concatenate(cells)] / plan.talk.mean())
    if arrivals.wrap_up_mean_s is not None:
        wrap_up = wrap_up * (arrivals.wrap_up_mean_s.ravel()[np.concatenate(cells)] / plan.wrap_up.mean())
    patience = _durations(plan.name, "patience", plan.patience, order_of_days, streams)
    luck = np.concatenate([order + day * LUCK_PER_DAY for day, order in order_of_days])
    # a night shift's arrivals of one day may come after the first of the next
    if np.any(arrived_at[1:] < arrived_at[:-1]):
        by_time = np.argsort(arrived_at, kind="stable")
        arrived_at, luck = arrived_at[by_time], luck[by_time]
        talk, wrap_up, patience = talk[by_time], wrap_up[by_time], patience[by_time]
    return QueueDraws(
        arrived_at,
        to_microseconds(patience),
        to_microseconds(talk, LONGEST_HANDLE_US),
        to_microseconds(wrap_up, LONGEST_HANDLE_US),
        luck,
    )


def _durations(
    name: str, purpose: str, law: Law, order_of_days: list[tuple[int, Int64]], streams: Streams
) -> Floats:
    """Seconds for every contact, in order of arrival; position k of a day belongs to its contact k."""
    if isinstance(law, Fixed | Never):
        return law.quantile(np.zeros(sum(len(order) for _, order in order_of_days)))
    quantile = law.quantile_of_many if isinstance(law, Gamma) else law.quantile
    seconds = [
        quantile(streams.at(f"{name}/{purpose}", day).random(len(order)).take(order))
        for day, order in order_of_days
    ]
    return np.concatenate(seconds) if seconds else np.empty(0)


def _replay(plan: QueuePlan, trace: TracePlan, streams: Streams) -> QueueDraws:
    """Recorded arrivals; what the record does not tell is drawn, for contact k of a day with number k."""
    arrived_at = trace.arrived_at
    day_of = arrived_at // DAY
    days, first, counts = np.unique(day_of, return_index=True, return_counts=True)
    position = np.arange(len(arrived_at)) - np.repeat(first, counts)
    order_of_days = [
        (int(day), np.arange(count, dtype=np.int64)) for day, count in zip(days, counts, strict=True)
    ]

    def recorded_or_drawn(recorded: Int64 | None, purpose: str, law: Law) -> Int64:
        drawn = to_microseconds(
            _durations(plan.name, purpose, law, order_of_days, streams), LONGEST_HANDLE_US
        )
        if recorded is None:
            return drawn
        return np.where(recorded >= 0, np.minimum(recorded, LONGEST_HANDLE_US), drawn)

    return QueueDraws(
        arrived_at,
        to_microseconds(_durations(plan.name, "patience", plan.patience, order_of_days, streams)),
        recorded_or_drawn(trace.talk, "talk", plan.talk),
        recorded_or_drawn(trace.wrap_up, "wrap_up", plan.wrap_up),
        day_of * LUCK_PER_DAY + position,
    )
