"""Observed against simulated: January on the forecast and as an exact replay, held-out days, or another
month.

Usage:
  python experiments/anonymous_bank/compare.py [--data PATH]
      January; writes results.md, CSV files and the figure of the background page
  python experiments/anonymous_bank/compare.py --data other.txt.gz [more ...]
      other months under January's laws; prints their tables
Options:
  --january PATH   where January is, when --data is another month
  --out FOLDER     write results.md, CSV files and the figure there
  --quick          fewer replications
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from arrivals import day_kind
from call_log import ROOT, data_path
from figures import hourly_figure
from model import (
    METRICS,
    Month,
    day_bootstrap,
    fit,
    fit_staff_factor,
    forecast,
    read_month,
    replay,
    summary,
    waits,
)
from priority import credited_share, overtaking_pairs

import ccsim

HERE = Path(__file__).resolve().parent
FIGURES = ROOT / "docs" / "background" / "figures"
SCENARIO = ROOT / "scenarios" / "anonymous_bank.yaml"
Tables = list[pd.DataFrame]
CALLERS = {
    "personal": "personal, regular",
    "personal_high": "personal, high",
    "personal_credit": "personal, high",
    "prospects": "prospects",
    "stocks": "stocks",
    "internet": "internet",
    "call_backs": "call-backs",
}
MIDDLE = (0.05, 0.95)  # of replications: a run of this length falls between


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", "--months", type=Path, nargs="+", default=[data_path()])
    parser.add_argument("--january", type=Path, default=data_path())
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    sizes = {"imputations": 2, "replications": 1} if given.quick else {}
    january = read_month(given.january if given.january.exists() else given.data[0])
    for path in given.data:
        month = read_month(path, credited_share(overtaking_pairs(january.calls)))
        own = month.start == january.start
        runs = january_runs(january, sizes) if own else other_runs(january, month, sizes)
        results, hourly, queues = tabulate(runs)
        text = to_markdown(results, queues)
        print(f"{path}: {len(month.calls)} calls in opening hours, {month.calls['date'].nunique()} days\n")
        print(text)
        out = (HERE if own else None) if given.out is None else given.out
        if out is not None and not (own and given.quick):
            write(out, FIGURES if given.out is None else out, results, hourly, queues, text)


# -- the runs -----------------------------------------------------------------------------------------------

Run = tuple[str, pd.DataFrame, Callable[[], Tables]]


def january_runs(january: Month, sizes: dict[str, int]) -> list[Run]:
    """In sample on the whole month; out of sample, laws of days 1 to 15 tried on days 16 to 31."""
    whole = fit(january)
    first, second = january.part(1, 15), january.part(16, 31)
    half, _ = fit_staff_factor(first, fit(first))
    return [
        (
            "replay, recorded handle times",
            january.calls,
            lambda: replay(january, whole, handle_times="recorded", **sizes),
        ),
        (
            "replay, drawn handle times",
            january.calls,
            lambda: replay(january, whole, handle_times="drawn", **sizes),
        ),
        ("forecast", january.calls, lambda: committed_forecast(january, sizes)),
        (
            "held out: replay, recorded handle times",
            second.calls,
            lambda: replay(second, half, handle_times="recorded", **sizes),
        ),
        (
            "held out: replay, drawn handle times",
            second.calls,
            lambda: replay(second, half, handle_times="drawn", **sizes),
        ),
        (
            "held out: replay, drawn, staff of days 1 to 15",
            second.calls,
            lambda: replay(second, half, handle_times="drawn", rosters_of=first, **sizes),
        ),
        (
            "held out: forecast, staff of days 1 to 15",
            second.calls,
            lambda: forecast(second, half, first, **sizes),
        ),
    ]


def other_runs(january: Month, month: Month, sizes: dict[str, int]) -> list[Run]:
    """Another month under January's laws, with the staff that its own log shows and with January's."""
    laws, _ = fit_staff_factor(january, fit(january))
    return [
        (
            "replay, recorded handle times",
            month.calls,
            lambda: replay(month, laws, handle_times="recorded", **sizes),
        ),
        (
            "replay, drawn handle times",
            month.calls,
            lambda: replay(month, laws, handle_times="drawn", **sizes),
        ),
        (
            "replay, drawn, January's staff",
            month.calls,
            lambda: replay(month, laws, handle_times="drawn", rosters_of=january, **sizes),
        ),
        (
            "forecast, January's volumes and staff",
            month.calls,
            lambda: forecast(month, laws, january, **sizes),
        ),
    ]


def committed_forecast(january: Month, sizes: dict[str, int]) -> Tables:
    """The shipped scenario as it stands."""
    repetitions = sizes.get("imputations", 5) * sizes.get("replications", 4)
    tables = waits(ccsim.simulate(ccsim.load(SCENARIO), seed=1, replications=repetitions))
    open_days = set(january.calls["date"].dt.date)
    assert all(set(table["date"].dt.date) <= open_days for table in tables), (
        "the scenario opens on a day without log"
    )
    return tables


# -- the tables ---------------------------------------------------------------------------------------------


def tabulate(runs: list[Run]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Results of the whole period, by hour of the long days and by kind of caller: run, metric, observed,
    simulated and intervals."""
    results, hourly, queues = [], [], []
    for name, observed, simulate in runs:
        tables = simulate()
        results.append(_compare(name, observed, tables))
        long_days = [_long_days(table) for table in tables]
        seen = _long_days(observed)
        for hour in range(7, 24):
            rows = _compare(name, _in_hour(seen, hour), [_in_hour(table, hour) for table in long_days])
            hourly.append(rows.assign(hour=hour))
        for caller in dict.fromkeys(CALLERS.values()):
            rows = _compare(name, _of(observed, caller), [_of(table, caller) for table in tables])
            queues.append(rows.assign(caller=caller))
    results, hourly, queues = (pd.concat(parts, ignore_index=True) for parts in (results, hourly, queues))
    return results, hourly, queues


