"""Derive scenarios/anonymous_bank.yaml, its volumes and rosters, and the facts of the background page from
the log.

Usage: python experiments/anonymous_bank/derive.py [--data PATH]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from arrivals import SLOT_S, counts, day_kind, overdispersion, whole_days
from bank_scenario import clock, scenario_dict, write_level_rosters, write_volumes
from call_log import PERSONAL, QUEUES, ROOT, data_path
from figures import patience_figure, staffing_figure
from laws import kaplan_meier
from model import (
    IMPUTATIONS,
    Fit,
    Month,
    fit,
    fit_staff_factor,
    mean_levels,
    planned_volumes,
    read_month,
    spreads_by_queue,
    volume_arrivals,
)
from priority import CREDIT_S, credited_share, overtaking_pairs
from scenario_text import to_text
from staffing import Waiting, services, stretches

SCENARIO = ROOT / "scenarios" / "anonymous_bank.yaml"
FOLDER = ROOT / "scenarios" / "anonymous_bank"
FIGURES = ROOT / "docs" / "background" / "figures"
FACTS = Path(__file__).with_name("facts.md")
HEADER = """\
# A retail bank's call center in January 1999, from its own call log: seven queues,
# {agents} agents at the phone at most. Written by experiments/anonymous_bank/derive.py;
# docs/background/anonymous-bank.md says how, how well it describes the month, and what does not fit.
# Data: Ilan Guedj and Avishai Mandelbaum, Technion. Figures only; the log itself is not part of ccsim.
# Staffing is not recorded in the log: the rosters are an estimate, in quarters of an hour.
# The log has no 11 and 12 January; both days are closed here. The service level is an assumption.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=data_path(), help="the log of January 1999")
    path = parser.parse_args().data
    month = read_month(path)
    fitted = fit(month)
    fitted, search = fit_staff_factor(month, fitted)
    levels = mean_levels(month, fitted)
    write_scenario(month, fitted, levels)
    staffing = staffing_table(month, fitted)
    staffing.to_csv(FOLDER / "staffing.csv", index=False, float_format="%.2f")
    FACTS.write_text(facts(month, fitted, staffing, search), encoding="utf-8")
    FIGURES.mkdir(parents=True, exist_ok=True)
    staffing_figure(staffing, FIGURES)
    patience_figure(month.calls, by_queue_length(month.calls), FIGURES)
    print(f"wrote {SCENARIO.relative_to(ROOT)}, {FOLDER.relative_to(ROOT)}/, {FACTS.name} and figures")


# -- the scenario -------------------------------------------------------------------------------------------


def write_scenario(month: Month, fitted: Fit, levels: pd.DataFrame) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_volumes(FOLDER / "volumes.csv", planned_volumes(month), SLOT_S, fitted.laws)
    rosters = {g: f"anonymous_bank/{name}" for g, name in write_level_rosters(FOLDER, levels).items()}
    spreads = spreads_by_queue(month, by_week=True)
    arrivals = {q: volume_arrivals("anonymous_bank/volumes.csv", s) for q, s in spreads.items()}
    data = scenario_dict(fitted.laws, arrivals, rosters, month.start, month.days, month.saturday_s)
    agents = int(np.ceil(levels.groupby(["date", "slot"])["agents"].sum().max()))
    SCENARIO.write_text(HEADER.format(agents=agents) + to_text(data), encoding="utf-8")


# -- staffing and its uncertainty ---------------------------------------------------------------------------


def staffing_table(month: Month, fitted: Fit, draws: int = 500) -> pd.DataFrame:
    """By kind of day and hour: agents available (mean, 95 % interval over days and imputations), bounds, and
    seen.

    ``least`` and ``most``: the two extreme readings of the gaps. ``serving``: mean number of services at
    once. ``serving_while_waiting``: the same over moments at which a personal caller waits. ``logged_on``:
    servers between their first and last call of the day.
    """
    likely = [
        _hourly(stretches(month.gaps, fitted.away, n, until_gone=True)) for n in range(1, IMPUTATIONS + 1)
    ]
    stack = np.stack([table.to_numpy() for table in likely])
    bounds = {
        r: _hourly(stretches(month.gaps, fitted.away, 1, r, until_gone=True)) for r in ("least", "most")
    }  # type: ignore[arg-type]
    served = services(month.calls)
    serving = _hourly(served)
    span = served.groupby(["date", "server"], as_index=False).agg(
        from_s=("from_s", "min"), to_s=("to_s", "max")
    )
    logged = _hourly(span)
    while_waiting = _serving_while_waiting(month.calls, served)
    rng = np.random.default_rng(1)
    kinds = np.array([day_kind(date.weekday()) for date in serving.index])
    rows = []
    for kind in ("weekday", "friday", "saturday"):
        own = np.flatnonzero(kinds == kind)
        picks = own[rng.integers(len(own), size=(draws, len(own)))]
        which = rng.integers(IMPUTATIONS, size=draws)
        again = np.stack([stack[w][p].mean(axis=0) for w, p in zip(which, picks, strict=True)])
        for hour in range(24):
            if logged.iloc[own, hour].sum() == 0:
                continue
            rows.append(
                {
                    "day": kind,
                    "hour": hour,
                    "available": stack[:, own, hour].mean(),
                    "low": np.quantile(again[:, hour], 0.025),
                    "high": np.quantile(again[:, hour], 0.975),
                    "least": bounds["least"].iloc[own, hour].mean(),
                    "most": bounds["most"].iloc[own, hour].mean(),
                    "serving": serving.iloc[own, hour].mean(),
                    "serving_while_waiting": while_waiting.iloc[own, hour].mean(),
                    "logged_on": logged.iloc[own, hour].mean(),
                }
            )
    return pd.DataFrame(rows)


