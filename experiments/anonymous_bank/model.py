"""The whole fit in one object, and the runs that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from arrivals import (
    SLOT_S,
    Spread,
    by_week,
    counts,
    day_kind,
    overdispersion,
    profile,
    silences,
    whole_days,
)
from bank_scenario import (
    scenario_dict,
    staffing_levels,
    write_level_rosters,
    write_rosters,
    write_trace,
    write_volumes,
)
from call_log import PERSONAL, QUEUES, inside_opening, read_calls, saturday_opening
from laws import BankLaws, fit_laws
from priority import assign_queues, credited_share, overtaking_pairs
from staffing import AwayLaws, gaps, servers_by_group, stretches

import ccsim
from ccsim.scenario import Scenario

LOCAL = Path(__file__).resolve().parent / "local"
IMPUTATIONS = 5
REPLICATIONS = 4  # of each imputation
STAFF_FACTORS = (1.0, 1.02, 1.04, 1.06, 1.08, 1.1, 1.12)
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Month:
    """Calls offered while the center was open, queues assigned; what was left out is counted."""

    calls: pd.DataFrame
    gaps: pd.DataFrame
    groups: pd.DataFrame
    counts: dict[str, int]
    start: dt.date
    days: int
    saturday_s: float

    def part(self, first: int, last: int) -> Month:
        """Days ``first`` to ``last`` of the month, both included."""

        def cut(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["date"].dt.day.between(first, last)].reset_index(drop=True)

        start = self.start.replace(day=first)
        tables = cut(self.calls), cut(self.gaps), cut(self.groups)
        return Month(*tables, self.counts, start, last - first + 1, self.saturday_s)


@dataclass(frozen=True)
class Fit:
    """What is learnt from a log: the laws of the queues and the law of being away."""

    laws: BankLaws
    away: AwayLaws
    staff_factor: float = 1.0  # of rosters in quarters of an hour, see fit_staff_factor


def read_month(path: Path, credited: float | None = None) -> Month:
    """Read a log. ``credited``: share of high priority callers with queue credit (None: estimated here)."""
    log = read_calls(path)
    share = credited_share(overtaking_pairs(log.calls)) if credited is None else credited
    calls = assign_queues(log.calls, share)
    saturday_s = saturday_opening(calls)
    inside = inside_opening(calls, saturday_s)
    found = dict(log.counts) | {"outside_opening_hours": int((~inside).sum())}
    calls = calls[inside].reset_index(drop=True)
    first = calls["date"].min().date().replace(day=1)
    days = (calls["date"].max().date() - first).days + 1
    return Month(calls, gaps(calls), servers_by_group(calls), found, first, days, saturday_s)


def fit(month: Month) -> Fit:
    away = AwayLaws.fit(month.gaps)
    return Fit(fit_laws(month.calls, away.wrap_up()), away)


# -- simulated ----------------------------------------------------------------------------------------------


def waits(run: ccsim.Run) -> list[pd.DataFrame]:
    """One table a replication, in the columns of the observed calls: date, weekday, queue, arrived_s, wait_s,
    answered."""
    out = []
    for log in run.logs:
        legs = log.legs
        queued, answered = legs["queued_at"], legs["answered_at"]
        left = np.where(answered >= 0, answered, legs["ended_at"])
        day = queued // DAY_US
        dates = pd.to_datetime(log.labels.start) + pd.to_timedelta(day, unit="D")
        out.append(
            pd.DataFrame(
                {
                    "date": dates,
                    "weekday": dates.day_of_week,
                    "queue": np.array(log.labels.queues)[legs["queue"]],
                    "arrived_s": (queued % DAY_US) / 1e6,
                    "wait_s": (left - queued) / 1e6,
                    "answered": answered >= 0,
                }
            )
        )
    return out


def replay(
    month: Month,
    fitted: Fit,
    *,
    handle_times: str,
    rosters_of: Month | None = None,
    name: str = "replay",
    imputations: int = IMPUTATIONS,
    replications: int = REPLICATIONS,
) -> list[pd.DataFrame]:
    """Replay a month's arrivals under fitted laws; ``handle_times`` is recorded or drawn.

    The rosters are those estimated from the month's own log, or with ``rosters_of`` each day that of a random
    day of the same kind (weekday, Friday, Saturday) of another month. Tables as of :func:`waits`, one a
    replication.
    """
    folder = LOCAL / name
    folder.mkdir(parents=True, exist_ok=True)
    queues = [q for q in QUEUES if (month.calls["queue"] == q).any()]
    arrivals: dict[str, dict[str, Any]] = {q: {"trace": "trace.csv"} for q in queues}

    def prepare(number: int) -> None:
        write_trace(
            folder / "trace.csv", month.calls, fitted.laws, recorded=handle_times == "recorded", seed=number
        )

    return _runs(month, fitted, folder, arrivals, rosters_of, imputations, replications, prepare)


def forecast(
    month: Month,
    fitted: Fit,
    learnt: Month,
    *,
    name: str = "forecast",
    imputations: int = IMPUTATIONS,
    replications: int = REPLICATIONS,
) -> list[pd.DataFrame]:
    """Run the open days of ``month`` on what ``learnt`` tells: nothing of ``month`` but its dates is used.

    Volumes: the weekday profile and day-to-day spread of ``learnt``. Staff: that of a random day of the same
    kind, in quarters of an hour.
    """
    folder = LOCAL / name
    folder.mkdir(parents=True, exist_ok=True)
    dates, table = counts(whole_days(learnt.calls))
    by_weekday = profile(dates, table)
    open_days = sorted({d.date() for d in month.calls["date"]})
    write_volumes(
        folder / "volumes.csv", {d: by_weekday[d.weekday()] for d in open_days}, SLOT_S, fitted.laws
    )
    spreads = spreads_by_queue(learnt)
    arrivals = {q: volume_arrivals("volumes.csv", spreads[q]) for q in QUEUES}
    return _runs(month, fitted, folder, arrivals, learnt, imputations, replications, in_quarters=True)


def planned(month: Month, fitted: Fit, replications: int, name: str = "planned") -> list[pd.DataFrame]:
    """The month on its own weekly volumes and mean staffing levels: what the shipped scenario says of
    January."""
    folder = LOCAL / name
    folder.mkdir(parents=True, exist_ok=True)
    write_volumes(folder / "volumes.csv", planned_volumes(month), SLOT_S, fitted.laws)
    spreads = spreads_by_queue(month, by_week=True)
    arrivals = {q: volume_arrivals("volumes.csv", spreads[q]) for q in QUEUES}
    rosters = write_level_rosters(folder, mean_levels(month, fitted))
    data = scenario_dict(fitted.laws, arrivals, rosters, month.start, month.days, month.saturday_s)
    return waits(ccsim.simulate(Scenario.from_dict(data, folder=folder), seed=1, replications=replications))


def planned_volumes(month: Month) -> dict[dt.date, npt.NDArray[np.float64]]:
    """Expected volume of every date: weekday profile times the level of the week; none where the log is
    silent."""
    dates, table = counts(whole_days(month.calls))
    all_dates, all_counts = counts(month.calls)
    expected = by_week(all_dates, all_counts, profile(dates, table))
    for date, begin, end in silences(month.calls):
        slots = np.arange(expected[date].shape[1]) * SLOT_S
        there = 1 - np.clip(np.minimum(slots + SLOT_S, end) - np.maximum(slots, begin), 0, None) / SLOT_S
        expected[date] = expected[date] * there
    return {date.date(): volumes for date, volumes in expected.items()}


def mean_levels(month: Month, fitted: Fit) -> pd.DataFrame:
    """Agents by date, group and quarter of an hour: mean of the imputations times the staff factor.

    Counted until they are gone: where the number falls, a simulated agent finishes the call in hand too, but
    these steps are fewer than the departures they stand for.
    """
    tables = [
        staffing_levels(stretches(month.gaps, fitted.away, number, until_gone=True), month.groups)
        for number in range(1, IMPUTATIONS + 1)
    ]
    total = pd.concat(tables).groupby(["date", "group", "slot"], as_index=False)["agents"].sum()
    return total.assign(agents=total["agents"] * fitted.staff_factor / IMPUTATIONS)


def fit_staff_factor(month: Month, fitted: Fit) -> tuple[Fit, pd.DataFrame]:
    """Choose the factor on staffing levels in quarters of an hour for which simulated and observed figures
    agree best.

    Levels lose what happens within a quarter: agents come back when callers wait and leave when nobody does.
    One factor makes up for it. Distance: squared deviations in units of the observed day-to-day standard
    error, summed over five figures. Returns the fit and the search.
    """
    observed, spread = summary(month.calls), day_bootstrap(month.calls)
    figures = ("P(abandon)", "mean wait, all", "P(wait > 0)", "answered within 20 s", "answered within 60 s")
    rows = []
    for factor in STAFF_FACTORS:
        tables = planned(month, replace(fitted, staff_factor=factor), 4, name="search")
        mean = {name: float(np.mean([summary(t)[name] for t in tables])) for name in METRICS}
        errors = {name: (spread[name][1] - spread[name][0]) / 3.92 for name in figures}
        distance = sum(((mean[name] - observed[name]) / errors[name]) ** 2 for name in figures)
        rows.append({"factor": factor, "distance": distance, **mean})
    search = pd.DataFrame(rows)
    best = float(search.loc[search["distance"].idxmin(), "factor"])
    return replace(fitted, staff_factor=best), search


def volume_arrivals(file: str, spread: Spread) -> dict[str, Any]:
    return {"file": file, "daily_cv": round(spread.daily_cv, 3), "interval_cv": round(spread.interval_cv, 3)}


def spreads_by_queue(month: Month, by_week: bool = False) -> dict[str, Spread]:
    """Busyness beyond Poisson of each queue; the personal queues share that of their sum."""
    dates, table = counts(whole_days(month.calls))
    personal = [QUEUES.index(q) for q in PERSONAL]
    return {
        q: overdispersion(dates, table[:, personal if q in PERSONAL else [number]], by_week)
        for number, q in enumerate(QUEUES)
    }


def _runs(
    month: Month,
    fitted: Fit,
    folder: Path,
    arrivals: dict[str, dict[str, Any]],
    rosters_of: Month | None,
    imputations: int,
    replications: int,
    prepare: Callable[[int], None] = lambda number: None,
    *,
    in_quarters: bool = False,
) -> list[pd.DataFrame]:
    """``prepare(imputation)`` writes what an imputation needs beside its rosters."""
    out: list[pd.DataFrame] = []
    for number in range(1, imputations + 1):
        prepare(number)
        source = rosters_of or month
        found = stretches(source.gaps, fitted.away, number, until_gone=in_quarters)
        groups = source.groups
        if rosters_of is not None:
            down = [date for date, _, _ in silences(source.calls)]
            found, groups = borrowed(found[~found["date"].isin(down)], groups, month, number)
        if in_quarters:
            levels = staffing_levels(found, groups)
            rosters = write_level_rosters(
                folder, levels.assign(agents=levels["agents"] * fitted.staff_factor)
            )
        else:
            rosters = write_rosters(folder, found, groups)
        data = scenario_dict(fitted.laws, arrivals, rosters, month.start, month.days, month.saturday_s)
        run = ccsim.simulate(Scenario.from_dict(data, folder=folder), seed=number, replications=replications)
        out += waits(run)
    return out


def borrowed(
    found: pd.DataFrame, groups: pd.DataFrame, month: Month, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every day of ``month`` the staff of a random day of the same kind among those of ``found``."""
    rng = np.random.default_rng(seed)
    donors: dict[str, list[pd.Timestamp]] = {}
    for date in sorted(found["date"].unique()):
        donors.setdefault(day_kind(date.weekday()), []).append(date)
    staff, skills = [], []
    for date in sorted(month.calls["date"].unique()):
        donor = donors[day_kind(date.weekday())][int(rng.integers(len(donors[day_kind(date.weekday())])))]
        staff.append(found[found["date"] == donor].assign(date=date))
        skills.append(groups[groups["date"] == donor].assign(date=date))
    return pd.concat(staff, ignore_index=True), pd.concat(skills, ignore_index=True)


