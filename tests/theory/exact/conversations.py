"""Conversations in turns: agents with several open, some in work, some waiting for the customer.

An agent has up to ``slots`` conversations open. Those in work go at the pace of their number, as in
:mod:`tests.theory.exact.chat`; after a turn a conversation is over, or the customer answers after an
exponential time and it is in work again. Both count as open. This is the case manager of Campello,
Ingolfsson and Shumsky, "Queueing models of case managers", Management Science 63 (2017), with a pace by
number.

The state is what each agent has open, (in work, with the customer), and the number waiting for an agent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

Desk = tuple[int, int]  # in work, with the customer
State = tuple[tuple[Desk, ...], int]


@dataclass(frozen=True, slots=True)
class ConversationResult:
    """Long-run figures."""

    wait_probability: float
    mean_wait_s: float
    abandonment_rate: float
    session_s: float  # from answer to end, answers of the customer included
    busy: float  # mean number of agents with anything in work
    finished: float  # conversations per second


@dataclass(frozen=True, slots=True)
class ConversationDesk:
    """Per second and seconds; ``turns``: mean number, geometric; ``talk_s``: of one turn."""

    rate: float
    talk_s: float
    turns: float
    reply_s: float
    patience_s: float
    agents: int
    slowdown: tuple[float, ...]
    cap: int

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        desks, waiting = state
        slots, goes_on = len(self.slowdown), 1 - 1 / self.turns
        loads = [sum(desk) for desk in desks]
        if min(loads) < slots:
            least = loads.index(min(loads))
            yield (_changed(desks, least, 1, 0), waiting), self.rate
        elif waiting < self.cap:
            yield (desks, waiting + 1), self.rate
        if waiting:
            yield (desks, waiting - 1), waiting / self.patience_s
        for i, (work, away) in enumerate(desks):
            if work:
                rate = work / (self.talk_s * self.slowdown[work - 1])
                yield (_changed(desks, i, -1, 1), waiting), rate * goes_on
                over = (desks, waiting - 1) if waiting else (_changed(desks, i, -1, 0), waiting)
                yield over, rate * (1 - goes_on)
            if away:
                yield (_changed(desks, i, 1, -1), waiting), away / self.reply_s

    def solve(self) -> ConversationResult:
        """From the chain."""
        chain = Chain([(((0, 0),) * self.agents, 0)], self._moves)
        law = chain.stationary()
        slots = len(self.slowdown)
        assert chain.expect(law, lambda s: s[1] == self.cap) < 1e-9, "more waiting places are needed"
        waiting = chain.expect(law, lambda s: s[1])
        lost = waiting / self.patience_s / self.rate
        finished = self.rate * (1 - lost)
        opened = chain.expect(law, lambda s: sum(sum(desk) for desk in s[0]))
        return ConversationResult(
            chain.expect(law, lambda s: min(sum(desk) for desk in s[0]) == slots),
            waiting / self.rate,
            lost,
            opened / finished,
            chain.expect(law, lambda s: sum(desk[0] > 0 for desk in s[0])),
            finished,
        )


def _changed(desks: tuple[Desk, ...], who: int, work: int, away: int) -> tuple[Desk, ...]:
    """One desk has more or less; desks are alike, so their order says nothing."""
    after = [*desks]
    after[who] = (desks[who][0] + work, desks[who][1] + away)
    return tuple(sorted(after))


def full_pace_loss(rate: float, work_s: float, away_s: float, slots: int) -> float:
    """P(all slots taken) where nobody waits and nothing slows down: Erlang B with the whole session as load.

    The loss formula holds for any law of the session, turns and answers included.
    """
    load = rate * (work_s + away_s)
    weights = [load**n / math.factorial(n) for n in range(slots + 1)]
    return weights[-1] / math.fsum(weights)