def _hourly(table: pd.DataFrame) -> pd.DataFrame:
    """Mean number of rows that cover a moment: dates by 24 hours."""
    edges = np.arange(25) * 3600.0
    rows = {}
    for date, own in table.groupby("date"):
        begin, end = own["from_s"].to_numpy(float)[:, None], own["to_s"].to_numpy(float)[:, None]
        rows[date] = (
            np.clip(np.minimum(end, edges[1:]) - np.maximum(begin, edges[:-1]), 0, None).sum(axis=0) / 3600
        )
    return pd.DataFrame.from_dict(rows, orient="index")


def _serving_while_waiting(calls: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Mean number of services at once over the moments (every 5 s) at which a personal caller waits."""
    moments = np.arange(0, 86_400, 5.0)
    rows = {}
    for date, own in served.groupby("date"):
        waiting = Waiting.of(calls[calls["date"] == date])
        some = waiting.counts[np.searchsorted(waiting.times, moments, side="right") - 1] > 0
        begun = np.searchsorted(np.sort(own["from_s"].to_numpy(float)), moments, side="right")
        ended = np.searchsorted(np.sort(own["to_s"].to_numpy(float)), moments, side="right")
        there = np.where(some, begun - ended, np.nan).reshape(24, -1)
        many = (~np.isnan(there)).sum(axis=1) >= 12
        rows[date] = np.where(
            many, np.nansum(there, axis=1) / np.maximum((~np.isnan(there)).sum(axis=1), 1), np.nan
        )
    return pd.DataFrame.from_dict(rows, orient="index")


# -- facts --------------------------------------------------------------------------------------------------


def by_queue_length(calls: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Queued personal callers by how many personal callers waited when they came."""
    length = np.zeros(len(calls))
    for date, day in calls.groupby("date"):
        waiting = Waiting.of(calls[calls["date"] == date])
        at = np.searchsorted(waiting.times, day["arrived_s"].to_numpy(float) - 0.5, side="right") - 1
        length[day.index] = waiting.counts[at]
    classes = (("nobody", 0, 0), ("1 or 2", 1, 2), ("3 or 4", 3, 4), ("5 to 7", 5, 7), ("8 or more", 8, 99))
    personal = calls["queue"].isin(PERSONAL) & calls["queued"]
    return [(name, calls[personal & (length >= low) & (length <= high)]) for name, low, high in classes]


def facts(month: Month, fitted: Fit, staffing: pd.DataFrame, search: pd.DataFrame) -> str:
    """The tables of the background page, each under a mark by which the page includes it."""
    parts = {
        "log": _log_facts(month),
        "laws": _law_facts(month, fitted),
        "patience": _patience_facts(month),
        "arrivals": _arrival_facts(month),
        "staffing": _staffing_facts(month, fitted, staffing),
        "search": _search_facts(search),
    }
    lines = [line for name, table in parts.items() for line in (f"<!-- {name} -->", "", *table, "")]
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def _log_facts(month: Month) -> list[str]:
    says = {
        "rows": "rows in the file",
        "unreadable": "unreadable rows",
        "duplicates": "duplicate rows",
        "phantom": "virtual (PHANTOM) rows, dropped",
        "hung_up_in_voice_response": "hung up in the voice response unit, not offered",
        "offered": "**offered**: joined the queue or answered at once",
        "outside_opening_hours": "of these outside opening hours, left out of every comparison",
        "abandoned": "abandoned (queued and hung up)",
        "service_under_10s": "services under 10 s",
        "answered_without_server": "answered, no server recorded (median service 6 s)",
        "answered_without_service_clock": "answered, no start of service recorded",
        "hung_up_yet_served": "hung up, yet with a start of service; counted as abandoned",
        "service_passes_midnight": "services that pass midnight",
        "service_time_differs_from_clocks": "service time other than exit - start (but for midnight)",
        "queue_time_differs_from_clocks": "queue time other than exit - start (but for midnight)",
        "negative_vru_time": "negative time in the voice response unit",
        "answered_at_once_but_clocks_differ_over_1m": "answered at once, clocks over a minute apart",
    }
    return _table(("in the log", "calls"), [(text, str(month.counts[name])) for name, text in says.items()])


def _law_facts(month: Month, fitted: Fit) -> list[str]:
    calls = month.calls
    answered = calls[calls["answered"]]
    above = answered.loc[answered["talk_s"] >= 10, "talk_s"]
    dates = answered["date"].unique()
    by_day = answered.groupby("date")["talk_s"].agg(["sum", "size"])
    rng = np.random.default_rng(1)
    again = by_day.to_numpy()[rng.integers(len(dates), size=(1000, len(dates)))].sum(axis=1)
    low, high = np.quantile(again[:, 0] / again[:, 1], (0.025, 0.975))
    logs = np.log(above)
    skew = float(((logs - logs.mean()) ** 3).mean() / logs.std() ** 3)
    share = credited_share(overtaking_pairs(calls))
    rows = [
        (
            "mean service time, all",
            f"{answered['talk_s'].mean():.0f} s ({low:.0f} to {high:.0f})",
            "180 to 200 s",
        ),
        ("mean service time, 10 s and more", f"{above.mean():.0f} s", ""),
        (
            "log of service times of 10 s and more",
            f"standard deviation {logs.std():.2f}, skewness {skew:.2f}",
            "normal",
        ),
        ("P(abandon)", f"{(~calls['answered']).mean():.3f}", "0.10"),
        (
            "after-call work (pick-up included)",
            f"mean {fitted.laws.mean_wrap_up():.1f} s, median 5 s",
            "not recorded",
        ),
        ("high callers with queue credit", f"{100 * share:.0f} % from 13 January, none before", "all"),
        ("queue credit", f"{CREDIT_S:.0f} s", "90 s"),
        ("Saturdays open from", clock(month.saturday_s)[:5], "20:00"),
    ]
    return _table(("figure", "in the log", "published"), rows)


def _patience_facts(month: Month) -> list[str]:
    rows = []
    for name, calls in by_queue_length(month.calls):
        curve = kaplan_meier(calls["wait_s"].to_numpy(float), ~calls["answered"].to_numpy(bool))
        gone = (f"{100 * (1 - curve.at(t)):.0f} %" for t in (30, 60, 120))
        rows.append((name, str(len(calls)), *gone))
    return _table(
        ("personal callers waiting on arrival", "callers", "gone by 30 s", "by 60 s", "by 120 s"), rows
    )


def _arrival_facts(month: Month) -> list[str]:
    dates, table = counts(whole_days(month.calls))
    rows = []
    parts = {"all queues together": list(range(len(QUEUES))), "personal": [0, 1, 2]}
    parts |= {name: [number] for number, name in enumerate(QUEUES) if name not in PERSONAL}
    for name, numbers in parts.items():
        plain, weekly = (overdispersion(dates, table[:, numbers], by) for by in (False, True))
        rows.append((name, f"{plain.daily_cv:.3f}", f"{weekly.daily_cv:.3f}", f"{weekly.interval_cv:.3f}"))
    return _table(
        ("queue", "daily cv, weekday known", "daily cv, weekday and week known", "half-hour cv"), rows
    )


def _staffing_facts(month: Month, fitted: Fit, staffing: pd.DataFrame) -> list[str]:
    rows = []
    for _, row in staffing[
        (staffing["day"] == "weekday") & staffing["hour"].isin([8, 10, 12, 14, 16, 18, 20, 22])
    ].iterrows():
        rows.append(
            (
                f"{int(row['hour'])}:00",
                f"{row['available']:.1f}",
                f"{row['low']:.1f} to {row['high']:.1f}",
                f"{row['least']:.1f} to {row['most']:.1f}",
                f"{row['serving']:.1f}",
                f"{row['serving_while_waiting']:.1f}",
                f"{row['logged_on']:.1f}",
            )
        )
    waited, empty = (1 - float(law[:61].sum()) for law in (fitted.away.waited, fitted.away.empty))
    head = (
        "hour",
        "available",
        "95 % over days",
        "least to most",
        "serving",
        "serving while a caller waits",
        "logged on",
    )
    return [
        *_table(head, rows),
        "",
        "After a call that ends while somebody waits, an agent is away for more than a minute with"
        f" probability {waited:.3f}; after one that ends with nobody waiting, {empty:.3f}.",
    ]


def _search_facts(search: pd.DataFrame) -> list[str]:
    rows = [
        (
            f"{row['factor']:.2f}",
            f"{row['P(abandon)']:.3f}",
            f"{row['mean wait, all']:.1f} s",
            f"{row['P(wait > 0)']:.3f}",
            f"{row['answered within 20 s']:.3f}",
            f"{row['answered within 60 s']:.3f}",
            f"{row['distance']:.2f}",
        )
        for _, row in search.iterrows()
    ]
    head = ("agents x", "P(abandon)", "mean wait", "P(wait > 0)", "within 20 s", "within 60 s", "distance")
    return _table(head, rows)


if __name__ == "__main__":
    main()
