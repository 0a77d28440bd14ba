"""Callbacks that keep their place: the chain of the line itself, of who waits offline and who on the phone.

A contact that finds all agents busy and n others waiting is told (n + 1) x handle time / agents. Where that
is over a threshold it accepts a callback with a given share. Those who did wait for ever; the others give
up after an exponential patience. Everybody is served in order of arrival. For a callback the agent dials
first; with a given chance nobody picks up, and that was the only attempt.

As who waits on the phone and who offline matters for the order, the state is the line from front to end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.theory.exact.chain import Chain

State = tuple[int, int, tuple[bool, ...]]  # talking, dialling, the line: True waits offline


@dataclass(frozen=True, slots=True)
class CallbackResult:
    """Long-run shares of all arrivals, and mean times."""

    blocked: float
    wait_probability: float  # of those who enter
    accepted: float  # callbacks among those who enter
    abandoned: float  # of those who enter
    unreached: float  # of those who enter
    waited_s: float  # per contact that enters: until an agent takes it, or it gives up
    callback_waited_s: float  # per callback, until an agent dials
    busy: float


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """Per second; seconds; ``places``: most in line; offered where ``offered_from`` or more wait."""

    rate: float
    talk_s: float
    patience_s: float
    agents: int
    places: int
    offered_from: int
    accept: float
    dial_s: float
    no_answer: float

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        talking, dialling, line = state
        if talking + dialling < self.agents:
            yield (talking + 1, dialling, line), self.rate
        elif len(line) < self.places:
            offline = self.accept if len(line) >= self.offered_from else 0.0
            if offline < 1:
                yield (talking, dialling, (*line, False)), self.rate * (1 - offline)
            if offline > 0:
                yield (talking, dialling, (*line, True)), self.rate * offline
        for place, offline_here in enumerate(line):
            if not offline_here:
                yield (talking, dialling, line[:place] + line[place + 1 :]), 1 / self.patience_s
        if talking:
            yield self._next(talking - 1, dialling, line), talking / self.talk_s
        if dialling:
            rate = dialling / self.dial_s
            yield (talking + 1, dialling - 1, line), rate * (1 - self.no_answer)
            yield self._next(talking, dialling - 1, line), rate * self.no_answer

    @staticmethod
    def _next(talking: int, dialling: int, line: tuple[bool, ...]) -> State:
        """An agent is free: the front of the line is taken."""
        if not line:
            return talking, dialling, line
        return talking + (not line[0]), dialling + line[0], line[1:]

    def solve(self) -> CallbackResult:
        """From the chain."""
        chain = Chain([(0, 0, ())], self._moves)
        law = chain.stationary()
        blocked = chain.expect(law, lambda s: len(s[2]) == self.places)
        entering = self.rate * (1 - blocked)
        all_busy = chain.expect(law, lambda s: s[0] + s[1] == self.agents) - blocked
        offers = chain.expect(law, lambda s: self.offered_from <= len(s[2]) < self.places)
        if self.offered_from == 0:
            offers -= chain.expect(law, lambda s: s[0] + s[1] < self.agents)
        callbacks = self.rate * offers * self.accept
        offline = chain.expect(law, lambda s: sum(s[2]))
        waiting = chain.expect(law, lambda s: len(s[2]))
        dialling = chain.expect(law, lambda s: s[1])
        return CallbackResult(
            blocked=blocked,
            wait_probability=all_busy / (1 - blocked),
            accepted=callbacks / entering,
            abandoned=(waiting - offline) / self.patience_s / entering,
            unreached=dialling / self.dial_s * self.no_answer / entering,
            waited_s=waiting / entering,
            callback_waited_s=offline / callbacks if callbacks else 0.0,
            busy=chain.expect(law, lambda s: s[0] + s[1]),
        )
