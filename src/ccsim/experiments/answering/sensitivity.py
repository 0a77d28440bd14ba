"""What moves a measure: tornado, Morris' screening, Sobol's indices.

*tornado*: each factor alone to the low and to the high end of its range, the others as in the scenario; the
paired differences to the scenario as it is, widest first.
*morris*: elementary effects on random paths (Morris 1991, *Technometrics* 33): ``mu_star`` is how much a
factor moves the measure over its range on average, ``sigma`` how much that depends on where the others stand.
Cheap: points x (factors + 1) runs.
*sobol*: shares of the variance of the measure (Sobol 1993; Saltelli et al. 2010, *Computer Physics
Communications* 181): ``first`` of a factor alone, ``total`` with all its interactions. Dear: points x
(factors + 2) runs, and points is a power of 2.

Morris and Sobol come from SALib (extra ``experiments``). All points share their luck, so the measure is a
smooth function of the factors as far as the center allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.answering.asking import Asking, Progress
from ccsim.experiments.comparing.saying import change_text, spoken, value_text
from ccsim.experiments.planning.designs import Range
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.scenario import Scenario

Float64 = npt.NDArray[np.float64]
Method = Literal["tornado", "morris", "sobol"]
Function = Callable[[Float64], Float64]
LEVELS = 4  # of a Morris path


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``table``: one row a factor, the most important first. ``base``: the measure as it is."""

    method: Method
    measure: str
    base: float
    table: pd.DataFrame
    runs: int

    def __str__(self) -> str:
        """A line a factor."""
        head = f"what moves the {spoken(self.measure)} ({value_text(self.measure, self.base)} as it is), "
        width = max(len(name) for name in self.table["factor"])
        lines = [head + f"{self.method}, {self.runs} runs:"]
        for row in self.table.itertuples():
            said = _SAID[self.method](self.measure, row)
            lines.append(f"  {row.factor:<{width}}  {row.low} to {row.high}: {said}")
        return "\n".join(lines)


def sensitivity(
    scenario: Scenario,
    factors: Mapping[str, Sequence[Any]],
    measure: str = "service_level",
    *,
    method: Method = "tornado",
    seed: int = 1,
    replications: int = 10,
    points: int = 16,
    confidence: float = 0.95,
    engine: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
) -> Sensitivity:
    """What moves ``measure``, of the whole center.

    ``factors``: a range [low, high] by address, in the notation of the scenario: ``[10, 14]``, ``["4m",
    "6m"]``, ``["22%", "52%"]``. ``points``: paths of morris, base points of sobol. Columns: factor, low, high
    and, by method, of *tornado*: at_low, at_high (values), change_low, change_high (paired differences to the
    scenario, with _from and _to), swing; of *morris*: mu_star, mu, sigma, mu_star_error; of *sobol*: first,
    first_error, total, total_error.

    Raises CcsimError for a method that does not exist, a range that is none, or a point that cannot run.
    """
    if method not in ("tornado", "morris", "sobol"):
        raise CcsimError(f"no method '{method}'; there is: tornado, morris, sobol")
    if not factors:
        raise CcsimError("name at least one factor, e.g. {'agent_groups.desk.headcount': [10, 12]}")
    asking = Asking(scenario, measure, seed=seed, engine=engine, workers=workers, progress=progress)
    ranges = {address: _range(address, values) for address, values in factors.items()}
    base = float(asking.samples([{}], range(replications))[0].values()[0])
    if method == "tornado":
        table, count = _tornado(asking, factors, replications, confidence)
        return Sensitivity(method, measure, base, table, (count + 1) * replications)

    def at(unit: Float64) -> Float64:
        overrides = [
            {address: span.at(float(u)) for (address, span), u in zip(ranges.items(), row, strict=True)}
            for row in unit
        ]
        found = asking.samples(overrides, range(replications))
        return np.array([sample.values()[0] for sample in found])

    bounds = [(0.0, 1.0)] * len(ranges)
    table, count = indices(at, list(ranges), bounds, method=method, points=points, seed=seed)
    table.insert(1, "low", [factors[name][0] for name in table["factor"]])
    table.insert(2, "high", [factors[name][1] for name in table["factor"]])
    return Sensitivity(method, measure, base, table, (count + 1) * replications)


