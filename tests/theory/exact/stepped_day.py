"""A day with changing volume and stepped staffing: the Kolmogorov equations, solved phase by phase.

Exponential handle times and patience; the day starts empty. An early team works alone, then a late team
joins and is asked only when nobody of the early one is free, then the early team goes home: whoever of it
is in a call finishes that call and takes no other. At the end the late team goes and the waiting are
cleared.

With both teams present the state is (early busy, late busy, waiting); with one team the number in its hands
or waiting is enough, since those who only finish touch nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.theory.exact.chain import Chain

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Phase:
    """Expectations of one phase of the day."""

    arrivals: float
    waits: float  # seconds waited within the phase, all customers together
    abandons: float
    arrivals_waiting: float  # arrivals that find nobody free


@dataclass(frozen=True, slots=True)
class Day:
    """Expectations of the whole day."""

    phases: tuple[Phase, ...]
    cleared: float  # waiting when the late team goes
    overrun_s: float  # work of the early team after its shift


@dataclass(frozen=True, slots=True)
class SteppedDay:
    """``rates``: arrivals per second in each phase, ``lengths``: their seconds, ``cap``: most waiting."""

    rates: tuple[float, float, float]
    lengths: tuple[float, float, float]
    early: int
    late: int
    handle_s: float
    patience_s: float
    cap: int

    def _one_team(self, rate: float, agents: int) -> Chain[int]:
        def moves(n: int) -> Iterator[tuple[int, float]]:
            if n < agents + self.cap:
                yield n + 1, rate
            if n:
                yield n - 1, min(n, agents) / self.handle_s + max(n - agents, 0) / self.patience_s

        return Chain(range(agents + self.cap + 1), moves)

    def _two_teams(self, rate: float) -> Chain[tuple[int, int, int]]:
        def moves(state: tuple[int, int, int]) -> Iterator[tuple[tuple[int, int, int], float]]:
            early, late, waiting = state
            if early < self.early:
                yield (early + 1, late, 0), rate
            elif late < self.late:
                yield (early, late + 1, 0), rate
            elif waiting < self.cap:
                yield (early, late, waiting + 1), rate
            if waiting:
                ends = (early + late) / self.handle_s + waiting / self.patience_s
                yield (early, late, waiting - 1), ends
                return
            if early:
                yield (early - 1, late, 0), early / self.handle_s
            if late:
                yield (early, late - 1, 0), late / self.handle_s

        return Chain([(0, 0, 0)], moves)

    def _phase(self, rate: float, seconds: float, waiting: float, none_free: float) -> Phase:
        """From the time integrals of the number waiting and of nobody being free."""
        return Phase(rate * seconds, waiting, waiting / self.patience_s, rate * none_free)

    def solve(self) -> Day:
        """Walk through the day."""
        alone = self._one_team(self.rates[0], self.early)
        law = np.zeros(len(alone.states))
        law[alone.number[0]] = 1.0
        law, spent = alone.after(law, self.lengths[0])
        phases = [self._team_phase(alone, spent, 0, self.early)]

        both = self._two_teams(self.rates[1])
        joined = np.zeros(len(both.states))
        for n, chance in zip(alone.states, law, strict=True):
            left = max(n - self.early, 0)
            late = min(left, self.late)
            joined[both.number[min(n, self.early), late, left - late]] += chance
        law, spent = both.after(joined, self.lengths[1])
        phases.append(
            self._phase(
                self.rates[1],
                self.lengths[1],
                both.expect(spent, lambda s: s[2]),
                both.expect(spent, lambda s: s[0] == self.early and s[1] == self.late),
            )
        )
        overrun = both.expect(law, lambda s: s[0]) * self.handle_s

        last = self._one_team(self.rates[2], self.late)
        remaining = np.zeros(len(last.states))
        for state, chance in zip(both.states, law, strict=True):
            remaining[last.number[state[1] + state[2]]] += chance
        law, spent = last.after(remaining, self.lengths[2])
        phases.append(self._team_phase(last, spent, 2, self.late))
        assert law[-1] < 1e-12, "more waiting places are needed"
        cleared = last.expect(law, lambda n: max(n - self.late, 0))
        return Day(tuple(phases), cleared, overrun)

    def _team_phase(self, chain: Chain[int], spent: Floats, number: int, agents: int) -> Phase:
        waiting = chain.expect(spent, lambda n: max(n - agents, 0))
        none_free = chain.expect(spent, lambda n: n >= agents)
        return self._phase(self.rates[number], self.lengths[number], waiting, none_free)
