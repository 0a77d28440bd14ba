"""The Program: a scenario turned into frozen arrays and integer ids, before any luck.

Two halves: what an engine reads (``Routing``, agents, closings) and what :mod:`ccsim.draws` samples from
(``ArrivalPlan`` or ``TracePlan``, laws, ``DutyPlan``). Times are int64 microseconds since midnight of day 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import Journey
from ccsim.distributions import Law
from ccsim.log import Labels

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
Float64 = npt.NDArray[np.float64]

PRIORITY_SCALE = (
    60_000_000_000  # units of one priority point; growth per minute becomes units per microsecond
)


@dataclass(frozen=True, slots=True)
class Busyness:
    """Spread of days (gamma) and of intervals (lognormal, with correlated neighbours) around the forecast."""

    daily_cv: float = 0.0
    interval_cv: float = 0.0
    interval_correlation: float = 0.0


@dataclass(frozen=True, slots=True)
class ArrivalPlan:
    """Expected volume of one queue on a grid; the intensity is constant within a cell.

    ``edges``: (cells + 1,) microseconds since midnight. ``volume``: (days, cells) expected contacts, growth,
    events and opening hours applied. ``talk_mean_s`` / ``wrap_up_mean_s``: (days, cells) means from a volume
    file, or None when the law's own mean holds.
    """

    edges: Int64
    volume: Float64
    own: Busyness
    shared: Busyness  # with every other forecast queue
    interval_us: int  # grain of the busyness of intervals
    talk_mean_s: Float64 | None = None
    wrap_up_mean_s: Float64 | None = None


@dataclass(frozen=True, slots=True)
class TracePlan:
    """Recorded arrivals of one queue, ascending, with recorded handle times where the file has them (-1:
    draw)."""

    arrived_at: Int64
    talk: Int64 | None = None
    wrap_up: Int64 | None = None


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """What a queue's contacts are drawn from."""

    name: str
    arrivals: ArrivalPlan | TracePlan | None
    patience: Law
    talk: Law
    wrap_up: Law
    false_alarms: tuple[ArrivalPlan, ...] = ()  # contacts that notices cause, each with a stream of its own
    false_alarm_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """The timetable before luck: one row per agent, day and stretch, sorted by agent and start.

    ``shift``: 1 + the day on which the row's shift begins, so that an absence covers whole shifts.
    """

    agent: Int32
    shift: Int32
    state: npt.NDArray[np.int8]
    from_at: Int64
    to_at: Int64
    unplanned: Float64  # (agents,) chance that a shift is missed
    adherence: Float64  # (agents,) share of on-duty time in which the agent is where the timetable says
    off_task_mean_us: Float64  # (agents,) mean length of an off-task stretch
    group: Int32  # (agents,) row of ``stream``
    number: Int32  # (agents,) position of the agent within its group's streams
    stream: tuple[str, ...]  # (groups,) stream name of the group's people
    wave: Float64 | None = None  # (rows,) chance added to ``unplanned`` for the row's shift


@dataclass(frozen=True, slots=True)
class Routing:
    """Who serves what, and in which order; pools are sets of agents that serve alike.

    ``agent_*`` answers *which agent for this contact*: for queue q, pools
    ``agent_pools[agent_start[q]:agent_start[q + 1]]`` ascend by ``agent_rank_before`` (the criteria ahead of
    longest idle, collapsed to one integer, smallest first); within equal ranks the agent idle for longest,
    then the smallest ``agent_rank_after``, then the one who became free first.

    ``contact_*`` answers *which contact for this agent*: for pool p, queues
    ``contact_queues[contact_start[p]:contact_start[p + 1]]`` compared by ``contact_criteria`` in order, then
    by queue id. ``contact_preference`` runs beside ``contact_queues``.
    """

    agent_start: Int32
    agent_pools: Int32
    agent_rank_before: Int32
    agent_rank_after: Int32
    contact_start: Int32
    contact_queues: Int32
    contact_preference: Int32
    contact_criteria: Int32  # kinds.ContactCriterion, in order of application
    handle_factor: Int32  # (pools, queues) per mille of talk; 0: cannot serve


@dataclass(frozen=True, slots=True)
class Program:
    """Everything about a scenario that does not depend on luck."""

    labels: Labels
    queue_plans: tuple[QueuePlan, ...]
    duty: DutyPlan
    routing: Routing
    agent_pool: Int32  # (agents,)
    priority_base: Int64  # (queues,) in PRIORITY_SCALE units
    priority_growth: Int64  # (queues,) units per microsecond waited
    waiting_places: Int64  # (queues,) -1: no cap
    lines: Int64  # (queues,) waiting and being served, -1: no cap
    closing_at: Int64  # (closings,) ascending
    closing_queue: Int32
    closing_rule: Int32  # kinds.ClosingRule; DRAIN rows clear when the last server has gone
    run_ends_at: int
    journey: Journey
    notes: tuple[str, ...] = ()  # how files were read, in words
    warnings: tuple[str, ...] = ()  # what may not be meant, e.g. volume that falls outside opening hours
