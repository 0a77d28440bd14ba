"""Agents with several chats at once: the level-dependent chain of Tezcan and Zhang (2014), solved.

``agents`` people have up to ``len(slowdown)`` chats open each. With n of them open each takes ``slowdown[n
- 1]`` times as long as alone, so the agent finishes chats at the rate n / (talk x slowdown). Work and
patience are exponential. A new chat goes to the least loaded agent with a free slot, or to the most loaded
one. Where all slots are taken it waits, and whoever closes a chat takes the next.

The state is the occupancy vector (how many agents have 0, 1, ..., k chats open) and the number waiting. A
second derivation keeps every agent's own number of chats, without lumping.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

Occupancy = tuple[int, ...]  # agents with 0, 1, ..., k chats
State = tuple[Occupancy, int]


@dataclass(frozen=True, slots=True)
class ChatResult:
    """Long-run figures."""

    wait_probability: float  # of all who arrive
    mean_wait_s: float
    abandonment_rate: float
    session_s: float  # from answer to end, of those answered
    chatting: float  # mean number of chats open
    busy: float  # mean number of agents with at least one chat
    finished: float  # chats per second


@dataclass(frozen=True, slots=True)
class ChatDesk:
    """Arrivals per second; talk of a chat alone and patience in seconds; ``cap``: most waiting."""

    rate: float
    talk_s: float
    patience_s: float
    agents: int
    slowdown: tuple[float, ...]
    most_loaded: bool
    cap: int

    @property
    def slots(self) -> int:
        """Chats that one agent can have open."""
        return len(self.slowdown)

    def _ends(self, open_chats: int) -> float:
        """Chats per second that an agent with so many open finishes."""
        return open_chats / (self.talk_s * self.slowdown[open_chats - 1]) if open_chats else 0.0

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        occupancy, waiting = state
        takers = [n for n in range(self.slots) if occupancy[n]]
        if takers:
            yield (self._step(occupancy, takers[-1 if self.most_loaded else 0], +1), 0), self.rate
        elif waiting < self.cap:
            yield (occupancy, waiting + 1), self.rate
        if waiting:
            yield (occupancy, waiting - 1), waiting / self.patience_s
        for n in range(1, self.slots + 1):
            if occupancy[n]:
                after = (occupancy, waiting - 1) if waiting else (self._step(occupancy, n, -1), 0)
                yield after, occupancy[n] * self._ends(n)

    @staticmethod
    def _step(occupancy: Occupancy, n: int, by: int) -> Occupancy:
        """One agent with n chats has one more or less."""
        after = list(occupancy)
        after[n] -= 1
        after[n + by] += 1
        return tuple(after)

    def solve(self) -> ChatResult:
        """From the chain of occupancy vectors."""
        chain = Chain([((self.agents, *(0,) * self.slots), 0)], self._moves)
        law = chain.stationary()
        full = (*(0,) * self.slots, self.agents)
        assert chain.expect(law, lambda s: s[1] == self.cap) < 1e-10, "more waiting places are needed"
        return self._result(
            chain.expect(law, lambda s: s[0] == full),
            chain.expect(law, lambda s: s[1]),
            chain.expect(law, lambda s: sum(n * m for n, m in enumerate(s[0]))),
            chain.expect(law, lambda s: self.agents - s[0][0]),
        )

    def solve_by_person(self) -> ChatResult:
        """From the chain of everybody's own number of chats."""

        def moves(state: State) -> Iterator[tuple[State, float]]:
            people, waiting = state
            takers = [i for i, n in enumerate(people) if n < self.slots]
            if takers:
                best = min(takers, key=lambda i: -people[i] if self.most_loaded else people[i])
                yield (_with(people, best, +1), 0), self.rate
            elif waiting < self.cap:
                yield (people, waiting + 1), self.rate
            if waiting:
                yield (people, waiting - 1), waiting / self.patience_s
            for i, n in enumerate(people):
                if n:
                    yield ((people, waiting - 1) if waiting else (_with(people, i, -1), 0)), self._ends(n)

        chain = Chain([((0,) * self.agents, 0)], moves)
        law = chain.stationary()
        full = (self.slots,) * self.agents
        return self._result(
            chain.expect(law, lambda s: s[0] == full),
            chain.expect(law, lambda s: s[1]),
            chain.expect(law, lambda s: sum(s[0])),
            chain.expect(law, lambda s: sum(n > 0 for n in s[0])),
        )

    def _result(self, full: float, waiting: float, chatting: float, busy: float) -> ChatResult:
        lost = waiting / self.patience_s / self.rate
        finished = self.rate * (1 - lost)
        return ChatResult(full, waiting / self.rate, lost, chatting / finished, chatting, busy, finished)


def _with(people: Occupancy, who: int, by: int) -> Occupancy:
    return (*people[:who], people[who] + by, *people[who + 1 :])


def one_agent(desk: ChatDesk) -> tuple[float, float]:
    """P(all slots taken) and mean chats open of one agent: products of ratios of a birth-death chain."""
    weights = [1.0]
    for n in range(1, desk.slots + desk.cap + 1):
        open_chats = min(n, desk.slots)
        ends = open_chats / (desk.talk_s * desk.slowdown[open_chats - 1])
        weights.append(weights[-1] * desk.rate / (ends + (n - open_chats) / desk.patience_s))
    total = sum(weights)
    full = sum(weights[desk.slots :]) / total
    return full, sum(min(n, desk.slots) * w for n, w in enumerate(weights)) / total
