"""The points of a sweep as numbers: values, influences and factors, ready for fitting and averaging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.draws.streams import BLOCK_OF
from ccsim.errors import CcsimError
from ccsim.experiments.answering.scope import ALL, Scope, scope_of
from ccsim.experiments.comparing.comparison import blocks_of
from ccsim.experiments.comparing.estimates import Place, samples
from ccsim.experiments.planning.designs import Point
from ccsim.metrics.estimators import student_t
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping.store import Store

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Played:
    """One measure, of the whole center or of one queue, at points that all have the same replications.

    ``values``: (points,); ``influence``: (points, blocks) how far each replication (or block) pulls each;
    ``left_out``: (points, blocks) the values without one of them. ``goal`` is a point of any case, last.
    """

    case: str
    measure: str
    points: tuple[Point, ...]
    values: Float64
    influence: Float64
    left_out: Float64
    scope: Scope = ALL

    def half_width(self, weights: Float64, confidence: float) -> float:
        """Half of the interval of a weighted sum of the values; nan with one replication."""
        return half_width(weights @ self.influence, confidence)


def half_width(influence: Float64, confidence: float) -> float:
    """Half of the interval of what (blocks,) influences belong to; nan with fewer than two."""
    n = len(influence)
    if n < 2:
        return float("nan")
    error = float(np.sqrt((influence**2).sum() / (n * (n - 1))))
    return float(student_t(confidence, n - 1)) * error


def played(
    store: Store,
    measure: str,
    case: str | None = None,
    also: Sequence[Place] = (),
    *,
    queue: str | None = None,
) -> Played:
    """The points of a case (default: the first) that are there, and then the points ``also``.

    A point with less than half of the replications of others is left out: all would be cut to its few.
    Raises CcsimError for a case, a measure or a queue that is not there.
    """
    wanted = case_of(store, case)
    if measure not in store.plan.measure:
        hint = did_you_mean(measure, store.plan.measure) or "; there is: " + ", ".join(store.plan.measure)
        raise CcsimError(f"the experiment did not measure {measure!r}{hint}")
    scope = scope_of(store, [measure], queue)
    rows = (
        row
        for row in scope.rows(store.rows(failed=False))
        if row.case == wanted or (row.case, row.point) in also
    )
    found = samples(rows, [measure])
    most = max((len(sample.replications) for sample in found.values()), default=0)
    places = [place for place in found if place[0] == wanted and 2 * len(found[place].replications) >= most]
    gone = [place for place in also if place not in found]
    if not places or gone:
        raise CcsimError("there is no finished cell of " + (store_name(gone[0]) if gone else wanted))
    places += also
    if not all(found[place].entries for place in places):
        raise CcsimError(f"nothing was measured{scope.said(measure)}")
    common = reduce(np.intersect1d, [found[place].replications for place in places])
    block = BLOCK_OF[store.plan.luck]
    if len(common) < block:
        raise CcsimError("no replication is there of every point; go on with ccsim resume")
    cut = [found[place].only(found[place].entries, common) for place in places]
    n, d = (np.array([getattr(sample, part)[0] for sample in cut]) for part in ("n", "d"))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = n.sum(axis=1) / d.sum(axis=1)
    influence = np.array([blocks_of(sample.influence(), block)[0] for sample in cut])
    points = tuple(store.point(*place) for place in places)
    return Played(wanted, measure, points, values, influence, _left_out(n, d, block), scope)


def _left_out(n: Float64, d: Float64, block: int) -> Float64:
    """(points, blocks) the ratio without the block."""
    less_n, less_d = (part.sum(axis=1, keepdims=True) - blocks_of(part, block) * block for part in (n, d))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(less_n / less_d, dtype=np.float64)


def jackknife(function: Callable[[Float64], Float64], found: Played) -> Float64:
    """Standard errors of ``function`` of the values, each replication (or block) left out once."""
    count = found.left_out.shape[1]
    if count < 2:
        return np.full(len(function(found.values)), np.nan)
    without = np.array([function(found.left_out[:, column]) for column in range(count)])
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(spread * (count - 1) / count), dtype=np.float64)


def case_of(store: Store, case: str | None) -> str:
    """The case, by default the first; raises CcsimError for one that is not there."""
    cases = list(store.plan.cases)
    if case is None:
        return cases[0]
    if case not in cases:
        hint = did_you_mean(case, cases) or "; there is: " + ", ".join(cases)
        raise CcsimError(f"no case '{case}'{hint}")
    return case


def store_name(place: Place) -> str:
    """``case:point``."""
    return f"{place[0]}:{place[1]}"


def varying(points: Sequence[Point]) -> list[str]:
    """The addresses that vary, in order of appearance."""
    return list(dict.fromkeys(name for point in points for name in point.varied))


def values_at(names: PlaceNames, points: Sequence[Point], address: str) -> list[Any]:
    """What an address reads at each point."""
    return [names.value(address, point) for point in points]
