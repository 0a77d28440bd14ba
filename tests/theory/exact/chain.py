"""Markov chains in continuous time as lists of moves: stationary law, law over time by uniformisation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import spsolve
from scipy.stats import poisson

Floats = npt.NDArray[np.float64]
S = TypeVar("S", bound=Hashable)
Moves = Callable[[S], Iterable[tuple[S, float]]]


class Chain(Generic[S]):
    """All states reached from ``start`` by ``moves``, which yields next states and their rates per second."""

    def __init__(self, start: Iterable[S], moves: Moves[S]) -> None:
        self.states: list[S] = list(start)
        self.number = {state: i for i, state in enumerate(self.states)}
        rows, columns, rates = [], [], []
        for source, state in enumerate(self.states):  # grows while we walk
            for target_state, rate in moves(state):
                if target_state not in self.number:
                    self.number[target_state] = len(self.states)
                    self.states.append(target_state)
                rows.extend([self.number[target_state], source])
                columns.extend([source, source])
                rates.extend([rate, -rate])
        size = len(self.states)
        # columns are sources: the law p, a column, obeys dp/dt = generator @ p
        self.generator = sparse.csr_matrix((rates, (rows, columns)), shape=(size, size))

    def stationary(self) -> Floats:
        """The long-run law."""
        system = self.generator.tolil()
        system[0] = np.ones(len(self.states))
        right = np.zeros(len(self.states))
        right[0] = 1.0
        return np.asarray(spsolve(system.tocsc(), right))

    def expect(self, law: Floats, value: Callable[[S], float]) -> float:
        """Mean of ``value`` over ``law`` (a probability vector, or time spent in each state)."""
        return float(law @ np.array([value(state) for state in self.states]))

    def after(self, law: Floats, seconds: float) -> tuple[Floats, Floats]:
        """Law after ``seconds``, and the expected seconds spent in each state until then."""
        pace = float(-self.generator.diagonal().min()) or 1.0
        pieces = max(1, round(pace * seconds / 100))
        span = seconds / pieces
        terms = int(pace * span + 10 * (pace * span) ** 0.5 + 30)  # the rest is below 1e-18
        chances = poisson.pmf(np.arange(terms), pace * span)
        later = poisson.sf(np.arange(terms), pace * span) / pace
        spent = np.zeros_like(law)
        for _ in range(pieces):
            term, end = law, np.zeros_like(law)
            for chance, rest in zip(chances, later, strict=True):
                end += chance * term
                spent += rest * term
                term = term + self.generator @ term / pace
            law = end
        return law, spent
