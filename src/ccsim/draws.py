"""Program + seed + replication -> Draws: the only file that samples.

A random number is addressed, never taken in turn. The key of a Philox generator is the hash of the seed and
the stream's name (``support/patience``); its counter holds the replication, the day, the attempt and the
position. So a queue, a group or an agent that is added finds its own numbers and leaves everybody else's
alone.

Arrivals of one queue on one day are points of a unit-rate Poisson process in the plane of *position in the
day* (0..1, laid over the day's shape) and *height* (in expected contacts). A contact arrives when its height
is below the day's volume: with 10 % more volume the earlier contacts keep their times and their luck, and new
ones come on top. Given the shape and the volume, the arrivals are exactly a non-homogeneous Poisson process.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import ArrivalPlan, DutyPlan, Program, QueuePlan, TracePlan
from ccsim.distributions import Fixed, Gamma, Law, Never
from ccsim.errors import CcsimError
from ccsim.kinds import NEVER, PAID_STATES, State
from ccsim.log import IntArray

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY_US = 86_400_000_000
LUCK_PER_DAY = 10_000_000
LONGEST_HANDLE_US = 2**50  # 35 years; keeps talk x factor within int64
_POSITION_BITS = 24  # contacts of one queue on one day; LUCK_PER_DAY stays below 2**24


@dataclass(frozen=True, slots=True)
class Draws:
    """Every random number of one run. Contacts are sorted by arrival, ties by queue, then by position.

    ``patience`` is :data:`ccsim.kinds.NEVER` for who waits for ever. ``talk`` is at speed 1. The duty arrays
    are the changes of the agents' timetables, sorted by time and agent. All times are microseconds.
    """

    queue: npt.NDArray[np.int16]
    arrived_at: Int64
    patience: Int64
    talk: Int64
    wrap_up: Int64
    luck: Int64
    duty_at: Int64
    duty_agent: npt.NDArray[np.int32]
    duty_state: npt.NDArray[np.int8]

    def contacts(self) -> dict[str, IntArray]:
        """The contacts table of a Log in which every issue makes one contact."""
        count = len(self.arrived_at)
        return {
            "issue": np.arange(count, dtype=np.int32),
            "contact": np.ones(count, dtype=np.int16),
            "queue": self.queue,
            "luck": self.luck,
            "arrived_at": self.arrived_at,
        }


class Streams:
    """Random numbers by address, for one seed and replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication
        self._bits = np.random.Philox(0)
        self._state = self._bits.state
        self._generator = np.random.Generator(self._bits)
        self._keys: dict[str, npt.NDArray[np.uint64]] = {}

    def at(self, name: str, day: int = 0, attempt: int = 0) -> np.random.Generator:
        """The generator of a stream, wound to position 0 of a day and attempt; use it at once."""
        key = self._keys.get(name)
        if key is None:
            digest = hashlib.blake2b(f"{self._seed}/{name}".encode(), digest_size=16).digest()
            key = self._keys[name] = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
        inner = self._state["state"]
        inner["key"] = key
        inner["counter"] = np.array([0, attempt, day, self._replication], dtype=np.uint64)
        self._state["buffer_pos"] = 4
        self._state["has_uint32"] = 0
        self._bits.state = self._state
        return self._generator


def draw(program: Program, seed: int, replication: int = 0) -> Draws:
    """Sample one run. ``seed`` is any integer >= 0; ``replication`` counts from 0."""
    streams = Streams(seed, replication)
    days = program.labels.days
    parts = [
        (number, _draw_queue(plan, days, streams))
        for number, plan in enumerate(program.queue_plans)
        if plan.arrivals is not None
    ]
    contacts = _merge(parts)
    duty_at, duty_agent, duty_state = _draw_duty(program.duty, streams)
    return Draws(*contacts, duty_at, duty_agent, duty_state)


def to_microseconds(seconds: Floats, at_most: int = NEVER) -> Int64:
    """Round to int64 microseconds: the one place where drawn time becomes exact."""
    return np.rint(np.minimum(seconds * 1e6, float(at_most))).astype(np.int64)


