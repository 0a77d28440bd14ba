"""Agents with several contacts open, or with interrupted ones: who worked on what, when.

The time of an agent with n contacts open counts once: each contact gets the n-th part of it. So the hours of
queues add up to those of agents, and nobody is busy for more than the time on duty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.draws.sorting import in_order
from ccsim.log import Labels, Log
from ccsim.metrics.grid import sums_of

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spells:
    """Stretches in which an agent had a leg in work, shape (spells,) each."""

    leg: Int64  # row of the legs
    agent: Int64
    queue: Int64
    begin: Int64
    end: Int64
    open: Int64  # contacts that the agent had open throughout; 0: not looked at yet

    def take(self, rows: IntAny) -> Spells:
        """Some of them."""
        return Spells(*(getattr(self, name)[rows] for name in Spells.__slots__))


def slots_of(labels: Labels) -> Int64:
    """(queues,) contacts of its channel that an agent can have open."""
    return np.array(labels.concurrency or (1,) * len(labels.queues), dtype=np.int64)


def has_plain_time(log: Log) -> bool:
    """Whether agents have one contact at a time, from answer to end."""
    return not len(log.pieces.get("leg_row", ())) and max(log.labels.concurrency, default=1) <= 1


def spells_of(log: Log) -> Spells:
    """All work: the pieces of interrupted legs, the others from answer to end; empty ones are left out."""
    table = log.legs
    reached = (table["answered_at"] >= 0) & (table["agent"] >= 0)
    pieces = log.pieces
    cut = pieces["leg_row"].astype(np.int64) if pieces else np.empty(0, dtype=np.int64)
    reached[cut] = False
    leg = np.flatnonzero(reached)
    agent, begin, end = (table[name].take(leg) for name in ("agent", "answered_at", "ended_at"))
    if len(cut):
        leg = np.concatenate((leg, cut))
        agent = np.concatenate((agent, pieces["agent"]))
        begin = np.concatenate((begin, pieces["from_at"]))
        end = np.concatenate((end, pieces["to_at"]))
    spells = Spells(
        leg,
        agent.astype(np.int64),
        table["queue"].take(leg).astype(np.int64),
        begin.astype(np.int64, copy=False),
        end.astype(np.int64, copy=False),
        np.zeros(len(leg), dtype=np.int64),
    )
    real = end > begin
    return spells if real.all() else spells.take(np.flatnonzero(real))


def busy_time(spells: Spells) -> tuple[Int64, Int64, Int64]:
    """(agent, from, to) of the stretches in which an agent had any contact open."""
    if not len(spells.begin):
        return spells.agent, spells.begin, spells.end
    line = int(spells.end.max()) + 1  # the times of agents, one line behind the other
    begin, end = spells.agent * line, spells.agent * line
    begin += spells.begin
    end += spells.end
    begin.sort()
    end.sort()
    # all spells that have begun before are over when as many have ended
    starts = np.flatnonzero(begin[1:] > end[:-1]) + 1
    begin, end = begin[np.append(0, starts)], end[np.append(starts - 1, len(end) - 1)]
    agent = begin // line
    return agent, begin - agent * line, end - agent * line


def even_parts(spells: Spells, labels: Labels) -> Spells:
    """The spells cut wherever the number of contacts that their agent has open changes."""
    shares = np.zeros(max(int(spells.agent.max(initial=-1)) + 1, 1), dtype=bool)
    shares[spells.agent[slots_of(labels)[spells.queue] > 1]] = True
    shares[spells.agent[_again(spells.leg)]] = True
    several = shares[spells.agent]
    alone = spells.take(np.flatnonzero(~several))
    alone = Spells(alone.leg, alone.agent, alone.queue, alone.begin, alone.end, np.ones_like(alone.leg))
    if not several.any():
        return alone
    cut = _cut(spells.take(np.flatnonzero(several)))
    return Spells(*(np.concatenate((getattr(cut, n), getattr(alone, n))) for n in Spells.__slots__))


def _again(leg: Int64) -> npt.NDArray[np.bool_]:
    """Whether a leg has more than one spell."""
    return np.bincount(leg, minlength=1)[leg] > 1 if len(leg) else np.zeros(0, dtype=bool)


def _cut(spells: Spells) -> Spells:
    line = int(spells.end.max()) + 1  # the times of agents, one line behind the other
    begin, end = spells.agent * line + spells.begin, spells.agent * line + spells.end
    single = _single(begin, end)
    mixed = np.flatnonzero(~single)
    edges, place = np.unique(np.concatenate((begin[mixed], end[mixed])), return_inverse=True)
    first, last = np.empty((2, len(begin)), dtype=np.int64)
    first[mixed], last[mixed] = place[: len(mixed)], place[len(mixed) :]
    size = len(edges)
    together = np.cumsum(np.bincount(first[mixed], minlength=size) - np.bincount(last[mixed], minlength=size))
    # a spell with nobody else has edges of its own, behind the others
    alone = np.flatnonzero(single)
    first[alone] = size + 2 * np.arange(len(alone))
    last[alone] = first[alone] + 1
    edges = np.concatenate((edges, np.stack((begin[alone], end[alone]), axis=1).ravel()))
    together = np.concatenate((together, np.ones(2 * len(alone), dtype=np.int64)))
    parts = last - first
    row = np.repeat(np.arange(len(begin)), parts)
    edge = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts) + first[row]
    start = spells.agent[row] * line
    return Spells(
        spells.leg[row],
        spells.agent[row],
        spells.queue[row],
        edges[edge] - start,
        edges[edge + 1] - start,
        together[edge],
    )


def _single(begin: Int64, end: Int64) -> npt.NDArray[np.bool_]:
    """Which of the stretches [begin, end) have no time with any other."""
    begins, order = in_order(begin)
    reached = np.maximum.accumulate(end[order])
    apart = np.append(begins[1:] >= reached[:-1], True)  # from all behind
    single = np.empty(len(begin), dtype=bool)
    single[order] = apart & np.append(True, apart[:-1])
    return single


def shares_of_legs(parts: Spells, legs: int) -> Float64:
    """(legs,) microseconds of its agents' time that each leg took; ``parts`` as of :func:`even_parts`."""
    return sums_of(parts.leg, (parts.end - parts.begin) / np.maximum(parts.open, 1), legs)


