"""What cannot be had better for nothing: Pareto fronts and dominated cases.

A case is *dominated* when another is at least as good in every objective and better in one. The front is what
is not dominated: cost against service level, say. Values are estimates, so a case may look dominated by luck.
It is *surely* dominated when the other is better in one objective beyond doubt: by the paired differences
with shared luck, all pairs and objectives judged together by Holm's method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.answering.scope import ALL, Scope
from ccsim.experiments.comparing.comparison import Measured, blocks_of, differences
from ccsim.experiments.comparing.estimates import Place, Sample, samples
from ccsim.experiments.comparing.multiple import holm, two_sided
from ccsim.experiments.comparing.saying import better_of, spoken
from ccsim.experiments.comparing.selection import entry_of_whole
from ccsim.experiments.keeping.rows import CellRow

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]
Better = Literal["higher", "lower"]


def efficient(values: Float64, higher: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(cases,) what no other dominates. ``values``: (cases, objectives); ``higher``: which are better high.

    Cases that are equal in everything are all efficient; one with nan is not.
    """
    gains = np.where(higher, values, -values)
    found: npt.NDArray[np.bool_] = np.asarray(~np.isnan(gains).any(axis=1))
    for row in np.flatnonzero(found):
        no_worse = (gains >= gains[row]).all(axis=1)
        found[row] = not (no_worse & (gains > gains[row]).any(axis=1)).any()
    return found


def pareto(
    rows: Iterable[CellRow],
    objectives: Mapping[str, Better | None] | Iterable[str],
    *,
    confidence: float = 0.95,
    block: int = 1,
) -> pd.DataFrame:
    """Every case and point with its objectives (of the whole center), and who dominates it.

    ``objectives``: metrics, or metrics with ``higher`` or ``lower`` (needed where a metric does not say which
    is better). Columns: case, point, the objectives, efficient, dominated_by (``case:point`` of the one that
    is on the front itself, or leads by most objectives, empty for none), surely. Sorted as the rows came.

    Raises CcsimError for an objective that was not measured or without a better end.
    """
    import pandas as pd

    names, higher = _read(objectives)
    found = samples(rows, names)
    if not found:
        raise CcsimError("there is no finished cell")
    places = list(found)
    measured = [_whole(sample, names, block) for sample in found.values()]
    values = np.array([one.values for one in measured])
    on_front = efficient(values, higher)
    by, surely = _dominated(places, found, names, higher, on_front, confidence, block)
    table = pd.DataFrame({"case": [case for case, _ in places], "point": [point for _, point in places]})
    for column, name in enumerate(names):
        table[name] = values[:, column]
    table["efficient"] = on_front
    table["dominated_by"], table["surely"] = by, surely
    return table


def front_sentence(table: pd.DataFrame, objectives: Iterable[str], scope: Scope = ALL) -> str:
    """One sentence: how many are on the front and how many are surely off it."""
    named = " and ".join(spoken(name) + scope.said(name) for name in objectives)
    on, off = int(table["efficient"].sum()), int(table["surely"].sum())
    head = f"{on} of {len(table)} are on the front of {named}; "
    if not off:
        return f"{head}no other is dominated beyond doubt."
    others = "1 other is" if off == 1 else f"{off} others are"
    why = "another is as good in everything and better in something"
    return f"{head}{others} dominated beyond doubt: {why}."


def _read(
    objectives: Mapping[str, Better | None] | Iterable[str],
) -> tuple[list[str], npt.NDArray[np.bool_]]:
    wanted = dict(objectives) if isinstance(objectives, Mapping) else dict.fromkeys(objectives)
    if not wanted:
        raise CcsimError("name at least one objective, e.g. ['cost', 'service_level']")
    ends = {name: end or better_of(name) for name, end in wanted.items()}
    for name, end in ends.items():
        if end not in ("higher", "lower"):
            raise CcsimError(f"say whether {name} is better higher or lower: {{{name!r}: 'lower'}}")
    return list(wanted), np.array([end == "higher" for end in ends.values()])


def _whole(sample: Sample, names: list[str], block: int) -> Measured:
    """The whole center's objectives."""
    cut = sample.only([entry_of_whole(sample.entries, name) for name in names], sample.replications)
    return Measured(cut.entries, cut.values(), blocks_of(cut.influence(), block))


def _dominated(
    places: list[Place],
    found: Mapping[Place, Sample],
    names: list[str],
    higher: npt.NDArray[np.bool_],
    on_front: npt.NDArray[np.bool_],
    confidence: float,
    block: int,
) -> tuple[list[str], list[bool]]:
    """For each place, who dominates it and whether beyond doubt."""
    count, sign = len(places), np.where(higher, 1.0, -1.0)
    lead = np.full((count, count, len(names)), np.nan)  # of the first over the second
    p = np.full((count, count, len(names)), np.nan)
    for i in range(count):
        for j in range(i):
            common = np.intersect1d(found[places[i]].replications, found[places[j]].replications)
            one, other = (
                _whole(sample.only(sample.entries, common), names, block)
                for sample in (found[places[i]], found[places[j]])
            )
            gap, error, _ = differences(other, one)
            lead[i, j], lead[j, i] = sign * gap, -sign * gap
            if one.influence.shape[1] > 1:
                p[i, j] = two_sided(gap, error, one.influence.shape[1] - 1)
    adjusted = holm(p.ravel()).reshape(p.shape)
    adjusted = np.where(np.isnan(adjusted), adjusted.transpose(1, 0, 2), adjusted)
    doubtless = adjusted < 1 - confidence
    by, surely = [], []
    for j in range(count):
        better, worse = doubtless[:, j] & (lead[:, j] > 0), doubtless[:, j] & (lead[:, j] < 0)
        certain = better.any(axis=1) & ~worse.any(axis=1) & (lead[:, j] >= 0).all(axis=1)
        plain = (lead[:, j] >= 0).all(axis=1) & (lead[:, j] > 0).any(axis=1)
        candidates = np.flatnonzero(certain) if certain.any() else np.flatnonzero(plain)
        surely.append(bool(certain.any()))
        if len(candidates):
            merit = better[candidates].sum(axis=1) + len(names) * on_front[candidates]
            best = candidates[np.argmax(merit)]
            by.append(f"{places[best][0]}:{places[best][1]}")
        else:
            by.append("")
    return by, surely
