"""Customers who try again: M/M/1 and M/M/c retrial queues, and lines with abandonment and redials.

A customer who finds all busy (or has run out of patience) comes again after an exponential delay, with a
given share; nobody else knows about those who are away (they are "in orbit").

- M/M/1, no waiting places, everybody tries again: closed form, Falin and Templeton, "Retrial Queues" (1997),
  section 1.2: the number in orbit has a negative binomial law, in either state of the server.
- c agents: the chain of (in the system, in orbit), cut off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ccsim.theory import erlang_b
from tests.theory.exact.chain import Chain

State = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Retrials:
    """Long-run figures; per second and seconds."""

    blocked: float  # share of first attempts that find all agents busy
    busy: float  # mean number of busy agents
    waiting: float
    orbit: float  # mean number of customers between two attempts
    retry_rate: float  # later attempts per second
    abandoned: float  # attempts per second that end without an answer
    lost: float  # customers per second who do not try again


@dataclass(frozen=True, slots=True)
class RetrialLine:
    """``rate`` of first attempts per second; durations in seconds.

    ``places``: waiting places, 0: who finds all busy is blocked. ``share``: of those blocked or out of
    patience who try again. ``caps``: most waiting (where ``places`` is None) and most in orbit.
    """

    rate: float
    handle_s: float
    agents: int
    delay_s: float
    share: float = 1.0
    places: int | None = 0
    patience_s: float = math.inf
    caps: tuple[int, int] = (0, 100)

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        system, orbit = state
        room = self.agents + (self.caps[0] if self.places is None else self.places)
        away = min(orbit + 1, self.caps[1])
        for came, rate in ((0, self.rate), (1, orbit / self.delay_s)):
            if not rate:
                continue
            if system < room:
                yield (system + 1, orbit - came), rate
            else:
                if not came:
                    yield (system, away), rate * self.share
                else:
                    yield (system, orbit - 1), rate * (1 - self.share)
        if system:
            yield (system - 1, orbit), min(system, self.agents) / self.handle_s
        waiting = max(system - self.agents, 0)
        if waiting and self.patience_s < math.inf:
            yield (system - 1, away), waiting / self.patience_s * self.share
            yield (system - 1, orbit), waiting / self.patience_s * (1 - self.share)

    def solve(self) -> Retrials:
        """From the chain, cut off where hardly anything is."""
        chain = Chain([(0, 0)], self._moves)
        law = chain.stationary()
        room = self.agents + (self.caps[0] if self.places is None else self.places)
        cut = chain.expect(law, lambda s: s[1] == self.caps[1])
        if self.places is None:
            cut += chain.expect(law, lambda s: s[0] == room)
        assert cut < 1e-9, f"a larger chain is needed: {cut}"
        waiting = chain.expect(law, lambda s: max(s[0] - self.agents, 0))
        orbit = chain.expect(law, lambda s: s[1])
        full = chain.expect(law, lambda s: s[0] == room) if self.places is not None else 0.0
        knocked = chain.expect(law, lambda s: (s[0] == room) * s[1]) if self.places is not None else 0.0
        abandoned = waiting / self.patience_s + self.rate * full + knocked / self.delay_s
        return Retrials(
            blocked=chain.expect(law, lambda s: s[0] >= self.agents),
            busy=chain.expect(law, lambda s: min(s[0], self.agents)),
            waiting=waiting,
            orbit=orbit,
            retry_rate=orbit / self.delay_s,
            abandoned=abandoned,
            lost=abandoned * (1 - self.share),
        )


def one_server(rate: float, handle_s: float, delay_s: float) -> tuple[float, float]:
    """P(busy) and mean number in orbit of the M/M/1 retrial queue."""
    load = rate * handle_s
    return load, load**2 / (1 - load) * (1 + delay_s / handle_s)


def one_server_law(rate: float, handle_s: float, delay_s: float, orbit: int) -> tuple[float, float]:
    """P(idle and so many in orbit), P(busy and so many in orbit): negative binomial."""
    load, size = rate * handle_s, rate * delay_s
    idle = _negative_binomial(load, size, orbit) * (1 - load)
    return idle, _negative_binomial(load, size + 1, orbit) * load


def _negative_binomial(load: float, size: float, count: int) -> float:
    log = math.lgamma(size + count) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(log + count * math.log(load) + size * math.log1p(-load))


def slow_retrials(rate: float, handle_s: float, agents: int) -> float:
    """P(all busy) as the delay grows without bound: retries come like fresh ones (Cohen 1957).

    Then the loss formula holds with the rate of all attempts, of which as many succeed as come for the
    first time.
    """
    low, high = rate, rate / (1 - rate * handle_s / agents) * 10
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if middle * (1 - erlang_b(middle * handle_s, agents)) < rate else (low, middle)
        )
    return erlang_b(low * handle_s, agents)