def attention(log: Log, handle: Int64, talk: Int64) -> tuple[Int64, Int64]:
    """(handle, talk) with those of interrupted legs made of their pieces alone."""
    pieces = log.pieces
    row = pieces["leg_row"].astype(np.int64)
    if not len(row):
        return handle, talk
    talk_ended = log.legs["talk_ended_at"][row]
    talk_ended = np.where(talk_ended < 0, pieces["to_at"], talk_ended)
    length = pieces["to_at"] - pieces["from_at"]
    talked = np.maximum(np.minimum(pieces["to_at"], talk_ended) - pieces["from_at"], 0)
    handle, talk = handle.copy(), talk.copy()
    handle[row] = talk[row] = 0
    np.add.at(handle, row, length)
    np.add.at(talk, row, talked)
    return handle, talk


def busy_states(log: Log, on_duty: tuple[IntAny, IntAny, IntAny]) -> tuple[Int64, Int64, Int64, Int64]:
    """(agent, state, from, to): 0 free, 1 talking, 2 wrapping up; an agent who does both is talking.

    ``on_duty``: (agent, from, to) of the stretches on duty.
    """
    spells = spells_of(log)
    talk_ended = log.legs["talk_ended_at"][spells.leg]
    talk_ended = np.where(talk_ended < 0, spells.end, talk_ended)
    middle = np.clip(talk_ended, spells.begin, spells.end)
    begins = (on_duty[1].astype(np.int64), spells.begin, middle)
    ends = (on_duty[2].astype(np.int64), middle, spells.end)
    agents = (on_duty[0].astype(np.int64), spells.agent, spells.agent)
    line = max(int(end.max(initial=0)) for end in ends) + 1
    keys = [agent * line + at for agent, at in zip((*agents, *agents), (*begins, *ends), strict=True)]
    edges, every = np.unique(np.concatenate(keys), return_inverse=True)
    places = np.split(every, np.cumsum([len(key) for key in keys])[:-1])
    size = len(edges)
    present = np.cumsum(
        [
            np.bincount(places[k], minlength=size) - np.bincount(places[k + 3], minlength=size)
            for k in range(3)
        ],
        axis=1,
    )
    state = np.where(present[1] > 0, 1, np.where(present[2] > 0, 2, np.where(present[0] > 0, 0, -1)))
    starts = np.flatnonzero(np.append(True, state[1:] != state[:-1])) if len(edges) else np.zeros(0, np.int64)
    duty_edges = places[0]  # a new stretch on duty is a new row
    starts = np.union1d(starts, duty_edges[state[duty_edges] == 0]).astype(np.int64)
    stops = np.append(starts[1:], len(edges) - 1) if len(starts) else starts
    kept = state[starts] >= 0
    begin, end = edges[starts[kept]], edges[stops[kept]]
    agent = begin // line
    return agent, state[starts[kept]], begin - agent * line, end - agent * line