# -- contacts of one queue ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _QueueDraws:
    arrived_at: Int64
    patience: Int64
    talk: Int64
    wrap_up: Int64
    luck: Int64


def _draw_queue(plan: QueuePlan, days: int, streams: Streams) -> _QueueDraws:
    """All contacts of one queue, sorted by arrival."""
    if isinstance(plan.arrivals, TracePlan):
        return _replay(plan, plan.arrivals, streams)
    assert plan.arrivals is not None
    arrivals = plan.arrivals
    volumes = _day_volumes(plan.name, arrivals, days, streams)
    times: list[Int64] = []
    orders: list[Int64] = []
    for day in range(days):
        at, order = _arrivals_of_day(plan.name, arrivals.edges, volumes[day], day, streams)
        times.append(at + day * DAY_US)
        orders.append(order)
    arrived_at = np.concatenate(times)
    order_of_days = list(enumerate(orders))
    talk = _durations(plan.name, "talk", plan.talk, order_of_days, streams)
    wrap_up = _durations(plan.name, "wrap_up", plan.wrap_up, order_of_days, streams)
    if arrivals.talk_mean_s is not None:
        talk = talk * _file_factor(arrivals, arrivals.talk_mean_s, plan.talk.mean(), arrived_at)
    if arrivals.wrap_up_mean_s is not None:
        wrap_up = wrap_up * _file_factor(arrivals, arrivals.wrap_up_mean_s, plan.wrap_up.mean(), arrived_at)
    patience = _durations(plan.name, "patience", plan.patience, order_of_days, streams)
    luck = np.concatenate([order + day * LUCK_PER_DAY for day, order in order_of_days])
    # a night shift's arrivals of one day may come after the first of the next
    if np.any(arrived_at[1:] < arrived_at[:-1]):
        by_time = np.argsort(arrived_at, kind="stable")
        arrived_at, luck = arrived_at[by_time], luck[by_time]
        talk, wrap_up, patience = talk[by_time], wrap_up[by_time], patience[by_time]
    return _QueueDraws(
        arrived_at,
        to_microseconds(patience),
        to_microseconds(talk, LONGEST_HANDLE_US),
        to_microseconds(wrap_up, LONGEST_HANDLE_US),
        luck,
    )


def _day_volumes(name: str, arrivals: ArrivalPlan, days: int, streams: Streams) -> Floats:
    """Expected contacts by day and cell after the day's busyness and the interval's noise; (days, cells)."""
    volume = arrivals.volume
    if arrivals.daily_cv > 0:
        u = streams.at(f"{name}/busyness").random(days)
        volume = volume * Gamma(1.0, arrivals.daily_cv).quantile(u)[:, None]
    if arrivals.interval_cv > 0:
        interval = arrivals.edges[:-1] // arrivals.interval_us
        noise = np.empty_like(volume)
        for day in range(days):
            normals = streams.at(f"{name}/interval", day).standard_normal(int(interval[-1]) + 1)
            factors = _interval_noise(normals, arrivals.interval_cv, arrivals.interval_correlation)
            noise[day] = factors[interval]
        volume = volume * noise
    return volume


def _interval_noise(normals: Floats, cv: float, correlation: float) -> Floats:
    """Lognormal factors of mean 1 whose neighbours have the given correlation, from independent normals.

    The correlation of the normals beneath is ``log(1 + r (e^{s2} - 1)) / s2``, which gives the factors
    exactly r.
    """
    s2 = math.log1p(cv * cv)
    beneath = math.log1p(correlation * math.expm1(s2)) / s2
    step = math.sqrt(1 - beneath * beneath)
    z = np.empty_like(normals)
    last = normals[0]
    for i, fresh in enumerate(normals):
        last = fresh if i == 0 else beneath * last + step * fresh
        z[i] = last
    return np.exp(math.sqrt(s2) * z - s2 / 2)


