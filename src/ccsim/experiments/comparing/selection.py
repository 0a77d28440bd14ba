"""The best of several cases, with a stated probability: the fully sequential procedure of Kim and Nelson.

S.-H. Kim and B. L. Nelson (2001), *A fully sequential procedure for indifference-zone selection in
simulation*, ACM TOMACS 11(3), procedure KN with c = 1. Every case is played ``first`` times; from the spread
of the paired differences follows how far a case may fall behind another before it is given up. After each
further replication the losers leave; who is left over is the best. With probability ``confidence`` it is the
best, or at most ``within`` worse than the best: a difference that does not matter.

The cases share their luck: the procedure allows it (its error is split over the pairs) and gains by it,
because paired differences vary less and losers leave sooner. Observations are taken as normal, which holds
well for whole runs. For a ratio the mean is that of the sums, and the spread that of the influences
(:mod:`ccsim.experiments.comparing.estimates`) of the first replications. Where the luck of replications comes
in blocks (:mod:`ccsim.draws.streams`), an observation is the sum of a block.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.estimates import Entry, Place, Sample, samples
from ccsim.experiments.comparing.saying import better_of, change_text, spoken, value_text
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.planning.criteria import read_amount
from ccsim.units import did_you_mean

Float64 = npt.NDArray[np.float64]
MOST_NAMED = 6
FEWEST_BLOCKS = 5  # of replications that depend on each other, before a case may be given up
FIRST = 20  # fewer make the procedure slow, as it must then allow for a spread that is badly known


@dataclass(frozen=True, slots=True)
class Race:
    """How far a race is after ``rounds`` replications.

    ``alive``: (cases,) who may still be the best; ``left_at``: (cases,) the replication after which each was
    given up, 0 for who was not; ``best``: the winner, -1 while more replications are needed; ``means``:
    (cases,) at the time of leaving, or now.
    """

    alive: npt.NDArray[np.bool_]
    left_at: npt.NDArray[np.int64]
    best: int
    rounds: int
    means: Float64


def race(
    n: Float64,
    d: Float64,
    *,
    confidence: float,
    within: float,
    first: int = FIRST,
    higher: bool = True,
) -> Race:
    """Run the procedure over what there is.

    ``n``, ``d``: (cases, replications) numerators and denominators (1 for a mean), nan where a replication
    has not been played; ``within``: differences up to this do not matter, above 0.
    """
    count, length = n.shape
    sign = 1.0 if higher else -1.0
    alive = np.ones(count, dtype=bool)
    left_at = np.zeros(count, dtype=np.int64)
    means = np.full(count, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        running = np.cumsum(n, axis=1) / np.cumsum(d, axis=1)
    if count == 1:
        return Race(alive, left_at, 0, length, running[:, -1] if length else means)
    if length < first or np.isnan(running[:, first - 1]).any():
        return Race(alive, left_at, -1, length, running[:, -1] if length else means)
    spread = _spread_of_differences(n[:, :first], d[:, :first])
    eta = ((2 * (1 - confidence) / (count - 1)) ** (-2 / (first - 1)) - 1) / 2
    budget = 2 * eta * (first - 1) * spread / within**2  # replications after which a pair is decided
    rounds = first
    for r in range(first, length + 1):
        now = sign * running[:, r - 1]
        if np.isnan(now[alive]).any():
            break  # some case in the race has not been played so often
        rounds = r
        slack = np.maximum(within / (2 * r) * (budget - r), 0.0)
        behind = (now[:, None] < now[None, :] - slack) & alive[:, None] & alive[None, :]
        out = behind.any(axis=1)
        means = np.where(alive, running[:, r - 1], means)
        left_at[out] = r
        alive &= ~out
        if alive.sum() == 1 or (budget[np.ix_(alive, alive)] < r).all():
            best = int(np.flatnonzero(alive)[np.argmax(now[alive])])
            return Race(alive, left_at, best, r, means)
    return Race(alive, left_at, -1, rounds, means)


def _spread_of_differences(n: Float64, d: Float64) -> Float64:
    """(cases, cases) variance of the paired differences of the influences."""
    mean_d = d.mean(axis=1, keepdims=True)
    z = (n - n.mean(axis=1, keepdims=True) / mean_d * d) / mean_d
    covariance = np.cov(z)
    own = np.diag(covariance)
    found: Float64 = np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0.0)
    np.fill_diagonal(found, 0.0)
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """What a selection found. ``best`` is None while it cannot be told; ``left_at`` counts replications."""

    metric: str
    cases: tuple[str, ...]
    best: str | None
    remaining: tuple[str, ...]
    left_at: dict[str, int]
    values: dict[str, float]
    replications: int
    confidence: float
    within: float
    played: int  # cells in all
    saved: float  # share of the cells that all would have taken if losers had been played on

    def __str__(self) -> str:
        """A sentence or two."""
        name, zone = spoken(self.metric), change_text(self.metric, self.within)
        if self.best is None:
            return (
                f"After {self.replications} replications {len(self.remaining)} of {len(self.cases)} cases "
                f"may still have the best {name}: {_few(self.remaining)}. To tell them apart by "
                f"{zone} takes more replications."
            )
        lines = [
            f"{self.best} has the best {name} ({value_text(self.metric, self.values[self.best])}): with "
            f"probability {self.confidence:.0%} no other is more than {zone} better."
        ]
        for at in sorted(set(self.left_at.values())):
            gone = [case for case, left in self.left_at.items() if left == at]
            lines.append(f"Ruled out after {at} replications: {_few(gone)}.")
        return " ".join(lines)


def _few(names: Sequence[str]) -> str:
    """The first of the names, and how many more; names of points have commas in them."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    between = "; " if any("," in name for name in names) else ", "
    return between.join(names[:MOST_NAMED]) + more