def indices(
    function: Function,
    names: Sequence[str],
    bounds: Sequence[tuple[float, float]],
    *,
    method: Method,
    points: int,
    seed: int,
) -> tuple[pd.DataFrame, int]:
    """Morris or Sobol indices of any function of (n, factors) -> (n,), and how many points it was asked at.

    Raises CcsimError where SALib is missing or the function has no value somewhere.
    """
    import pandas as pd

    problem = {"num_vars": len(names), "names": list(names), "bounds": [list(pair) for pair in bounds]}
    sampling, analysing = _salib(method)
    if method == "morris":
        x = sampling.sample(problem, points, num_levels=LEVELS, seed=seed)
        found = analysing.analyze(problem, x, _known(function(x)), num_levels=LEVELS, seed=seed)
        columns = {"mu_star": "mu_star", "mu": "mu", "sigma": "sigma", "mu_star_error": "mu_star_conf"}
    else:
        if points < 1 or points & (points - 1):
            raise CcsimError(f"Sobol's indices take a power of 2 of base points, e.g. 64, not {points}")
        x = sampling.sample(problem, points, calc_second_order=False, seed=seed)
        y = _known(function(x))
        if np.ptp(y) == 0:
            found = {name: np.zeros(len(names)) for name in ("S1", "S1_conf", "ST", "ST_conf")}
        else:
            found = analysing.analyze(problem, y, calc_second_order=False, seed=seed)
        columns = {"first": "S1", "first_error": "S1_conf", "total": "ST", "total_error": "ST_conf"}
    values = {name: np.asarray(found[key], dtype=np.float64) for name, key in columns.items()}
    table = pd.DataFrame({"factor": list(names), **values})
    by = "mu_star" if method == "morris" else "total"
    return table.sort_values(by, ascending=False, kind="stable", ignore_index=True), len(x)


def _salib(method: Method) -> tuple[Any, Any]:
    from importlib import import_module

    try:
        return import_module(f"SALib.sample.{method}"), import_module(f"SALib.analyze.{method}")
    except ImportError:
        raise CcsimError(f"{method} indices need SALib: pip install 'ccsim[experiments]'") from None


def _known(y: Float64) -> Float64:
    if np.isnan(y).any():
        raise CcsimError(f"the measure has no value at {int(np.isnan(y).sum())} of {len(y)} points")
    return y


def _tornado(
    asking: Asking, factors: Mapping[str, Sequence[Any]], replications: int, confidence: float
) -> tuple[pd.DataFrame, int]:
    import pandas as pd

    ends = [{address: end} for address, values in factors.items() for end in values]
    base, *found = asking.samples([{}, *ends], range(replications))
    t = student_t(confidence, replications - 1) if replications > 1 else math.nan
    rows = []
    for number, (address, values) in enumerate(factors.items()):
        row: dict[str, Any] = {"factor": address, "low": values[0], "high": values[1]}
        for end, sample in zip(("low", "high"), found[2 * number : 2 * number + 2], strict=True):
            change = float(sample.values()[0] - base.values()[0])
            gap = sample.influence()[0] - base.influence()[0]
            half = t * math.sqrt(float((gap**2).sum()) / max(replications * (replications - 1), 1))
            row |= {f"at_{end}": float(sample.values()[0]), f"change_{end}": change,
                    f"change_{end}_from": change - half, f"change_{end}_to": change + half}  # fmt: skip
        both = (row["change_low"], row["change_high"], 0.0)
        rows.append(row | {"swing": max(both) - min(both)})
    table = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return table, len(ends)


def _range(address: str, values: Sequence[Any]) -> Range:
    try:
        return Range.read(list(values))
    except (ValueError, TypeError) as problem:
        raise CcsimError(f"{address}: {problem}") from None


def _say_tornado(measure: str, row: Any) -> str:
    return f"{value_text(measure, row.at_low)} to {value_text(measure, row.at_high)}"


def _say_morris(measure: str, row: Any) -> str:
    told = f"moves it by {change_text(measure, row.mu_star)} on average"
    return told + (", depending on the others" if row.sigma > row.mu_star / 2 else "")


def _say_sobol(measure: str, row: Any) -> str:
    return f"{max(row.first, 0):.0%} of the variance alone, {max(row.total, 0):.0%} with interactions"


_SAID = {"tornado": _say_tornado, "morris": _say_morris, "sobol": _say_sobol}