def _arrivals_of_day(
    name: str, edges: Int64, volume: Floats, day: int, streams: Streams
) -> tuple[Int64, Int64]:
    """Arrival times since midnight, ascending, and the position of each in the day's streams."""
    cumulative = np.concatenate(([0.0], np.cumsum(volume)))
    total = float(cumulative[-1])
    if total <= 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    count = _count_below(total, streams.at(f"{name}/height", day), name, day)
    u = streams.at(f"{name}/position", day).random(count)
    at = np.interp(u * total, cumulative, edges) if len(volume) > 1 else edges[0] + u * (edges[1] - edges[0])
    # sort time and position as one integer: several times faster than argsort
    packed = at.astype(np.int64)
    np.minimum(packed, edges[-1] - 1, out=packed)
    packed <<= _POSITION_BITS
    packed |= np.arange(count)
    packed.sort()
    order = packed & ((1 << _POSITION_BITS) - 1)
    packed >>= _POSITION_BITS
    return packed, order


def _count_below(total: float, generator: np.random.Generator, name: str, day: int) -> int:
    """How many heights of the unit-rate process are at most ``total``: a Poisson count that grows with it."""
    if total > 0.9 * LUCK_PER_DAY:
        raise CcsimError(
            f"queue {name} expects {total:.0f} contacts on day {day}; at most 9 million are possible"
        )
    count, reached = 0, 0.0
    chunk = int(total + 6 * math.sqrt(total) + 16)
    while True:
        heights = generator.standard_exponential(chunk)
        heights[0] += reached
        np.cumsum(heights, out=heights)
        below = int(np.searchsorted(heights, total, side="right"))
        count += below
        if below < chunk:
            return count
        reached = float(heights[-1])
        chunk = 64


def _durations(
    name: str, purpose: str, law: Law, order_of_days: list[tuple[int, Int64]], streams: Streams
) -> Floats:
    """Seconds for every contact, in order of arrival; position k of a day belongs to its contact k."""
    if isinstance(law, Fixed | Never):
        return law.quantile(np.zeros(sum(len(order) for _, order in order_of_days)))
    u = [streams.at(f"{name}/{purpose}", day).random(len(order))[order] for day, order in order_of_days]
    return law.quantile(np.concatenate(u) if u else np.empty(0))


