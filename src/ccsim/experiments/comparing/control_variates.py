"""Control variates: what the luck of a replication was worth, taken out of its result.

A replication with many customers has a low service level, and how many customers are expected is known
exactly. So each replication's result y is regressed on c, its surplus of customers and of work over what is
expected; the intercept estimates the same mean with less spread. Lavenberg and Welch (1981), *A perspective
on the use of control variables to increase the efficiency of Monte Carlo simulations*, Management Science 27;
Law, *Simulation Modeling and Analysis*, section 11.4. With q controls and n replications the interval is that
of the intercept, with n - q - 1 degrees of freedom. Where a square is among the controls, its standard error
is that of least squares, exact where the rest is normal. Without the square busy days leave more spread than
quiet ones, and least squares would cover 90 % instead of 95 % with 20 replications of a small center: then it
is HC3 (MacKinnon and White 1985, *Journal of Econometrics* 29), which errs on the safe side. Ratios are
regressed by their influences, as in :mod:`ccsim.experiments.comparing.estimates`.

The controls are the surplus of fresh contacts, of the work they bring, the square of the former less its
variance (waits grow faster than the number of contacts), and for each queue but the last the contacts above
its usual share of all. Each has the mean 0 exactly, whatever makes days busy; the square is left out where
intervals have noise of their own. They belong to
measures of the whole run: the luck of a day says little about one half-hour, and then the factor is near 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.comparison import blocks_of
from ccsim.experiments.comparing.estimates import Place, Sample, samples
from ccsim.experiments.keeping.rows import CellRow
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.compiler import Program
    from ccsim.compiler.program import ArrivalPlan, QueuePlan

Float64 = npt.NDArray[np.float64]
Means = Mapping[str, Mapping[str, float]]  # queue -> arrivals, offered_work_s
SQUARE = 2  # its column of the surplus, where there is one
PER_CONTROL = 10  # replications that one more control must be worth


def expected_controls(program: Program) -> dict[str, dict[str, float]]:
    """By queue, the expected ``arrivals`` and their ``offered_work_s`` (talk and wrap-up at speed 1)."""
    return {plan.name: _expected(plan) for plan in program.queue_plans}


def _expected(plan: QueuePlan) -> dict[str, float]:
    from ccsim.compiler.program import TracePlan

    arrivals = work = 0.0
    forecasts: tuple[ArrivalPlan, ...] = plan.false_alarms
    if isinstance(plan.arrivals, TracePlan):
        trace, arrivals = plan.arrivals, float(len(plan.arrivals.arrived_at))
        for recorded, law in ((trace.talk, plan.talk), (trace.wrap_up, plan.wrap_up)):
            if recorded is None:
                work += arrivals * law.mean()
            else:
                work += float(np.where(recorded >= 0, recorded / 1e6, law.mean()).sum())
    elif plan.arrivals is not None:
        forecasts = (plan.arrivals, *plan.false_alarms)
    for forecast in forecasts:
        volume = forecast.volume
        talk = plan.talk.mean() if forecast.talk_mean_s is None else forecast.talk_mean_s
        wrap_up = plan.wrap_up.mean() if forecast.wrap_up_mean_s is None else forecast.wrap_up_mean_s
        arrivals += float(volume.sum())
        work += float((volume * (talk + wrap_up)).sum())
    return {"arrivals": arrivals, "offered_work_s": work}


def variance_of_arrivals(program: Program) -> float:
    """Of the number of fresh contacts of all queues in a run; nan where intervals have noise of their own.

    Given the day's factors counts are Poisson; factors of different days are independent.
    """
    from ccsim.compiler.program import TracePlan

    forecasts: list[ArrivalPlan] = []
    for plan in program.queue_plans:
        if plan.arrivals is not None and not isinstance(plan.arrivals, TracePlan):
            forecasts.append(plan.arrivals)
        forecasts += plan.false_alarms
    if any(one.own.interval_cv or one.shared.interval_cv for one in forecasts):
        return math.nan
    if not forecasts:
        return 0.0
    volume = np.array([one.volume.sum(axis=1) for one in forecasts])  # (forecasts, days)
    own, shared = (
        np.array([getattr(one, which).daily_cv for one in forecasts]) for which in ("own", "shared")
    )
    together = 1 + np.outer(shared, shared)  # E[F F'] of the factor that all share
    products = together * (1 + np.diag(own**2)) - 1
    return float(volume.sum() + np.einsum("id,ij,jd->", volume, products, volume))


def surplus(rows: Sequence[CellRow], means: Means, variance: float = math.nan) -> Float64:
    """(replications, controls) of each row above what is expected; the mean of every column is 0.

    Total contacts, total work, the square of the contacts above what is expected less its mean (where the
    ``variance`` is known), then each queue's contacts above its share, but the last queue's.
    """
    queues = [queue for queue, mean in means.items() if mean["arrivals"] > 0]
    contacts = np.array([[row.controls[queue]["arrivals"] for queue in queues] for row in rows], dtype=float)
    work = np.array([sum(row.controls[queue]["offered_work_s"] for queue in queues) for row in rows])
    expected = np.array([means[queue]["arrivals"] for queue in queues])
    total = contacts.sum(axis=1)
    shares = contacts[:, :-1] - total[:, None] * (expected / expected.sum())[:-1]
    more_work = work - sum(means[queue]["offered_work_s"] for queue in queues)
    more = total - expected.sum()
    square = [] if math.isnan(variance) else [more**2 - variance]
    return np.column_stack([more, more_work, *square, shares])


def usable(controls: Float64) -> tuple[Float64, list[int]]:
    """The columns that say something, and their places: as many as replications allow, none that follows from
    others.
    """
    count = len(controls)
    kept: list[Float64] = []
    places: list[int] = []
    for place, column in enumerate(controls.T):
        size = np.abs(column).max(initial=0.0)
        if size == 0 or count < PER_CONTROL * (len(kept) + 1):
            continue
        scaled = column / size
        basis = np.column_stack([np.ones(count), *kept])
        left = scaled - basis @ np.linalg.lstsq(basis, scaled, rcond=None)[0]
        if left @ left > 1e-8 * count:
            kept.append(scaled)
            places.append(place)
    return (np.column_stack(kept) if kept else np.empty((count, 0))), places


@dataclass(frozen=True, slots=True)
class Controlled:
    """Values after control, half-widths, and ``saved``: plain variance over what is left; (entries,)."""

    values: Float64
    half_widths: Float64
    saved: Float64
    controls: int


def controlled(
    values: Float64,
    influence: Float64,
    controls: Float64,
    confidence: float = 0.95,
    *,
    square: int | None = None,
) -> Controlled:
    """Take the controls out of estimates.

    ``values``: (entries,); ``influence``: (entries, n) of each replication or block; ``controls``: (n, q)
    with the mean 0; ``square``: which of them is one. Differences of cases can be given as well as values.
    With no usable control the plain interval remains.
    """
    n = influence.shape[1]
    if n < 2:
        unknown = np.full(len(values), np.nan)
        return Controlled(values, unknown, unknown, 0)
    used, places = usable(controls)
    design = np.column_stack([np.ones(n), used])
    freedom = n - design.shape[1]
    inverse = np.linalg.inv(design.T @ design)
    y = values[:, None] + influence
    fitted = y @ design @ inverse
    left = y - fitted @ design.T
    plain = (influence**2).sum(axis=1) / (n * (n - 1))
    if not places:
        variance = plain
    elif square in places:
        variance = (left**2).sum(axis=1) / freedom * inverse[0, 0]
    else:
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
        weights = (design @ inverse)[:, 0]  # of each replication in the intercept
        variance = ((left / (1 - leverage) * weights) ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        saved = np.where(variance > 1e-20 * plain, plain / variance, np.where(plain > 0, np.inf, np.nan))
    half = student_t(confidence, freedom) * np.sqrt(variance)
    return Controlled(fitted[:, 0], half, saved, used.shape[1])


def controlled_table(
    rows: Iterable[CellRow],
    means: Mapping[Place, Means],
    by: Sequence[str] = (),
    *,
    variances: Mapping[Place, float] | None = None,
    metrics: Sequence[str] | None = None,
    confidence: float = 0.95,
    block: int = 1,
) -> pd.DataFrame:
    """Values of stored rows with the luck of arrivals and work taken out.

    ``means`` and ``variances``: what is expected at each case and point (:func:`expected_controls`,
    :func:`variance_of_arrivals`). Columns: case, point, the
    by-keys, metric, plain, value, low, high, half_width, variance_saved, controls, replications.

    Raises CcsimError for a point whose means are not given.
    """
    import pandas as pd

    kept = [row for row in rows if row.done]
    by_place: dict[Place, dict[int, CellRow]] = {}
    for row in kept:
        by_place.setdefault((row.case, row.point), {})[row.replication] = row
    table: list[dict[str, Any]] = []
    for place, sample in samples(kept, metrics).items():
        if place not in means:
            raise CcsimError(f"what is expected at {place[0]}:{place[1]} is not known")
        own = [by_place[place][int(r)] for r in sample.replications]
        variance = (variances or {}).get(place, math.nan)
        above = surplus(own, means[place], variance)
        found = _of_sample(sample, above, None if math.isnan(variance) else SQUARE, confidence, block)
        for i, (cell, metric) in enumerate(sample.entries):
            value, half = float(found.values[i]), float(found.half_widths[i])
            table.append(
                {"case": place[0], "point": place[1], **dict(zip(by, cell, strict=True)), "metric": metric,
                 "plain": float(sample.values()[i]), "value": value,
                 "low": value - half, "high": value + half, "half_width": half,
                 "variance_saved": float(found.saved[i]), "controls": found.controls,
                 "replications": len(own)}
            )  # fmt: skip
    columns = [
        "case",
        "point",
        *by,
        "metric",
        "plain",
        "value",
        "low",
        "high",
        "half_width",
        "variance_saved",
    ]
    return pd.DataFrame(table, columns=[*columns, "controls", "replications"])


def _of_sample(
    sample: Sample, controls: Float64, square: int | None, confidence: float, block: int
) -> Controlled:
    influence = blocks_of(sample.influence(), block)
    if block > 1:
        controls = blocks_of(controls.T, block).T
    return controlled(sample.values(), influence, controls, confidence, square=square)
