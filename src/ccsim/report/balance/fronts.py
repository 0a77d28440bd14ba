"""What becomes of contacts at notices, self-service and bots."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ccsim.compiler.journey import Int64, Journey
from ccsim.kinds import Front
from ccsim.report.balance.laws import later, share, shares, succeeds
from ccsim.report.balance.stream import RANKS, Floats, Stream

OUTCOMES = ("resolved", "unsolved", "walked_away", "trapped", "handed_over")


@dataclass(slots=True)
class FrontFlow:
    """Expected sessions with one front, (queues,) each."""

    outcomes: dict[str, Floats]

    @property
    def sessions(self) -> Floats:
        total: Floats = np.sum(list(self.outcomes.values()), axis=0)
        return total


@dataclass(slots=True)
class Passed:
    """What the fronts let through, and who will come again.

    ``misrouted``: (right queue, queue reached, counts, spread, factor) of hand-overs to a wrong queue.
    """

    people: Stream
    bounced: Stream
    walked: Stream
    misrouted: list[tuple[int, int, Floats, Floats, float]] = field(default_factory=list)


class Fronts:
    """The fronts of a Program, with their escapes and hours worked out once."""

    def __init__(self, journey: Journey, intervals: int, interval_us: int) -> None:
        self.journey, self.interval_us, self.intervals = journey, interval_us, intervals
        count, queues = len(journey.fronts.kind), len(journey.salt)
        self.flows = [FrontFlow({name: np.zeros(queues) for name in OUTCOMES}) for _ in range(count)]
        self._open = [self._availability(front) for front in range(count)]
        self._escapes = [escape_chance(journey, front) for front in range(count)]

    def of(self, queue: int) -> list[int]:
        """The fronts that contacts of a queue meet, in order."""
        fronts = self.journey.fronts
        return [int(row) for row in fronts.of[fronts.first[queue] : fronts.first[queue + 1]]]

    def _availability(self, front: int) -> Floats:
        """(intervals,) share of each interval in which the front works."""
        fronts, edges = self.journey.fronts, np.arange(self.intervals + 1) * self.interval_us
        works = _overlap(edges, int(fronts.active_from[front]), int(fronts.active_to[front]))
        for row in range(int(fronts.down_first[front]), int(fronts.down_first[front + 1])):
            works = works - _overlap(edges, int(fronts.down_from[row]), int(fronts.down_to[row]))
        return np.clip(works, 0.0, 1.0)

    def meets(self, front: int, fresh: bool) -> bool:
        """Do fresh, or later, contacts meet this front?"""
        if fresh:
            return True
        return self.journey.fronts.kind[front] != Front.NOTICE and bool(self.journey.fronts.again[front])

    def passed(self, stream: Stream, fresh: bool) -> Passed:
        """Lead contacts through the fronts of their queues."""
        queues = stream.counts.shape[1]
        people, bounced, walked = (Stream.none(self.intervals, queues) for _ in range(3))
        out = Passed(people, bounced, walked)
        for queue in range(queues):
            if stream.counts[:, queue].any():
                self._pass(stream, queue, fresh, out)
        return out

    def _pass(self, stream: Stream, queue: int, fresh: bool, out: Passed) -> None:
        counts, spread, factor = stream.counts[:, queue], stream.spread(queue), stream.mean_factor(queue)
        fronts, wrong = self.journey.fronts, 0.0
        to = np.zeros(stream.counts.shape[1])
        for front in self.of(queue):
            if not self.meets(front, fresh):
                continue
            solved = self.solved(front, queue)
            escapes, walks = self._escapes[front], share(fronts.walk_chance[front, queue])
            left = (1 - escapes) * (1 - solved)
            through = escapes * int(fronts.lets_through[front]) + left * (1 - walks)
            entered = counts * share(fronts.enters_chance[front, queue]) * self._open[front]
            self._note(front, queue, float(entered.sum()), spread, solved, walks)
            self._comes_again(front, queue, entered, spread, (1 - escapes) * solved, left * walks, out)
            handed = entered * float(spread @ through)
            past = counts - entered
            total = float(past.sum() + handed.sum())
            told = float(handed.sum()) / total if total > 0 else 0.0
            factor *= 1 - told + told * talk_factor(self.journey, front)
            spread = spread * (float(past.sum()) + float(entered.sum()) * through)
            spread = spread / spread.sum() if spread.sum() > 0 else stream.spread(queue)
            counts = past + handed
            if fronts.wrong_chance[front]:
                wrong, to = told * share(fronts.wrong_chance[front]), shares(fronts.wrong_share[front])
        for other in np.flatnonzero(to * wrong):
            if other != queue:
                out.misrouted.append((queue, int(other), counts * wrong * to[other], spread, factor))
        right = 1 - wrong * (1 - to[queue])
        out.people.add(queue, counts * right, spread, factor, stream.mean_extra(queue))

    def solved(self, front: int, queue: int) -> Floats:
        """(BINS,) chance that a session ends as solved, by complexity."""
        fronts = self.journey.fronts
        score = fronts.contained[front, queue] - fronts.slope[front] * (RANKS - 0.5)
        return succeeds(np.asarray(score, dtype=np.float64))

    def _note(
        self, front: int, queue: int, entered: float, spread: Floats, solved: Floats, walks: float
    ) -> None:
        fronts, flow = self.journey.fronts, self.flows[front].outcomes
        escapes, false = self._escapes[front], share(fronts.false_chance[front])
        contained = entered * (1 - escapes) * float(spread @ solved)
        left = entered * (1 - escapes) - contained
        through = bool(fronts.lets_through[front])
        flow["resolved"][queue] += contained * (1 - false)
        flow["unsolved"][queue] += contained * false
        flow["walked_away"][queue] += left * walks
        flow["trapped"][queue] += 0.0 if through else entered * escapes
        flow["handed_over"][queue] += left * (1 - walks) + (entered * escapes if through else 0.0)

    def _comes_again(
        self,
        front: int,
        queue: int,
        entered: Floats,
        spread: Floats,
        solved: Floats,
        walked: Floats,
        out: Passed,
    ) -> None:
        """Who was contained and not helped, and who walked away or was trapped, perhaps comes again."""
        fronts, journey = self.journey.fronts, self.journey
        chance = share(fronts.false_chance[front]) * share(fronts.bounce_chance[front])
        if chance:
            counts = entered * float(spread @ solved) * chance
            counts = later(journey, int(fronts.bounce_table[front]), counts, self.interval_us)
            out.bounced.add(int(fronts.bounce_to[front, queue]), counts, spread * solved)
        chance = share(fronts.walk_retry_chance[front])
        if chance:
            trapped = 0.0 if fronts.lets_through[front] else self._escapes[front]
            counts = entered * float(spread @ (walked + trapped)) * chance
            counts = later(journey, int(fronts.walk_retry_table[front]), counts, self.interval_us)
            out.walked.add(queue, counts, spread * (walked + trapped))


def talk_factor(journey: Journey, front: int) -> float:
    """Mean factor on the talk of who is handed over."""
    fronts = journey.fronts
    warm = share(fronts.warm_chance[front])
    return (warm * int(fronts.warm_factor[front]) + (1 - warm) * int(fronts.cold_factor[front])) / 1000


def escape_chance(journey: Journey, front: int) -> float:
    """Chance that the customer asks for a person, or is misunderstood too often, before the last turn.

    A chain over turns that went well and misunderstood ones in a row; no bound on the turns.
    """
    fronts = journey.fronts
    asks, misunderstood = share(fronts.asks_chance[front]), share(fronts.misunderstood_chance[front])
    after = int(fronts.escape_after[front])
    if asks == 0 and (misunderstood == 0 or after == 0):
        return 0.0
    # chance of getting past one turn: after j misunderstandings, neither asked nor failed once too often
    on, past = 1.0, 0.0
    for _ in range(after or 1000):
        past += on * (1 - asks) * (1 - misunderstood)
        on *= (1 - asks) * misunderstood
    return float(1 - past ** int(fronts.turns[front]))


def _overlap(edges: Int64, start: int, end: int) -> Floats:
    """Share of each interval between two times."""
    width = edges[1] - edges[0]
    inside = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
    out: Floats = np.clip(inside / width, 0.0, 1.0)
    return out