def _file_factor(arrivals: ArrivalPlan, means: Floats, law_mean: float, arrived_at: Int64) -> Floats:
    """What turns a draw of the law into one with the mean that the volume file gives for the interval."""
    cell = np.searchsorted(arrivals.edges, arrived_at % DAY_US, side="right") - 1
    return means[arrived_at // DAY_US, cell] / law_mean


def _replay(plan: QueuePlan, trace: TracePlan, streams: Streams) -> _QueueDraws:
    """Recorded arrivals; what the record does not tell is drawn, for contact k of a day with number k."""
    arrived_at = trace.arrived_at
    day_of = arrived_at // DAY_US
    days, first, counts = np.unique(day_of, return_index=True, return_counts=True)
    position = np.arange(len(arrived_at)) - np.repeat(first, counts)
    order_of_days = [
        (int(day), np.arange(count, dtype=np.int64)) for day, count in zip(days, counts, strict=True)
    ]

    def recorded_or_drawn(recorded: Int64 | None, purpose: str, law: Law) -> Int64:
        drawn = to_microseconds(
            _durations(plan.name, purpose, law, order_of_days, streams), LONGEST_HANDLE_US
        )
        return drawn if recorded is None else np.where(recorded >= 0, recorded, drawn)

    return _QueueDraws(
        arrived_at,
        to_microseconds(_durations(plan.name, "patience", plan.patience, order_of_days, streams)),
        recorded_or_drawn(trace.talk, "talk", plan.talk),
        recorded_or_drawn(trace.wrap_up, "wrap_up", plan.wrap_up),
        day_of * LUCK_PER_DAY + position,
    )


def _merge(
    parts: list[tuple[int, _QueueDraws]],
) -> tuple[npt.NDArray[np.int16], Int64, Int64, Int64, Int64, Int64]:
    """Contacts of all queues in one order: by time, ties by queue."""
    if not parts:
        empty = np.empty(0, np.int64)
        return empty.astype(np.int16), empty, empty, empty, empty, empty
    queue = np.concatenate([np.full(len(part.arrived_at), number, np.int16) for number, part in parts])
    columns = [
        np.concatenate([getattr(part, column) for _, part in parts])
        for column in ("arrived_at", "patience", "talk", "wrap_up", "luck")
    ]
    if len(parts) > 1:
        order = np.argsort(columns[0], kind="stable")
        queue = queue[order]
        columns = [column[order] for column in columns]
    return queue, columns[0], columns[1], columns[2], columns[3], columns[4]


# -- people -------------------------------------------------------------------------------------------------


def _draw_duty(plan: DutyPlan, streams: Streams) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Timetable changes after sickness and time off task, sorted by time and agent."""
    agent, state, from_at, to_at = plan.agent, plan.state, plan.from_at, plan.to_at
    if np.any(plan.unplanned > 0):
        state = _with_absence(plan, streams)
    if np.any(plan.adherence < 1):
        agent, state, from_at, to_at = _with_off_task(plan, state, streams)
    return _changes(agent, state, from_at, to_at)


def _with_absence(plan: DutyPlan, streams: Streams) -> npt.NDArray[np.int8]:
    """Unplanned absence: the paid stretches of a missed shift become ABSENT."""
    missed = np.zeros(len(plan.agent), dtype=bool)
    for group, shift, rows in _group_shifts(plan):
        agents = plan.agent[rows]
        chance = plan.unplanned[agents]
        if chance.any():
            u = streams.at(f"{plan.stream[group]}/absence", shift).random(int(plan.number[agents].max()) + 1)
            missed[rows] = u[plan.number[agents]] < chance
    paid = np.isin(plan.state, [int(state) for state in PAID_STATES])
    return np.where(missed & paid, np.int8(State.ABSENT), plan.state)


def _group_shifts(plan: DutyPlan) -> list[tuple[int, int, Int64]]:
    """Rows of the plan by group and shift: (group, shift, rows)."""
    group = plan.group[plan.agent].astype(np.int64)
    code = group * (int(plan.shift.max(initial=0)) + 1) + plan.shift
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    blocks = np.split(order, starts[1:]) if len(order) else []
    return [(int(group[rows[0]]), int(plan.shift[rows[0]]), rows) for rows in blocks]


def _with_off_task(
    plan: DutyPlan, state: npt.NDArray[np.int8], streams: Streams
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8], Int64, Int64]:
    """Cut off-task stretches out of on-duty time.

    On task and off task alternate as a stationary renewal process with exponential lengths, so the expected
    share of on-duty time at the phone is the adherence exactly, at every moment of the shift.
    """
    agents: list[npt.NDArray[np.int32]] = []
    states: list[npt.NDArray[np.int8]] = []
    froms: list[Int64] = []
    tos: list[Int64] = []
    for group, shift, rows in _group_shifts(plan):
        cut = (state[rows] == State.ON_DUTY) & (plan.adherence[plan.agent[rows]] < 1)
        whole, parts = rows[~cut], rows[cut]
        agents.append(plan.agent[whole])
        states.append(state[whole])
        froms.append(plan.from_at[whole])
        tos.append(plan.to_at[whole])
        if len(parts):
            owner, off, from_at, to_at = _alternate(plan, group, shift, parts, streams)
            agents.append(plan.agent[owner])
            states.append(np.where(off, State.OFF_TASK, State.ON_DUTY).astype(np.int8))
            froms.append(from_at)
            tos.append(to_at)
    return np.concatenate(agents), np.concatenate(states), np.concatenate(froms), np.concatenate(tos)


def _alternate(
    plan: DutyPlan, group: int, shift: int, rows: Int64, streams: Streams
) -> tuple[Int64, npt.NDArray[np.bool_], Int64, Int64]:
    """Pieces of the given on-duty rows: (row, off task?, from, to). One path an agent and shift."""
    first = (shift - 1) * DAY_US  # paths begin at midnight of the shift's day, whoever works which shift
    length = int(plan.to_at[rows].max()) - first
    people, person = np.unique(plan.agent[rows], return_inverse=True)
    share, off_mean = float(plan.adherence[people[0]]), float(plan.off_task_mean_us[people[0]])
    on_mean = off_mean * share / (1 - share) if share > 0 else 0.0
    # enough alternations for nearly every path; who falls short gets another block of them
    cycles = DAY_US / (on_mean + off_mean)
    width = 2 * int(cycles + 5 * math.sqrt(cycles) + 8)
    count = int(plan.number[people].max()) + 1
    name = f"{plan.stream[group]}/adherence"
    starts_off = streams.at(name, shift).random(count)[plan.number[people]] >= share
    changes = np.zeros((len(people), 0))
    attempt = 1
    while changes.shape[1] == 0 or (changes[:, -1] < length).any():
        lengths = streams.at(name, shift, attempt).standard_exponential((count, width))[plan.number[people]]
        even = np.arange(width) % 2 == 0
        lengths *= np.where(even == starts_off[:, None], off_mean, on_mean)
        if changes.shape[1]:
            lengths[:, 0] += changes[:, -1]
        changes = np.concatenate((changes, np.cumsum(lengths, axis=1)), axis=1)
        attempt += 1
    return _pieces(plan, rows, person, first, changes.astype(np.int64), starts_off)


def _pieces(
    plan: DutyPlan,
    rows: Int64,
    person: npt.NDArray[np.intp],
    first: int,
    changes: Int64,
    starts_off: npt.NDArray[np.bool_],
) -> tuple[Int64, npt.NDArray[np.bool_], Int64, Int64]:
    """Cut each row at the changes of its person that fall inside it."""
    owners: list[Int64] = []
    offs: list[npt.NDArray[np.bool_]] = []
    froms: list[Int64] = []
    tos: list[Int64] = []
    for row, who in zip(rows, person, strict=True):
        begin, end = int(plan.from_at[row]) - first, int(plan.to_at[row]) - first
        path = changes[who]
        low = int(np.searchsorted(path, begin, side="right"))
        high = int(np.searchsorted(path, end, side="left"))
        edges = np.concatenate(([begin], path[low:high], [end]))
        parity = np.arange(low, high + 1) % 2
        owners.append(np.full(len(parity), row, dtype=np.int64))
        offs.append((parity == 0) == starts_off[who])
        froms.append(edges[:-1] + first)
        tos.append(edges[1:] + first)
    return np.concatenate(owners), np.concatenate(offs), np.concatenate(froms), np.concatenate(tos)


def _changes(
    agent: npt.NDArray[np.int32], state: npt.NDArray[np.int8], from_at: Int64, to_at: Int64
) -> tuple[Int64, npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Stretches -> changes: one where a state begins, and OFF where nothing follows at once."""
    kept = to_at > from_at
    agent, state, from_at, to_at = agent[kept], state[kept], from_at[kept], to_at[kept]
    order = np.lexsort((from_at, agent))
    agent, state, from_at, to_at = agent[order], state[order], from_at[order], to_at[order]
    same_agent = agent[1:] == agent[:-1]
    adjoins = np.append(same_agent & (from_at[1:] == to_at[:-1]), False)
    repeats = (
        np.concatenate(([False], adjoins[:-1] & (state[1:] == state[:-1]))) if len(agent) else adjoins[:0]
    )
    begins = ~repeats
    ends = ~adjoins[: len(agent)]
    at = np.concatenate((from_at[begins], to_at[ends]))
    who = np.concatenate((agent[begins], agent[ends]))
    what = np.concatenate((state[begins], np.full(int(ends.sum()), State.OFF, np.int8)))
    order = np.lexsort((who, at))
    return at[order], who[order].astype(np.int32), what[order].astype(np.int8)
