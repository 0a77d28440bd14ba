"""Load of the people where a contact can have a journey: fronts before it, later legs and contacts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program
from ccsim.report.balance import balance
from ccsim.report.offered import by_interval, offered
from ccsim.report.sharing import TOLERANCE, with_overnight
from ccsim.units import SECOND

if TYPE_CHECKING:
    from ccsim.report.expectations import Load

Floats = npt.NDArray[np.float64]


def people_load(program: Program, load: Load) -> Load:
    """The load of people, with what stands in front of them, and with later legs and contacts."""
    intervals, queues = load.contacts.shape
    fresh, talk_s, wrap_up_s = (np.zeros((intervals, queues)) for _ in range(3))
    for queue, plan in enumerate(program.queue_plans):
        counts, both = offered(plan, 1.0, program.labels.days, intervals, load.interval_us)
        _, wrap_up = offered(plan, 0.0, program.labels.days, intervals, load.interval_us)
        talk_s[:, queue] = _mean_of(both - wrap_up, counts, plan.talk.mean())
        wrap_up_s[:, queue] = _mean_of(wrap_up, counts, plan.wrap_up.mean())
        fresh[:, queue] = counts
        for alarms in plan.false_alarms:
            fresh[:, queue] += by_interval(
                alarms, alarms.volume, program.labels.days, intervals, load.interval_us
            )
    people, slow = _pace(program, load)
    flows = balance(program, fresh, people, talk_s, wrap_up_s, slow)
    slots = program.journey.slots
    together = slots.slots * 1000 / slots.pace[np.arange(queues), slots.slots]
    overnight = slots.deferrable == 1
    somebody = (flows.open > 0) | overnight
    erlangs = np.where(somebody, flows.work.busy_s, 0.0) * SECOND / load.interval_us / together
    legs, busy = flows.work.legs.sum(axis=0), flows.work.busy_s.sum(axis=0)
    return replace(
        load,
        contacts=np.where(somebody, flows.work.legs, 0.0),
        erlangs=erlangs,
        handle_s=np.divide(busy, legs, out=np.full(queues, math.nan), where=legs > 0),
        work=with_overnight(erlangs, load.staffed, load.serves, overnight),
        overnight=overnight,
        balance=flows,
    )


def _mean_of(seconds: Floats, counts: Floats, mean_s: float) -> Floats:
    """(intervals,) seconds a contact; where none comes, those of all contacts, or of the law."""
    total = float(counts.sum())
    usual = float(seconds.sum()) / total if total > 0 else mean_s
    out: Floats = np.divide(seconds, counts, out=np.full(len(counts), usual), where=counts > 1e-12)
    return out


def _pace(program: Program, load: Load) -> tuple[Floats, Floats]:
    """(groups, queues) shares of the people who serve each queue at once, and (intervals, queues) the mean
    factor on talk: speed in the skill, what is still to be learnt, slow desktops."""
    bad, after = program.journey.bad_days, program.journey.pairs.after
    factor = program.routing.handle_factor.astype(np.float64) / 1000
    day = np.minimum(np.arange(len(load.staffed)) // load.intervals_a_day, bad.pace.shape[1] - 1)
    slow = bad.pace[:, day].T / 1000  # (intervals, pools)
    edges = np.arange(len(slow) + 1, dtype=np.int64) * load.interval_us
    for row, pool in enumerate(bad.slow_pool):
        inside = np.minimum(edges[1:], bad.slow_to[row]) - np.maximum(edges[:-1], bad.slow_from[row])
        slow[:, pool] *= 1 + np.clip(inside / load.interval_us, 0, 1) * (bad.slow_factor[row] / 1000 - 1)
    at_once = load.serves & (after == 0)
    at_once = np.where(at_once.any(axis=0), at_once, load.serves).astype(np.float64)
    people = at_once * np.maximum(load.staffed.sum(axis=0), TOLERANCE)[:, None]
    people = people / np.maximum(people.sum(axis=0), TOLERANCE)
    now = (load.staffed + TOLERANCE * people.max(initial=1.0))[:, :, None] * at_once[None]
    total = now.sum(axis=1)
    weighted = np.einsum("tpq,tp,pq->tq", now, slow, factor)
    return people, np.divide(weighted, total, out=np.ones_like(weighted), where=total > 0)
