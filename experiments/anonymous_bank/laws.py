"""Laws of talk, patience and after-call work from the log, in the words of a scenario file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from call_log import PERSONAL, QUEUES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHORT_S = 10  # services below are mostly hang-ups by agents
KNOTS_S = (1, 2, 3, 5, 8, 12, 16, 20, 25, 30, 40, 50, 58, 64, 70, 80, 100, 120, 150, 180, 240, 300, 400, 600)
AT_RISK = 30  # fewer callers still waiting: the tail takes over
SHRINK = 50  # calls with which the mean of an hour is drawn towards that of the day
# high priority callers are one population, with the credit or without
PATIENCE_POOLS = {
    "personal_high": ("personal_high", "personal_credit"),
    "personal_credit": ("personal_high", "personal_credit"),
}


@dataclass(frozen=True)
class Survival:
    """Kaplan-Meier curve: ``surviving[i]`` of the customers are patient beyond ``times_s[i]``."""

    times_s: Floats
    surviving: Floats
    at_risk: Floats

    def at(self, t: float) -> float:
        i = int(np.searchsorted(self.times_s, t, side="right")) - 1
        return float(self.surviving[i]) if i >= 0 else 1.0


def kaplan_meier(wait_s: Floats, gave_up: Bools) -> Survival:
    """Patience from waits that an answer cut short (Kaplan and Meier 1958)."""
    order = np.argsort(wait_s, kind="stable")
    times, first = np.unique(wait_s[order], return_index=True)
    at_risk = len(wait_s) - first
    lost = np.add.reduceat(gave_up[order].astype(float), first)
    return Survival(times, np.cumprod(1 - lost / at_risk), at_risk.astype(float))


@dataclass(frozen=True)
class Patience:
    """Quantiles (share, seconds) up to the last reliable knot and the mean of the exponential tail beyond."""

    points: tuple[tuple[float, float], ...]
    tail_s: float
    waits: int
    gave_up: int

    def spec(self) -> dict[str, Any]:
        return {
            "law": "empirical",
            "quantiles": {f"{100 * share:.2f}%": f"{at:g}s" for share, at in self.points},
            "tail": f"{self.tail_s:.0f}s",
        }

    def censored_mean(self, until_s: float) -> float:
        """Mean of patience cut at ``until_s``: its own mean depends on the tail, which nobody saw."""
        shares, at = zip((0.0, 0.0), *self.points, strict=True)
        grid = np.linspace(0, until_s, 2001)
        beyond = (1 - shares[-1]) * np.exp(-np.maximum(grid - at[-1], 0) / self.tail_s)
        alive = np.where(grid < at[-1], 1 - np.interp(grid, at, shares), beyond)
        return float(np.trapezoid(alive, grid))


def fit_patience(calls: pd.DataFrame) -> Patience:
    """Kaplan-Meier of those who queued, at the knots, with an exponential tail where fewer than 30 still
    wait."""
    queued = calls[calls["queued"]]
    wait, gave_up = queued["wait_s"].to_numpy(float), ~queued["answered"].to_numpy(bool)
    curve = kaplan_meier(wait, gave_up)
    points: list[tuple[float, float]] = []
    for knot in KNOTS_S:
        if (wait > knot).sum() < AT_RISK:
            break
        share = 1 - curve.at(knot)
        if share > (points[-1][0] if points else 0.0) + 1e-4:
            points.append((round(share, 4), float(knot)))
    last = points[-1][1]
    beyond = wait > last
    deaths = int((gave_up & beyond).sum())
    # at least half an event: a finite tail where nobody gave up so late
    tail = float((wait[beyond] - last).sum()) / max(deaths, 0.5)
    return Patience(tuple(points), max(tail, 1.0), len(queued), int(gave_up.sum()))


@dataclass(frozen=True)
class Talk:
    """A short mass below 10 s and a lognormal above; means and cv in the planner's sense."""

    short_share: float
    mean_s: float  # of those of 10 s and more
    cv: float
    count: int
    log_mean: float
    log_sd: float
    by_hour: tuple[float, ...]  # mean talk of an hour over the mean of the day, 24 values

    def spec(self) -> dict[str, Any] | str:
        above = f"lognormal mean {self.mean_s:.1f}s cv {self.cv:.3f}"
        return f"{100 * self.short_share:.2f}% uniform 0s to {SHORT_S}s, else {above}"

    def mean(self) -> float:
        """Of all services, short ones included."""
        return self.short_share * SHORT_S / 2 + (1 - self.short_share) * self.mean_s

    def draw(self, hour: npt.NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Talk times of calls that arrive in these hours."""
        sigma = np.sqrt(np.log1p(self.cv**2))
        above = np.exp(np.log(self.mean_s) - sigma**2 / 2 + sigma * rng.standard_normal(len(hour)))
        short = rng.random(len(hour)) * SHORT_S
        body = np.where(rng.random(len(hour)) < self.short_share, short, above)
        return body * np.array(self.by_hour)[hour]


def fit_talk(calls: pd.DataFrame) -> Talk:
    """Share below 10 s; above, the sample mean and the cv of the lognormal with the standard deviation of the
    logs.

    Calls are longer around noon than early and late; the mean of each hour is shrunk to that of the day.
    """
    calls = calls[calls["answered"]]
    talk = calls["talk_s"].to_numpy(float)
    hour = (calls["arrived_s"].to_numpy() // 3600).astype(int) % 24
    number, total = np.bincount(hour, minlength=24), np.bincount(hour, talk, minlength=24)
    by_hour = (total / talk.mean() + SHRINK) / (number + SHRINK)
    by_hour *= number.sum() / (number * by_hour).sum()
    above = talk[talk >= SHORT_S]
    logs = np.log(above)
    sd = float(logs.std(ddof=1))
    return Talk(
        float((talk < SHORT_S).mean()),
        float(above.mean()),
        float(np.sqrt(np.expm1(sd * sd))),
        len(talk),
        float(logs.mean()),
        sd,
        tuple(round(float(factor), 4) for factor in by_hour),
    )


@dataclass(frozen=True)
class BankLaws:
    """All that the queues need beside arrivals. ``wrap_up``: (share, seconds) points of after-call work."""

    patience: dict[str, Patience]
    talk: dict[str, Talk]
    wrap_up: tuple[tuple[float, float], ...]

    def mean_wrap_up(self) -> float:
        share, at = zip((0.0, 0.0), *self.wrap_up, strict=True)
        return float(np.dot(np.diff(share), (np.array(at[1:]) + np.array(at[:-1])) / 2))

    def wrap_up_spec(self) -> dict[str, Any]:
        return {
            "law": "empirical",
            "quantiles": {f"{100 * share:.2f}%": f"{at:g}s" for share, at in self.wrap_up},
        }


def fit_laws(calls: pd.DataFrame, wrap_up: Floats) -> BankLaws:
    """Laws by queue; ``calls`` with queues assigned, ``wrap_up`` probabilities of 0, 1, ... seconds."""
    patience, talk = {}, {}
    for queue in QUEUES:
        pool = PATIENCE_POOLS.get(queue, (queue,))
        rows = calls[calls["queue"].isin(pool)]
        patience[queue] = fit_patience(rows)
        talk[queue] = fit_talk(calls[calls["queue"].isin(PERSONAL)] if queue in PERSONAL else rows)
    return BankLaws(patience, talk, wrap_up_points(wrap_up))


def wrap_up_points(chance: Floats) -> tuple[tuple[float, float], ...]:
    """Quantile points of a law on seconds; a second's mass is spread over the second that ends half later."""
    below = np.cumsum(chance)
    knots = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 30, 40, 45, 50, len(chance) - 1]
    points: list[tuple[float, float]] = []
    for knot in knots:
        share = round(float(below[knot]), 4)
        if not points or share > points[-1][0]:
            points.append((share, knot + 0.5))
    points[-1] = (1.0, points[-1][1])
    return tuple(points)
