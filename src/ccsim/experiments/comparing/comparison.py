"""Paired differences of metrics between cases that share their luck, from Runs or from stored rows.

Replication r of a ratio R = sum(N) / sum(D) has the influence z_r = (N_r - R D_r) / mean(D) (the delta
method, as in :mod:`ccsim.metrics.estimators`). The variance of a difference of two ratios from the same
replications is sum((z_r - z'_r)^2) / (n (n - 1)); with independent luck it would be the sum of the two
variances. Counts have D = 1; a quantile has the spread of the replications' own quantiles.

Replications that come in blocks (antithetic pairs, quasi-Monte Carlo points: :mod:`ccsim.draws.streams`) are
not independent of each other, but blocks are: the influences of a block are averaged first, and n counts
blocks (Law, *Simulation Modeling and Analysis*, section 11.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.estimates import Entry, Place, Sample, samples
from ccsim.experiments.comparing.multiple import (
    Multiple,
    bonferroni_t,
    holm,
    pooled_error,
    require_multiple,
    tukey_p,
    tukey_t,
    two_sided,
)
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.playing.measuring import WHOLE
from ccsim.metrics import find
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.result import Run

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of one case and how far each replication (or block of them) pulls each.

    ``entries``: (entries,) by-values and metric; ``values``: (entries,); ``influence``: (entries, blocks).
    """

    entries: tuple[Entry, ...]
    values: Float64
    influence: Float64

    def rows(self, entries: Sequence[Entry]) -> Measured:
        """Cut to these entries, in this order."""
        place = {entry: row for row, entry in enumerate(self.entries)}
        rows = [place[entry] for entry in entries]
        return Measured(tuple(entries), self.values[rows], self.influence[rows])


def blocks_of(influence: Float64, block: int) -> Float64:
    """(entries, replications) -> (entries, blocks): means of whole blocks; a rest is left out."""
    whole = influence.shape[1] // block
    if block == 1:
        return influence
    found: Float64 = influence[:, : whole * block].reshape(len(influence), whole, block).mean(axis=2)
    return found


