"""Volumes by weekday and half hour, and how much days and intervals vary beyond Poisson."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from call_log import QUEUES

SLOT_S = 1800
SLOTS = 86_400 // SLOT_S
FRIDAY, SATURDAY = 4, 5
Floats = npt.NDArray[np.float64]


def day_kind(weekday: int) -> str:
    """Friday, Saturday, or one of the five long days."""
    return {FRIDAY: "friday", SATURDAY: "saturday"}.get(weekday, "weekday")


SILENCE_S = 2400  # no call for so long in the middle of a long day: the center or its log was down


def silences(calls: pd.DataFrame) -> list[tuple[pd.Timestamp, float, float]]:
    """Spells without any call between 8:00 and 22:00 of a long day: date, from_s, to_s."""
    found = []
    for date, day in calls.groupby("date"):
        at = np.concatenate([[8 * 3600.0], np.sort(day["arrived_s"].to_numpy(float)), [22 * 3600.0]])
        at = at[(at >= 8 * 3600) & (at <= 22 * 3600)]
        if day_kind(date.weekday()) == "weekday":
            found += [(date, a, b) for a, b in itertools.pairwise(at) if b - a > SILENCE_S]
    return found


def whole_days(calls: pd.DataFrame) -> pd.DataFrame:
    """Calls of the days without silences."""
    return calls[~calls["date"].isin([date for date, _, _ in silences(calls)])]


def week(dates: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Number of the week of the year, weeks from Sunday."""
    first = pd.to_datetime(dates.year.astype(str) + "-01-01")
    return ((dates.day_of_year - 1 + (first.day_of_week + 1) % 7) // 7).to_numpy()


def counts(calls: pd.DataFrame) -> tuple[pd.DatetimeIndex, npt.NDArray[np.int64]]:
    """Offered calls: dates, and (dates, queues, slots) counts."""
    dates = pd.DatetimeIndex(sorted(calls["date"].unique()))
    table = np.zeros((len(dates), len(QUEUES), SLOTS), dtype=np.int64)
    day = dates.get_indexer(pd.DatetimeIndex(calls["date"]))
    queue = calls["queue"].map({name: i for i, name in enumerate(QUEUES)}).to_numpy()
    slot = np.minimum(calls["arrived_s"].to_numpy() // SLOT_S, SLOTS - 1).astype(int)
    np.add.at(table, (day, queue, slot), 1)
    return dates, table


def profile(dates: pd.DatetimeIndex, table: npt.NDArray[np.int64]) -> dict[int, Floats]:
    """Expected volume (queues, slots) of each weekday.

    Sunday to Thursday share one shape by queue and slot and differ by a level, for five or fewer days of one
    weekday are too few for a shape of its own.
    """
    kinds = np.array([day_kind(d) for d in dates.day_of_week])
    out: dict[int, Floats] = {}
    for weekday in range(7):
        alike = kinds == day_kind(weekday)
        mean = table[alike].mean(axis=0) if alike.any() else np.zeros(table.shape[1:])
        same = dates.day_of_week == weekday
        level = table[same].sum(axis=(1, 2)).mean() / mean.sum() if same.any() and mean.sum() else 1.0
        out[weekday] = mean * level
    return out


def by_week(
    dates: pd.DatetimeIndex, table: npt.NDArray[np.int64], of: dict[int, Floats]
) -> dict[pd.Timestamp, Floats]:
    """The weekday profile with the level of each week: what a planner has who looks at the volume once a
    week."""
    actual, expected = table.sum(axis=(1, 2)), np.array([of[d].sum() for d in dates.day_of_week])
    number = week(dates)
    level = {w: actual[number == w].sum() / expected[number == w].sum() for w in np.unique(number)}
    return {date: of[date.weekday()] * level[w] for date, w in zip(dates, number, strict=True)}


@dataclass(frozen=True)
class Spread:
    """Variation beyond Poisson."""

    daily_cv: float
    interval_cv: float


def overdispersion(dates: pd.DatetimeIndex, table: npt.NDArray[np.int64], by_week: bool = False) -> Spread:
    """Coefficients of variation of the day's and the interval's busyness, of the total of all queues in
    ``table``.

    *Daily*: over Sundays to Thursdays, the squared deviation of a day's count from its weekday's mean (with
    ``by_week``, from weekday times week level), corrected for the means estimated, minus the Poisson variance
    (= the mean), over the squared mean. *Interval*: given the day's total n, the count of a slot with share p
    is binomial; the squared deviation from np minus np(1 - p), over (np)^2, weighted by (np)^2.
    """
    long_days = np.array([day_kind(d) == "weekday" for d in dates.day_of_week])
    table, dates = table[long_days].sum(axis=1), dates[long_days]
    totals = table.sum(axis=1).astype(float)
    expected, free = _levels(dates, totals, by_week)
    daily = ((totals - expected) ** 2).sum() / free * len(totals) - expected.sum()
    share = table.sum(axis=0) / table.sum()
    mean = totals[:, None] * share
    # the shape is estimated from the same days
    excess = (table - mean) ** 2 * len(totals) / max(len(totals) - 1, 1) - mean * (1 - share)
    interval = excess.sum() / (mean**2).sum()
    return Spread(float(np.sqrt(max(daily, 0.0) / (expected**2).sum())), float(np.sqrt(max(interval, 0.0))))


def _levels(dates: pd.DatetimeIndex, totals: Floats, by_week: bool) -> tuple[Floats, int]:
    """Expected totals and the degrees of freedom left."""
    frame = pd.DataFrame({"total": totals, "weekday": dates.day_of_week, "week": week(dates)})
    expected = frame.groupby("weekday")["total"].transform("mean")
    used = frame["weekday"].nunique()
    if by_week:
        for side in ("week", "weekday") * 50:  # proportional fitting
            sums = frame["total"].groupby(frame[side]).transform("sum")
            expected = expected * sums / expected.groupby(frame[side]).transform("sum")
        used += frame["week"].nunique() - 1
    return expected.to_numpy(), max(len(frame) - used, 1)