def _compare(name: str, observed: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    seen, spread = summary(observed), day_bootstrap(observed)
    found = pd.DataFrame([summary(table) for table in tables])
    rows = [
        ("offered", "calls", len(observed), len(observed), len(observed), pd.Series([len(t) for t in tables]))
    ]
    rows += [(m, unit, seen[m], *spread[m], found[m]) for m, unit in METRICS.items()]
    return pd.DataFrame(
        {
            "run": name,
            "metric": metric,
            "unit": unit,
            "observed": value,
            "observed_low": low,
            "observed_high": high,
            "simulated": values.mean(),
            "low": values.quantile(MIDDLE[0]),
            "high": values.quantile(MIDDLE[1]),
        }
        for metric, unit, value, low, high, values in rows
    )


def _of(calls: pd.DataFrame, caller: str) -> pd.DataFrame:
    return calls[calls["queue"].map(CALLERS) == caller]


def _long_days(calls: pd.DataFrame) -> pd.DataFrame:
    return calls[calls["weekday"].map(day_kind) == "weekday"]


def _in_hour(calls: pd.DataFrame, hour: int) -> pd.DataFrame:
    return calls[(calls["arrived_s"] >= hour * 3600) & (calls["arrived_s"] < (hour + 1) * 3600)]


def _cell(value: float, unit: str) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:.3f}" if unit == "share" else f"{value:.1f}" if unit == "s" else f"{value:.0f}"


def to_markdown(results: pd.DataFrame, queues: pd.DataFrame) -> str:
    """One table a period, a column a run; and the first run by kind of caller."""
    lines = [f"<!-- written by compare.py with ccsim {ccsim.__version__} -->"]
    periods: dict[int, list[str]] = {}
    for run, rows in results.groupby("run", sort=False):
        periods.setdefault(int(rows["observed"].iloc[0]), []).append(str(run))
    for runs in periods.values():
        lines += ["", f"| | observed | {' | '.join(run.removeprefix('held out: ') for run in runs)} |"]
        lines.append("| --- " * (len(runs) + 2) + "|")
        for metric in ("offered", *METRICS):
            rows = results[(results["metric"] == metric) & results["run"].isin(runs)]
            unit = str(rows["unit"].iloc[0])
            seen = rows.iloc[0]
            cells = [_with_range(seen["observed"], seen["observed_low"], seen["observed_high"], unit)]
            cells += [
                _with_range(row["simulated"], row["low"], row["high"], unit) for _, row in rows.iterrows()
            ]
            lines.append(f"| {metric}{', s' if unit == 's' else ''} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_by_caller(queues)]) + "\n"


def _by_caller(queues: pd.DataFrame) -> list[str]:
    first = str(queues["run"].iloc[0])
    shown = ("P(abandon)", "mean wait, all", "P(wait > 0)")
    head = [f"{metric}{', s' if METRICS[metric] == 's' else ''}" for metric in shown]
    titles = [f"{name}, {side}" for name in head for side in ("observed", "simulated")]
    lines = [f"| {first} | calls | {' | '.join(titles)} |", "| --- " * (len(titles) + 2) + "|"]
    for caller, rows in queues[queues["run"] == first].groupby("caller", sort=False):
        rows = rows.set_index("metric")
        cells = [_cell(rows.loc["offered", "observed"], "calls")]
        for metric in shown:
            cells += [_cell(rows.loc[metric, side], METRICS[metric]) for side in ("observed", "simulated")]
        lines.append(f"| {caller} | {' | '.join(cells)} |")
    return lines


def _with_range(value: float, low: float, high: float, unit: str) -> str:
    if low == high:
        return _cell(value, unit)
    return f"{_cell(value, unit)} ({_cell(low, unit)} to {_cell(high, unit)})"


def write(
    out: Path, figures: Path, results: pd.DataFrame, hourly: pd.DataFrame, queues: pd.DataFrame, text: str
) -> None:
    for folder in (out, figures):
        folder.mkdir(parents=True, exist_ok=True)
    (out / "results.md").write_text(text, encoding="utf-8")
    results.round(6).to_csv(out / "results.csv", index=False)
    queues.round(6).to_csv(out / "callers.csv", index=False)
    hourly.round(6).to_csv(out / "hourly.csv", index=False)
    hourly_figure(hourly, figures)
    print(f"wrote results.md and CSV files to {out} and the figure to {figures}")


if __name__ == "__main__":
    main()
