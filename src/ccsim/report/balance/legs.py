"""What people do with the contacts that reach them: treat, refer, pass on, resolve or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import APPROVE, BOT_ONLY, ESCALATE, HARDEST, LOST, NOT_OFFERED, REFUSE, TICKET
from ccsim.compiler.program import Program
from ccsim.kinds import NEVER, Entry
from ccsim.report.balance.laws import later, mean_s, reaches, share, shares, succeeds
from ccsim.report.balance.stream import RANKS, Floats, Stream

USUAL_DIAGNOSIS_S = 60.0  # where a bot sent a contact to a queue that says nothing about it
MOST_MOVES = 20


@dataclass(slots=True)
class Work:
    """What people do.

    ``legs``, ``busy_s``: (intervals, queues); ``entries``: (Entry, queues) legs by how they began;
    ``escalated``: (queues,) by the queue from which; ``hardness``: (queues,) sums of ranks.
    """

    legs: Floats
    busy_s: Floats
    entries: Floats
    escalated: Floats
    hardness: Floats
    resolved: Floats  # (queues,)
    unresolved: Floats
    outside: Floats  # (queues,) lost outside the hours of service, as the scenario says
    too_late: Floats  # (queues,) would come back at an opening after the run


@dataclass(frozen=True, slots=True)
class Course:
    """Shares of the answered legs of a queue, by complexity (BINS,) or for all."""

    misrouted: float
    referred: Floats
    escalated: float  # of those treated
    refused: float
    approved: float
    resolves: Floats  # of those treated to the end


class People:
    """The queues of a Program: expected treatment, worked out once. ``weights``: (groups, queues) shares of
    the people who serve each; ``talk_s``, ``wrap_up_s``: (intervals, queues) means; ``slow``: the same shape,
    mean factor on talk."""

    def __init__(
        self, program: Program, weights: Floats, talk_s: Floats, wrap_up_s: Floats, slow: Floats
    ) -> None:
        self.program, self.journey, self.weights = program, program.journey, weights
        self.talk_s, self.wrap_up_s, self.slow = talk_s, wrap_up_s, slow
        self.interval_us = program.labels.interval_us
        intervals, queues = talk_s.shape
        self.work = Work(
            legs=np.zeros((intervals, queues)),
            busy_s=np.zeros((intervals, queues)),
            entries=np.zeros((len(Entry), queues)),
            escalated=np.zeros(queues),
            hardness=np.zeros(queues),
            resolved=np.zeros(queues),
            unresolved=np.zeros(queues),
            outside=np.zeros(queues),
            too_late=np.zeros(queues),
        )
        self.open = self._open_share(intervals, queues)
        self.most = int(min(self.journey.tiers.at_most.max(initial=0), MOST_MOVES))
        self._courses = [[self._course(q, may, first) for q in range(queues)]
                         for may, first in ((False, False), (True, False), (True, True))]  # fmt: skip

    def _open_share(self, intervals: int, queues: int) -> Floats:
        """(intervals, queues) share of each interval within the hours of service."""
        hours, out = self.journey.hours, np.zeros((intervals, queues))
        edges = np.arange(intervals + 1, dtype=np.int64) * self.interval_us
        for queue in range(queues):
            for row in range(int(hours.first[queue]), int(hours.first[queue + 1])):
                inside = np.minimum(edges[1:], hours.open_to[row]) - np.maximum(
                    edges[:-1], hours.open_from[row]
                )
                out[:, queue] += np.clip(inside / self.interval_us, 0, 1)
        return out

    def _course(self, queue: int, may_move: bool, first: bool) -> Course:
        tiers, up = self.journey.tiers, may_move and self.journey.tiers.to[queue] >= 0
        referred = np.zeros_like(RANKS)
        if up and tiers.above[queue] < NEVER:
            least = tiers.above[queue] - RANKS * HARDEST
            referred = reaches(self.journey, int(tiers.estimate_table[queue]), least)
        lacking = 1 - tiers.needs_share[queue][tiers.authority] / 2**31  # (groups,)
        lack = float(self.weights[:, queue] @ lacking)
        without = int(tiers.without_authority[queue])
        if without == ESCALATE and up:
            referred = referred + (1 - referred) * lack
        return Course(
            misrouted=share(tiers.misrouted_chance[queue]) if may_move and first else 0.0,
            referred=referred,
            escalated=share(tiers.chance[queue]) if up else 0.0,
            refused=lack if without == REFUSE else 0.0,
            approved=lack if without == APPROVE or (without == ESCALATE and not up) else 0.0,
            resolves=self._resolves(queue),
        )

    def _resolves(self, queue: int) -> Floats:
        """(BINS,) mean chance over the groups; several open contacts count as half of the most."""
        resolution = self.journey.resolution
        if not resolution.judged[queue]:
            return np.ones_like(RANKS)
        score = resolution.at_middle[queue] - resolution.slope[queue] * (RANKS - 0.5)
        score = score - resolution.per_open[queue] * (int(self.journey.slots.slots[queue]) - 1) / 2
        chances = [succeeds(score + bonus) for bonus in resolution.bonus.tolist()]
        out: Floats = np.array(chances).T @ self.weights[:, queue]
        return out if self.weights[:, queue].any() else chances[0]

    # -- the way of a wave ----------------------------------------------------------------------------------

    def treat(
        self, stream: Stream, returned: Stream, complained: Stream, misrouted: list[tuple[int, Stream]]
    ) -> None:
        """Lead contacts through the queues; who comes back is added to ``returned`` and ``complained``.

        ``misrouted``: contacts that a bot has sent to a wrong queue, each with the right one.
        """
        queues = stream.counts.shape[1]
        onward = Stream.none(*stream.counts.shape)
        for right, wrong in misrouted:
            for queue in np.flatnonzero(wrong.counts.sum(axis=0)).tolist():
                counts, spread = wrong.counts[:, queue], wrong.spread(queue)
                self._count(queue, counts, Entry.ARRIVED, spread)
                self._spend(queue, counts, counts * self._diagnosis(queue))
                self.work.entries[Entry.TRANSFERRED, right] += counts.sum()
                onward.add(right, counts, spread, wrong.mean_factor(queue))
        now = self._open_only(stream)
        for move in range(self.most + 1):
            next_move = onward
            onward = Stream.none(*stream.counts.shape)
            for queue in range(queues):
                if now.counts[:, queue].any():
                    self._serve(now, queue, move, next_move, returned, complained)
            now = next_move
            if now.total <= 1e-6 * max(stream.total, 1e-9):
                return

    def _open_only(self, stream: Stream) -> Stream:
        """Contacts outside the hours of service come at the next opening, are lost, or become tickets."""
        hours, now = self.journey.hours, Stream.none(*stream.counts.shape)
        for queue in range(stream.counts.shape[1]):
            counts, spread = stream.counts[:, queue], stream.spread(queue)
            rule, factor = int(hours.outside[queue]), stream.mean_factor(queue)
            if rule == NOT_OFFERED and not self.journey.slots.deferrable[queue]:
                came = float(counts.sum())
                counts = at_next_opening(counts, self.open[:, queue])
                self.work.too_late[queue] += came - float(counts.sum())
            elif rule != NOT_OFFERED:
                outside = counts * (1 - self.open[:, queue])
                counts = counts - outside
                kept = share(hours.ticket_chance[queue]) if rule == TICKET else 0.0
                self.work.outside[queue] += float(outside.sum()) * (1 - kept)
                if kept:
                    to = int(hours.ticket_to[queue])
                    now.add(to, outside * kept, spread, factor)
                    self.work.entries[Entry.TICKET, to] += float(outside.sum()) * kept
                assert rule in (LOST, TICKET, BOT_ONLY)
            self.work.entries[Entry.ARRIVED, queue] += counts.sum()
            now.add(queue, counts, spread, factor, stream.mean_extra(queue))
        return now

    def _serve(
        self, now: Stream, queue: int, move: int, onward: Stream, returned: Stream, complained: Stream
    ) -> None:
        may = bool(move < self.journey.tiers.at_most[queue])
        course = self._courses[may + (may and move == 0)][queue]
        counts, spread = now.counts[:, queue], now.spread(queue)
        referred = (1 - course.misrouted) * course.referred
        treated = (1 - course.misrouted) * (1 - course.referred) * (1 - course.refused)
        refused = (1 - course.misrouted) * (1 - course.referred) * course.refused
        self._count(queue, counts, None, spread)
        self._spend_treating(now, queue, course, spread, treated + refused, move == 0)
        up = referred + treated * course.escalated
        self._move(now, queue, int(self.journey.tiers.to[queue]), up, Entry.ESCALATED, onward)
        aside = np.full_like(RANKS, course.misrouted)
        self._move(now, queue, int(self.journey.tiers.misrouted_to[queue]), aside, Entry.TRANSFERRED, onward)
        resolved = treated * (1 - course.escalated) * course.resolves
        unresolved = treated * (1 - course.escalated) * (1 - course.resolves) + refused
        total = float(counts.sum())
        self.work.resolved[queue] += total * float(spread @ resolved)
        self.work.unresolved[queue] += total * float(spread @ unresolved)
        self._come_back(queue, counts, spread, unresolved, returned, complained)

    def _move(self, now: Stream, queue: int, to: int, by_rank: Floats, entry: Entry, onward: Stream) -> None:
        spread = now.spread(queue)
        moving = float(spread @ by_rank)
        if to < 0 or moving <= 0:
            return
        counts = now.counts[:, queue] * moving
        tiers, extra = self.journey.tiers, 0.0
        if entry is Entry.ESCALATED and tiers.warm[queue]:
            extra = mean_s(self.journey, int(tiers.handover_table[queue]))
            self._spend(queue, np.zeros(len(counts)), counts * extra, wrap_up=False)
        onward.add(to, counts, spread * by_rank, now.mean_factor(queue), extra)
        self.work.entries[entry, to] += counts.sum()
        if entry is Entry.ESCALATED:
            self.work.escalated[queue] += counts.sum()

    def _come_back(
        self,
        queue: int,
        counts: Floats,
        spread: Floats,
        unresolved: Floats,
        returned: Stream,
        complained: Stream,
    ) -> None:
        left = counts * float(spread @ unresolved)
        if not left.any():
            return
        resolution, promises, journey = self.journey.resolution, self.journey.promises, self.journey
        chance = share(resolution.return_chance[queue])
        if chance:
            back = later(journey, int(resolution.delay_table[queue]), left * chance, self.interval_us)
            story = (1 - share(resolution.context_chance[queue])) * mean_s(
                journey, int(resolution.repeat_table[queue])
            )
            for to, part in enumerate(shares(resolution.to_share[queue])):
                returned.add(to, back * part, spread * unresolved, 1.0, story)
        chance = share(promises.complain_unresolved_chance[queue])
        if chance:
            back = later(journey, int(promises.complaint_table[queue]), left * chance, self.interval_us)
            complained.add(int(promises.complain_to[queue]), back, spread * unresolved)

    # -- what it takes --------------------------------------------------------------------------------------

    def _count(
        self, queue: int, counts: Floats, entry: Entry | None, spread: npt.NDArray[np.float64]
    ) -> None:
        total = counts.sum()
        self.work.legs[:, queue] += counts
        self.work.hardness[queue] += total * float(spread @ RANKS)
        if entry is not None:
            self.work.entries[entry, queue] += total

    def _spend(self, queue: int, counts: Floats, talk: Floats, wrap_up: bool = True) -> None:
        """``talk``: seconds as they pass; wrap-up for each of ``counts``."""
        self.work.busy_s[:, queue] += talk + (counts * self.wrap_up_s[:, queue] if wrap_up else 0.0)

    def _diagnosis(self, queue: int) -> Floats:
        """(intervals,) seconds until a contact is referred or found misrouted."""
        table = int(self.journey.tiers.diagnosis_table[queue])
        out: Floats = (mean_s(self.journey, table) if table >= 0 else USUAL_DIAGNOSIS_S) * self.slow[:, queue]
        return out

    def _spend_treating(
        self, now: Stream, queue: int, course: Course, spread: Floats, treated: Floats, first: bool
    ) -> None:
        journey, counts = self.journey, now.counts[:, queue]
        slope = int(journey.resolution.talk_slope[queue]) / 1000
        turns = 1 / (1 - share(journey.slots.turn_chance[queue]))
        full = float(spread @ (treated * (1 + slope * (2 * RANKS - 1)))) * now.mean_factor(queue) * turns
        short = 1 - float(spread @ treated)
        added = course.approved * mean_s(journey, int(journey.tiers.approval_table[queue]))
        added = added * (1 - course.misrouted) + now.mean_extra(queue)
        talk = full * self.talk_s[:, queue] * self.slow[:, queue] + short * self._diagnosis(queue) + added
        self._spend(queue, counts, counts * talk)


def at_next_opening(counts: Floats, is_open: Floats) -> Floats:
    """Who would come to a closed queue comes in its next opening window, at any moment of it alike.

    ``counts``: (intervals,) contacts; ``is_open``: (intervals,) share of each interval that is open.
    """
    opened = is_open > 0
    begins = np.flatnonzero(opened & ~np.concatenate(([False], opened[:-1])))
    ends = np.flatnonzero(opened & ~np.concatenate((opened[1:], [False]))) + 1
    out = np.where(opened, counts, 0.0)
    before = 0
    for begin, end in zip(begins, ends, strict=True):
        late = float(counts[before:begin].sum())
        out[begin:end] += late * is_open[begin:end] / is_open[begin:end].sum()
        before = int(end)
    return out
