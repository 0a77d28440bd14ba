"""Contacts on their way: how many by interval and queue, and how hard their issues are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BINS = 40  # of complexity
RANKS = (np.arange(BINS) + 0.5) / BINS  # the middle of each bin, 0 the easiest


@dataclass(slots=True)
class Stream:
    """Expected contacts.

    ``counts``: (intervals, queues). ``mass``: (queues, BINS) the same by complexity. ``factor`` and
    ``extra``: (queues,) sums over contacts of the factor on their talk and of the seconds added to it.
    """

    counts: Floats
    mass: Floats
    factor: Floats
    extra: Floats

    @staticmethod
    def none(intervals: int, queues: int) -> Stream:
        """No contacts yet."""
        return Stream(
            np.zeros((intervals, queues)), np.zeros((queues, BINS)), np.zeros(queues), np.zeros(queues)
        )

    @property
    def total(self) -> float:
        return float(self.counts.sum())

    def add(
        self, queue: int, counts: Floats, spread: Floats, factor: float = 1.0, extra: float = 0.0
    ) -> None:
        """More contacts of a queue: (intervals,) counts whose complexity is spread like (BINS,)."""
        amount, weight = float(counts.sum()), float(spread.sum())
        if amount <= 0 or weight <= 0:
            return
        self.counts[:, queue] += counts
        self.mass[queue] += amount * spread / weight
        self.factor[queue] += amount * factor
        self.extra[queue] += amount * extra

    def spread(self, queue: int) -> Floats:
        """(BINS,) shares of the queue's contacts by complexity."""
        total = float(self.mass[queue].sum())
        return self.mass[queue] / total if total > 0 else np.full(BINS, 1 / BINS)

    def mean_factor(self, queue: int) -> float:
        total = float(self.mass[queue].sum())
        return float(self.factor[queue]) / total if total > 0 else 1.0

    def mean_extra(self, queue: int) -> float:
        total = float(self.mass[queue].sum())
        return float(self.extra[queue]) / total if total > 0 else 0.0
