"""Load against staffing, before any luck: what a Program leads one to expect by interval.

Offered load is in Erlang, the expected contacts of an interval times the mean handle time over the length
of the interval. Staffed agents are expected ones: a row of the timetable counts with the chance that the
shift is not missed and with the agent's adherence. ``ccsim check`` says both in words, ``ccsim run`` warns
from them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import DutyPlan, Program
from ccsim.kinds import NEVER, PAID_STATES, State
from ccsim.report.balance import Balance
from ccsim.report.offered import offered
from ccsim.report.people_load import people_load
from ccsim.report.sharing import TOLERANCE, balanced
from ccsim.units import DAY, HOUR, SECOND

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

MOST_QUEUES_IN_SETS = 10  # up to so many, every set is compared with its agents; beyond, pairs and the whole


@dataclass(frozen=True, slots=True)
class Load:
    """Expected work and people by interval; intervals count from midnight of day 0, over all days.

    ``contacts``, ``erlangs``: (intervals, queues). ``handle_s``: (queues,) mean handle time, weighted by
    volume. ``staffed``: (intervals, pools) and ``staffed_by_group``: (intervals, groups), expected agents
    at the phone. ``serves``: (pools, queues). ``work``: (intervals, pools) the load of each pool in Erlang
    when queues share their agents as evenly as skills allow. ``paid_s``, ``on_duty_s``: (groups,) whole run.

    Where the journey of a contact has more than one leg, ``contacts`` are the legs that reach people, by the
    ``balance`` of mean flows, an Erlang is the work of one agent, who may have several contacts open, and
    ``overnight`` says which queues (queues,) wait until somebody is there. Who would come back to a
    closed queue comes at its next opening.
    """

    interval_us: int
    intervals_a_day: int
    contacts: Floats
    erlangs: Floats
    handle_s: Floats
    staffed: Floats
    staffed_by_group: Floats
    serves: Bools
    work: Floats
    pool_of_group: Bools  # (groups, pools)
    paid_s: Floats
    on_duty_s: Floats
    overnight: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    balance: Balance | None = None

    @property
    def fresh(self) -> Floats:
        """(intervals, queues) contacts that nothing earlier caused."""
        return self.contacts if self.balance is None else self.balance.fresh

    def waits_overnight(self, queue: int) -> bool:
        """Does the queue's work wait until somebody is there?"""
        return bool(len(self.overnight)) and bool(self.overnight[queue])

    def spare_hours(self, queue: int) -> float:
        """Hours that those who can serve a queue have left beside what cannot wait, over the whole run."""
        urgent = np.where(self.overnight, 0.0, self.erlangs)
        left = np.maximum(self.staffed - balanced(urgent, self.staffed, self.serves), 0.0)
        return float(left[:, self.serves[:, queue]].sum()) * self.interval_us / HOUR

    def agents_for(self, queue: int) -> Floats:
        """(intervals,) expected agents who can serve a queue."""
        total: Floats = self.staffed[:, self.serves[:, queue]].sum(axis=1)
        return total

    def work_beside(self, queue: int) -> Floats:
        """(intervals,) Erlangs on the agents who can serve a queue, its own and those of other queues."""
        total: Floats = self.work[:, self.serves[:, queue]].sum(axis=1)
        return total

    def group_occupancy(self, group: int) -> float:
        """Expected busy share of a group's time at the phone, excess work being lost; nan: no time."""
        pools = self.pool_of_group[group]
        staffed = self.staffed[:, pools]
        people = float(self.staffed_by_group[:, group].sum())
        everyone = float(staffed.sum())
        if people <= 0 or everyone <= 0:
            return math.nan
        return float(np.minimum(self.work[:, pools], staffed).sum()) / everyone


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A stretch in which the load of a set of queues exceeds everybody who can serve any of them."""

    queues: tuple[int, ...]
    first: int  # interval
    last: int  # interval, included
    erlangs: float  # at the worst interval
    staffed: float
    contacts: float  # expected in the stretch
    worst: int  # interval

    @property
    def nobody(self) -> bool:
        return self.staffed < TOLERANCE


def expect(program: Program) -> Load:
    """Expected load and staffing of a Program."""
    labels = program.labels
    per_day = DAY // labels.interval_us
    intervals = max(labels.days * per_day, math.ceil(program.run_ends_at / labels.interval_us))
    factor = program.routing.handle_factor.astype(np.float64) / 1000
    serves = (factor > 0) & (program.journey.pairs.after < NEVER)
    staffed = _staffed(program.duty, program.agent_pool, len(factor), intervals, labels.interval_us)
    by_group = _staffed(program.duty, labels.agent_group, len(labels.groups), intervals, labels.interval_us)
    contacts = np.zeros((intervals, len(labels.queues)))
    erlangs = np.zeros_like(contacts)
    for queue, plan in enumerate(program.queue_plans):
        slowness = _mean_factor(factor[:, queue], staffed.sum(axis=0))
        counts, busy_s = offered(plan, slowness, labels.days, intervals, labels.interval_us)
        contacts[:, queue] = counts
        erlangs[:, queue] = busy_s * SECOND / labels.interval_us
    totals = contacts.sum(axis=0)
    busy = erlangs.sum(axis=0) * labels.interval_us / SECOND
    members = np.zeros((len(labels.groups), len(factor)), dtype=bool)
    members[labels.agent_group, program.agent_pool] = True
    load = Load(
        interval_us=labels.interval_us,
        intervals_a_day=per_day,
        contacts=contacts,
        erlangs=erlangs,
        handle_s=np.divide(busy, totals, out=np.full(len(totals), math.nan), where=totals > 0),
        staffed=staffed,
        staffed_by_group=by_group,
        serves=serves,
        work=balanced(erlangs, staffed, serves),
        pool_of_group=members,
        paid_s=_hours(program.duty, labels.agent_group, len(labels.groups), PAID_STATES),
        on_duty_s=by_group.sum(axis=0) * labels.interval_us / SECOND,
    )
    return people_load(program, load) if program.journey.on else load


def _mean_factor(factors: Floats, people: Floats) -> float:
    """Mean slowness of the agents who can serve a queue, by their time on duty; 1 when nobody can."""
    can = factors > 0
    if not can.any():
        return 1.0
    weights = people[can] if people[can].sum() > 0 else np.ones(int(can.sum()))
    return float(np.average(factors[can], weights=weights))


def _staffed(
    duty: DutyPlan, bucket_of_agent: npt.NDArray[np.int32], buckets: int, intervals: int, interval_us: int
) -> Floats:
    """(intervals, buckets) expected agents at the phone, averaged over each interval."""
    on_duty = duty.state == State.ON_DUTY
    agents = duty.agent[on_duty]
    weights = (1 - duty.unplanned[agents]) * duty.adherence[agents]
    out = np.zeros((intervals, buckets))
    boundaries = np.arange(intervals + 1, dtype=np.float64) * interval_us
    for bucket in range(buckets):
        mine = bucket_of_agent[agents] == bucket
        if mine.any():
            from_at, to_at = duty.from_at[on_duty][mine], duty.to_at[on_duty][mine]
            present = _presence(from_at, to_at, weights[mine], boundaries)
            out[:, bucket] = np.diff(present) / interval_us
    return out


def _presence(from_at: Int64, to_at: Int64, weights: Floats, at: Floats) -> Floats:
    """Weighted time that stretches have covered up to each of the times ``at``."""
    times = np.concatenate([from_at, to_at]).astype(np.float64)
    order = np.argsort(times, kind="stable")
    times = times[order]
    people = np.cumsum(np.concatenate([weights, -weights])[order])
    covered = np.concatenate([[0.0], np.cumsum(people[:-1] * np.diff(times))])
    result: Floats = np.interp(at, times, covered)
    return result


def _hours(
    duty: DutyPlan, bucket_of_agent: npt.NDArray[np.int32], buckets: int, states: tuple[State, ...]
) -> Floats:
    """(buckets,) seconds of the timetable in the given states, before absences are drawn."""
    wanted = np.isin(duty.state, [int(s) for s in states])
    length = (duty.to_at - duty.from_at)[wanted] / SECOND
    total = np.bincount(bucket_of_agent[duty.agent[wanted]], weights=length, minlength=buckets)
    return total.astype(np.float64)


def shortfalls(load: Load) -> list[Shortfall]:
    """Where offered load exceeds the agents who could take it: single queues, and sets that share agents.

    A set is named only where no smaller set within it is already short in that interval: by Hall's condition,
    the load can be carried if and only if no set is short.
    """
    intervals = len(load.erlangs)
    explained: dict[tuple[int, ...], Bools] = {}
    found: list[Shortfall] = []
    for queues in _sets(load):
        members = list(queues)
        staffed = load.staffed[:, load.serves[:, members].any(axis=1)].sum(axis=1)
        erlangs = load.erlangs[:, members].sum(axis=1)
        short = erlangs > staffed + TOLERANCE
        for smaller, where in explained.items():
            if set(smaller) < set(queues):
                short = short & ~where
        if short.any():
            explained[queues] = short
            found.extend(_stretches(load, queues, short, erlangs, staffed, intervals))
    return sorted(found, key=lambda s: (s.first, s.queues))


def _sets(load: Load) -> list[tuple[int, ...]]:
    """Sets of queues to compare with their agents, small ones first, each connected by shared agents."""
    busy = [
        q for q in range(load.erlangs.shape[1]) if load.erlangs[:, q].any() and not load.waits_overnight(q)
    ]
    most = len(busy) if len(busy) <= MOST_QUEUES_IN_SETS else 2
    sets = [s for size in range(1, most + 1) for s in combinations(busy, size) if _connected(load.serves, s)]
    if most < len(busy):
        sets.append(tuple(busy))
    return sets


def _connected(serves: Bools, queues: tuple[int, ...]) -> bool:
    """Whether the queues hang together through pools that serve more than one of them."""
    reached, open_ends = {queues[0]}, [queues[0]]
    while open_ends:
        pools = serves[:, open_ends.pop()]
        neighbours = {q for q in queues if q not in reached and bool((serves[:, q] & pools).any())}
        reached |= neighbours
        open_ends.extend(neighbours)
    return len(reached) == len(queues)


def _stretches(
    load: Load, queues: tuple[int, ...], short: Bools, erlangs: Floats, staffed: Floats, intervals: int
) -> list[Shortfall]:
    """Neighbouring short intervals of one kind (nobody at all, or too few) as one stretch."""
    kind = np.where(short, np.where(staffed < TOLERANCE, 2, 1), 0)
    starts = np.flatnonzero(np.diff(np.concatenate([[0], kind])) != 0)
    ends = np.append(starts[1:], intervals) - 1
    out = []
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        if kind[first]:
            excess = (erlangs - staffed)[first : last + 1]
            worst = first + int(np.argmax(excess))
            contacts = float(load.contacts[first : last + 1, list(queues)].sum())
            out.append(
                Shortfall(queues, first, last, float(erlangs[worst]), float(staffed[worst]), contacts, worst)
            )
    return out
