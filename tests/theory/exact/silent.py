"""Customers who leave without a word and are found out when an agent answers: the chain of the line itself.

As in Castellanos, Yom-Tov and Goldberg, "Silent abandonment in text-based contact centers" (2022): of those
whose patience ends a share says nothing and keeps its place; the agent who gets there needs a while to find
out. As it matters who in the line is still there, the state is the line from front to end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

State = tuple[int, int, tuple[bool, ...]]  # talking, finding out, the line: True is gone


@dataclass(frozen=True, slots=True)
class SilentResult:
    """Long-run shares of those who enter, and means."""

    blocked: float  # of all arrivals
    wait_probability: float
    answered: float
    silent: float
    abandoned: float  # and said so
    in_line: float  # mean number in the line, gone ones included
    finding_out: float  # agents
    talking: float


@dataclass(frozen=True, slots=True)
class SilentLine:
    """Per second and seconds; ``places``: most in the line, gone ones included."""

    rate: float
    talk_s: float
    patience_s: float
    agents: int
    places: int
    silent: float
    found_out_s: float

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        talking, finding, line = state
        if talking + finding < self.agents:
            yield (talking + 1, finding, line), self.rate
        elif len(line) < self.places:
            yield (talking, finding, (*line, False)), self.rate
        for place, gone in enumerate(line):
            if not gone:
                others = line[:place], line[place + 1 :]
                yield (talking, finding, (*others[0], True, *others[1])), self.silent / self.patience_s
                yield (talking, finding, others[0] + others[1]), (1 - self.silent) / self.patience_s
        if talking:
            yield self._next(talking - 1, finding, line), talking / self.talk_s
        if finding:
            yield self._next(talking, finding - 1, line), finding / self.found_out_s

    @staticmethod
    def _next(talking: int, finding: int, line: tuple[bool, ...]) -> State:
        """An agent is free: the front of the line is taken."""
        if not line:
            return talking, finding, line
        return talking + (not line[0]), finding + line[0], line[1:]

    def solve(self) -> SilentResult:
        """From the chain."""
        chain = Chain([(0, 0, ())], self._moves)
        law = chain.stationary()
        blocked = chain.expect(law, lambda s: len(s[2]) == self.places)
        entering = self.rate * (1 - blocked)
        busy = chain.expect(law, lambda s: s[0] + s[1] == self.agents) - blocked
        there = chain.expect(law, lambda s: sum(not gone for gone in s[2]))
        talking = chain.expect(law, lambda s: s[0])
        return SilentResult(
            blocked=blocked,
            wait_probability=busy / (1 - blocked),
            answered=talking / self.talk_s / entering,
            silent=there / self.patience_s * self.silent / entering,
            abandoned=there / self.patience_s * (1 - self.silent) / entering,
            in_line=chain.expect(law, lambda s: len(s[2])),
            finding_out=chain.expect(law, lambda s: s[1]),
            talking=talking,
        )