def differences(base: Measured, other: Measured) -> tuple[Float64, Float64, Float64]:
    """(difference, standard error, variance_saved) an entry; the two have the same entries and blocks.

    ``variance_saved``: by how much the variance would be larger with independent luck; nan where nothing
    varies. With fewer than two blocks the last two are nan.
    """
    n = base.influence.shape[1]
    gap = other.values - base.values
    if n < 2:
        unknown = np.full(len(gap), np.nan)
        return gap, unknown, unknown
    paired = ((other.influence - base.influence) ** 2).sum(axis=1) / (n * (n - 1))
    apart = ((other.influence**2).sum(axis=1) + (base.influence**2).sum(axis=1)) / (n * (n - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        saved = np.where(paired > 0, apart / paired, np.nan)
    return gap, np.sqrt(paired), saved


def paired_differences(
    base: Run,
    others: Mapping[str, Run],
    names: Sequence[str] | str,
    by: Sequence[str] | str | None,
    confidence: float,
    options: Mapping[str, Any],
    *,
    block: int = 1,
    multiple: Multiple | None = None,
    base_name: str = "base",
) -> pd.DataFrame:
    """One row a case, cell and metric; see :meth:`ccsim.experiments.Study.compare`."""
    keys = [by] if isinstance(by, str) else list(by or ())
    n = min(run.replications for run in (base, *others.values()))
    measured = {
        case: _of_run(_first(run, n), names, keys, options, block)
        for case, run in {base_name: base, **others}.items()
    }
    pairs = _pairs(list(measured), base_name, multiple)
    pooled = _pooled(list(measured.values())) if multiple == "tukey" else None
    made = [((c,), (b,), measured[c], measured[b]) for b, c in pairs]
    table = _table(made, ["case"], keys, pooled)
    shown = ["to"] if multiple == "tukey" else []
    return _judged(table, confidence, multiple, len(measured), shown).drop(columns="replications")


def compare_rows(
    rows: Iterable[CellRow],
    to: str | None = None,
    metrics: Sequence[str] | None = None,
    by: Sequence[str] = (),
    *,
    confidence: float = 0.95,
    multiple: Multiple | None = None,
    block: int = 1,
) -> pd.DataFrame:
    """Paired differences from stored rows: one row a case, point, cell and metric.

    ``to``: a case, with which every other is compared point by point (default: the first), or ``case:point``,
    with which everything else is compared; where there is one case alone, its point 0. ``by``: the keys that
    the rows were measured by. Only replications that both sides have count. Columns: case, point, the
    by-keys, metric, base, value, difference, low, high, variance_saved, replications; with ``multiple`` also
    to, p_value and different.

    Raises CcsimError for a case or point that is not there.
    """
    require_multiple(multiple)
    found = samples(rows, metrics)
    if not found:
        raise CcsimError("there is no finished cell to compare")
    pairs = _pairs_of_places(list(found), to, multiple)
    everywhere = _common(found.values()) if multiple == "tukey" else None
    made: list[tuple[Place, Place, Measured, Measured]] = []
    seen: dict[Place, Measured] = {}
    for base, other in pairs:
        # sides may have different replications, as precision asks for; Tukey's blocks are complete
        both = _common([found[base], found[other]]) if everywhere is None else everywhere
        if len(both) < block:
            continue
        theirs, mine = (_of_sample(found[place], both, block) for place in (base, other))
        seen |= {base: theirs, other: mine}
        made.append((other, base, mine, theirs))
    pooled = _pooled(list(seen.values())) if multiple == "tukey" and seen else None
    table = _table(made, ["case", "point"], list(by), pooled)
    return _judged(table, confidence, multiple, len(seen), ["to"] if multiple else [])


def only_whole(rows: Iterable[CellRow], *, cells: bool = False) -> Iterator[CellRow]:
    """Rows with the values of the whole center alone, or of the ``cells`` of the by-keys alone."""
    for row in rows:
        kept = tuple(value for value in row.values if all(key == WHOLE for key in value.by) != cells)
        yield replace(row, values=kept)


def base_place(places: Sequence[Place], to: str | None) -> tuple[str, int | None]:
    """The case, and the point if one is meant, that ``to`` names among the places; raises CcsimError."""
    cases = list(dict.fromkeys(case for case, _ in places))
    if to is None:
        return cases[0], (None if len(cases) > 1 else places[0][1])
    if to in cases:
        return to, (None if len(cases) > 1 else places[0][1])
    case, colon, number = to.rpartition(":")
    if colon and case in cases and number.isdigit():
        if (case, int(number)) not in places:
            raise CcsimError(f"case {case} has no point {number}")
        return case, int(number)
    hint = did_you_mean(to, cases) or "; there is: " + ", ".join(cases)
    raise CcsimError(f"no case '{to}'{hint}")


def _pairs(cases: Sequence[str], base: str, multiple: Multiple | None) -> list[tuple[str, str]]:
    if multiple == "tukey":
        return list(combinations(cases, 2))
    return [(base, case) for case in cases if case != base]


def _pairs_of_places(
    places: Sequence[Place], to: str | None, multiple: Multiple | None
) -> list[tuple[Place, Place]]:
    base, point = base_place(places, to)
    if multiple == "tukey":
        return list(combinations(places, 2))
    if point is not None:
        return [((base, point), place) for place in places if place != (base, point)]
    return [((base, place[1]), place) for place in places if place[0] != base and (base, place[1]) in places]


def _table(
    made: Sequence[tuple[tuple[Any, ...], tuple[Any, ...], Measured, Measured]],
    names: Sequence[str],
    keys: Sequence[str],
    pooled: Mapping[Entry, float] | None,
) -> pd.DataFrame:
    """Differences of all pairs, with the standard error (``pooled``, if given) for :func:`_judged`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for other, base, mine, theirs in made:
        have = set(theirs.entries)
        both = [entry for entry in mine.entries if entry in (have if pooled is None else pooled)]
        mine, theirs = mine.rows(both), theirs.rows(both)
        gap, error, saved = differences(theirs, mine)
        if pooled is not None:
            error = np.array([pooled[entry] for entry in both])
        for i, (cell, metric) in enumerate(both):
            rows.append(
                dict(zip(names, other, strict=True))
                | {"to": ":".join(str(part) for part in base)}
                | dict(zip(keys, cell, strict=True))
                | {"metric": metric, "base": theirs.values[i], "value": mine.values[i], "difference": gap[i],
                   "error": error[i], "variance_saved": saved[i], "replications": mine.influence.shape[1]}
            )  # fmt: skip
    columns = [*names, "to", *keys, "metric", "base", "value", "difference", "error", "variance_saved"]
    return pd.DataFrame(rows, columns=[*columns, "replications"])


def _judged(
    table: pd.DataFrame, confidence: float, multiple: Multiple | None, cases: int, shown: Sequence[str]
) -> pd.DataFrame:
    """With intervals, and p-values for many."""
    gap, error = (table[name].to_numpy(dtype=np.float64) for name in ("difference", "error"))
    counts = table["replications"].to_numpy()
    t, p = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for n in np.unique(counts[counts > 1]):
        mine, freedom = counts == n, int(n) - 1
        if multiple == "tukey":
            freedom *= cases - 1
            t[mine] = tukey_t(confidence, cases, freedom)
            p[mine] = tukey_p(gap[mine], error[mine], cases, freedom)
        else:
            t[mine] = bonferroni_t(confidence, freedom, len(table) if multiple == "holm" else 1)
            p[mine] = two_sided(gap[mine], error[mine], freedom)
    half = t * error
    table = table.assign(low=gap - half, high=gap + half)
    last = ["difference", "low", "high", "variance_saved", "replications"]
    if multiple:
        table["p_value"] = holm(p) if multiple == "holm" else p
        table["different"] = table["p_value"] < 1 - confidence
        last += ["p_value", "different"]
    first = list(table.columns[: table.columns.get_loc("difference")])
    return table[[name for name in first if name != "to" or "to" in shown] + last]


def _common(found: Iterable[Sample]) -> npt.NDArray[np.int64]:
    """The replications that all have."""
    return reduce(np.intersect1d, [sample.replications for sample in found])


def _pooled(measured: Sequence[Measured]) -> dict[Entry, float]:
    """Of each entry that all have, the standard error of any difference."""
    have = set[Entry].intersection(*(set(one.entries) for one in measured))
    entries = [entry for entry in measured[0].entries if entry in have]
    influences = [one.rows(entries).influence for one in measured]
    if len(measured) < 2 or influences[0].shape[1] < 2:
        return dict.fromkeys(entries, float("nan"))
    return dict(zip(entries, pooled_error(influences).tolist(), strict=True))


def _of_sample(sample: Sample, replications: npt.NDArray[np.int64], block: int) -> Measured:
    cut = sample.only(sample.entries, replications)
    return Measured(cut.entries, cut.values(), blocks_of(cut.influence(), block))


def _first(run: Run, n: int) -> Run:
    """The run's first ``n`` replications."""
    from ccsim.result import Run

    if run.replications == n:
        return run
    return Run(run.scenario, run.seed, run.engine, run.logs[:n], run.warnings, run.seconds)


def _of_run(
    run: Run, names: Sequence[str] | str | None, keys: list[str], options: Mapping[str, Any], block: int
) -> Measured:
    """Values by cell and metric (a quantile's: that of all waits) and every replication's influence."""
    cell = [*keys, "metric"]
    pooled = run.metrics(names, keys, **options).set_index(cell)["value"]
    table = run.metrics(names, [*keys, "replication"], **options)
    kinds = {name: find(name).kind for name in table["metric"].unique()}
    kind = table["metric"].map(kinds)
    # a ratio's numerator is its value times its weight; where the weight is 0 there is nothing to count
    table["n"] = np.where(kind == "ratio", table["value"] * table["weight"], table["value"])
    # a replication without any wait has no quantile: it does not count as one of 0 seconds
    has_value = np.where(kind == "count", 1.0, table["value"].notna())
    table["d"] = np.where(kind == "ratio", table["weight"], has_value)
    wide = table.pivot_table(index=cell, columns="replication", values=["n", "d"], dropna=False, sort=False)
    n, d = (wide[[part]].reindex(pooled.index).to_numpy() for part in ("n", "d"))
    # a cell that a replication does not have counted nothing there
    counts = np.array([kinds[name] == "count" for name in pooled.index.get_level_values("metric")])
    n, d = np.nan_to_num(n), np.where(np.isnan(d), counts[:, None], d)
    mean_d = d.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = n.mean(axis=1, keepdims=True) / mean_d
        influence = (n - ratio * d) / mean_d
    entries = tuple(
        (tuple(place[:-1]), place[-1]) if isinstance(place, tuple) else ((), place) for place in pooled.index
    )
    return Measured(entries, pooled.to_numpy(dtype=np.float64), blocks_of(influence, block))