class Selection:
    """Tells, from the rows so far, which cases need more replications to find the best one.

    Like :class:`ccsim.experiments.playing.precision.Stopping`: ``needs`` is asked after each round.
    """

    def __init__(
        self,
        metric: str,
        within: float,
        *,
        places: Sequence[Place],
        confidence: float = 0.95,
        first: int = FIRST,
        batch: int = 10,
        at_most: int = 1000,
        higher: bool | None = None,
        names: Callable[[str, int], str] | None = None,
        block: int = 1,
    ) -> None:
        """``within``: in the unit of the metric. ``higher``: is more better? Default: as the metric says.
        ``names``: what a case and point are called (default: the case, or ``case:point``).
        ``block``: replications that depend on each other; ``first``, ``batch`` and ``at_most`` are rounded to
        whole blocks, of which ``first`` has at least five.

        Raises CcsimError where the numbers cannot be used or the metric does not say which end is better.
        """
        self.metric, self.within, self.confidence = metric, within, confidence
        self.block = block
        fewest = 2 if block == 1 else FEWEST_BLOCKS
        self.first, self.batch = max(fewest, math.ceil(first / block)), math.ceil(batch / block)
        self.at_most = at_most // block  # these three count blocks
        self.higher = _direction(metric, higher)
        self.places = tuple(places)
        _check(within, confidence, len(self.places))
        self.names = names or self._plain_name
        self._rows: dict[tuple[Place, int], CellRow] = {}

    def needs(self, rows: Iterable[CellRow] = ()) -> dict[Place, int]:
        """Take ``rows``; how many replications in all each case still in the race shall have."""
        for row in rows:
            self._rows[(row.case, row.point), row.replication] = row
        if not self._rows:
            return dict.fromkeys(self.places, min(self.first, self.at_most) * self.block)
        found = self._race()
        if found.best >= 0 or found.rounds + len(self._failed()) >= self.at_most:
            return {}
        # a block with a replication that failed is left out for every case, and another takes its place
        more = (self.first if found.rounds < self.first else found.rounds + self.batch) + len(self._failed())
        alive = [place for place, here in zip(self.places, found.alive, strict=True) if here]
        return dict.fromkeys(alive, min(more, self.at_most) * self.block)

    def choice(self) -> Choice:
        """What can be said now."""
        return _choice(self, self._race(), self._rows)

    def _plain_name(self, case: str, point: int) -> str:
        alone = sum(name == case for name, _ in self.places) == 1
        return case if alone else f"{case}:{point}"

    def _failed(self) -> list[int]:
        """Blocks in which a replication of some case failed."""
        return sorted({row.replication // self.block for row in self._rows.values() if not row.done})

    def _race(self) -> Race:
        found = samples(self._rows.values(), [self.metric])
        n, d = (_summed(part, self.block) for part in _whole_center(found, self.places, self.metric))
        failed = [r for r in self._failed() if r < n.shape[1]]
        n, d = np.delete(n, failed, axis=1), np.delete(d, failed, axis=1)
        return race(
            n[:, : self.at_most],
            d[:, : self.at_most],
            confidence=self.confidence,
            within=self.within,
            first=self.first,
            higher=self.higher,
        )


def best_of(
    rows: Iterable[CellRow],
    metric: str,
    within: float,
    *,
    confidence: float = 0.95,
    first: int = FIRST,
    higher: bool | None = None,
    names: Callable[[str, int], str] | None = None,
    block: int = 1,
) -> Choice:
    """The best case (or point) as far as stored rows can tell; see :class:`Selection`."""
    kept = list(rows)
    places = list(dict.fromkeys((row.case, row.point) for row in kept))
    selection = Selection(
        metric,
        within,
        places=places,
        confidence=confidence,
        first=first,
        at_most=max((row.replication + 1 for row in kept), default=0),
        higher=higher,
        names=names,
        block=block,
    )
    selection.needs(kept)
    return selection.choice()


def read_within(metric: str, within: float | str) -> float:
    """``"1%"``, ``"5s"`` or a number in the unit of the metric; raises CcsimError."""
    if not isinstance(within, str):
        return float(within)
    try:
        return read_amount(metric, within)
    except ValueError as problem:
        raise CcsimError(f"within: {problem}") from None


def entry_of_whole(entries: Sequence[Entry], metric: str) -> Entry:
    """The entry of the whole center; raises CcsimError where the metric was not measured."""
    for entry in entries:
        if entry[1] == metric and all(key == "all" for key in entry[0]):
            return entry
    known = list(dict.fromkeys(name for _, name in entries))
    hint = did_you_mean(metric, known) or "; there is: " + ", ".join(known)
    raise CcsimError(f"{metric} was not measured{hint}")


def _whole_center(
    found: dict[Place, Sample], places: Sequence[Place], metric: str
) -> tuple[Float64, Float64]:
    """(cases, replications) numerators and denominators, nan where a replication is not there."""
    length = max((int(sample.replications[-1]) + 1 for sample in found.values()), default=0)
    n, d = (np.full((len(places), length), np.nan) for _ in range(2))
    for row, place in enumerate(places):
        sample = found.get(place)
        if sample is None:
            continue
        at = sample.entries.index(entry_of_whole(sample.entries, metric))
        n[row, sample.replications], d[row, sample.replications] = sample.n[at], sample.d[at]
    return n, d


def _summed(parts: Float64, block: int) -> Float64:
    """(cases, replications) -> (cases, blocks): sums of whole blocks; nan where one was not played."""
    whole = parts.shape[1] // block
    found: Float64 = parts[:, : whole * block].reshape(len(parts), whole, block).sum(axis=2)
    return found


def _direction(metric: str, higher: bool | None) -> bool:
    if higher is not None:
        return higher
    better = better_of(metric)
    if better is None:
        raise CcsimError(
            f"whether more or less {spoken(metric)} is better is for you to say: higher=True or False"
        )
    return better == "higher"


def _check(within: float, confidence: float, count: int) -> None:
    if not (within > 0 and math.isfinite(within)):
        raise CcsimError(f"the difference that does not matter must be above 0, not {within}")
    if not 0.5 < confidence < 1:
        raise CcsimError(f"a confidence is between 50% and 100%, not {confidence:.0%}")
    if count < 1:
        raise CcsimError("there is no case to choose from")


def _choice(asked: Selection, found: Race, rows: Mapping[tuple[Place, int], CellRow]) -> Choice:
    longest = max((replication + 1 for _, replication in rows), default=0)
    names = [asked.names(case, point) for case, point in asked.places]
    return Choice(
        asked.metric,
        tuple(names),
        names[found.best] if found.best >= 0 else None,
        tuple(name for name, here in zip(names, found.alive, strict=True) if here),
        {name: int(at) * asked.block for name, at in zip(names, found.left_at, strict=True) if at},
        {name: float(mean) for name, mean in zip(names, found.means, strict=True)},
        found.rounds * asked.block,
        asked.confidence,
        asked.within,
        len(rows),
        1 - len(rows) / (longest * len(names)) if longest else 0.0,
    )