# -- figures of merit ---------------------------------------------------------------------------------------

METRICS = {
    "P(abandon)": "share",
    "mean wait, all": "s",
    "mean wait, answered": "s",
    "mean wait, abandoned": "s",
    "P(wait > 0)": "share",
    "answered within 20 s": "share",
    "answered within 60 s": "share",
}


def summary(calls: pd.DataFrame) -> dict[str, float]:
    """The figures compared, over all offered calls of a table; nan where there is nobody to average over."""
    if not len(calls):
        return dict.fromkeys(METRICS, float("nan"))
    wait, answered = calls["wait_s"].to_numpy(float), calls["answered"].to_numpy(bool)
    values = (
        float((~answered).mean()),
        float(wait.mean()),
        float(wait[answered].mean()) if answered.any() else float("nan"),
        float(wait[~answered].mean()) if not answered.all() else float("nan"),
        float((wait > 0).mean()),
        float((answered & (wait <= 20)).mean()),
        float((answered & (wait <= 60)).mean()),
    )
    return dict(zip(METRICS, values, strict=True))


def day_bootstrap(calls: pd.DataFrame, draws: int = 1000, seed: int = 1) -> dict[str, tuple[float, float]]:
    """95 % intervals of :func:`summary` when days are drawn with replacement within kinds of day.

    The sums of every day are enough: a figure is a ratio of sums.
    """
    if not len(calls):
        return dict.fromkeys(METRICS, (float("nan"), float("nan")))
    wait, answered = calls["wait_s"], calls["answered"]
    parts = (
        pd.DataFrame(
            {
                "date": calls["date"],
                "n": 1.0,
                "ab": (~answered).astype(float),
                "w": wait,
                "an": answered.astype(float),
                "wan": wait.where(answered, 0.0),
                "wab": wait.where(~answered, 0.0),
                "pw": (wait > 0).astype(float),
                "s20": (answered & (wait <= 20)).astype(float),
                "s60": (answered & (wait <= 60)).astype(float),
            }
        )
        .groupby("date")
        .sum()
    )
    rng = np.random.default_rng(seed)
    kinds = np.array([day_kind(date.weekday()) for date in parts.index])
    values = parts.to_numpy()
    sums = np.zeros((draws, values.shape[1]))
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        sums += values[rows[rng.integers(len(rows), size=(draws, len(rows)))]].sum(axis=1)
    n, ab, w, an, wan, wab, pw, s20, s60 = sums.T
    with np.errstate(invalid="ignore"):  # nobody abandons on any day drawn
        ratios = (ab / n, w / n, wan / an, wab / ab, pw / n, s20 / n, s60 / n)
    return {
        name: (float(np.nanquantile(values, 0.025)), float(np.nanquantile(values, 0.975)))
        for name, values in zip(METRICS, ratios, strict=True)
    }
