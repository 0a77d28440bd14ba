"""The figures of the background page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from laws import kaplan_meier

OBSERVED, SIMULATED, SECOND, BAND = "#1a1a1a", "#0072b2", "#d55e00", "#0072b2"


def _axes(rows: int, columns: int, size: tuple[float, float]) -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "svg.hashsalt": "ccsim",
            "figure.facecolor": "white",
        }
    )
    return plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")


def _save(figure: Any, folder: Path, name: str) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(folder / f"{name}.png", dpi=150)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


def staffing_figure(table: pd.DataFrame, folder: Path) -> None:
    """Agents by hour of a long day: available with its interval and bounds, serving, logged on."""
    figure, axes = _axes(1, 1, (7.2, 3.6))
    axis, own = axes[0, 0], table[(table["day"] == "weekday") & (table["hour"] >= 7)]
    hour = own["hour"] + 0.5
    axis.fill_between(
        hour,
        own["least"],
        own["most"],
        color="#999999",
        alpha=0.25,
        lw=0,
        label="least to most that the log allows",
    )
    axis.fill_between(hour, own["low"], own["high"], color=BAND, alpha=0.3, lw=0, label="95 % over days")
    axis.plot(hour, own["logged_on"], color=SECOND, ls="--", label="logged on (first to last call)")
    axis.plot(hour, own["available"], color=SIMULATED, label="available, estimate")
    axis.plot(
        hour, own["serving_while_waiting"], "o", ms=3.5, color=OBSERVED, label="serving while somebody waits"
    )
    axis.plot(hour, own["serving"], color=OBSERVED, lw=1, label="serving")
    axis.set(
        xlabel="hour of the day (Sunday to Thursday)",
        ylabel="agents",
        xlim=(7, 24),
        ylim=(0, None),
        xticks=range(7, 25),
    )
    axis.legend(ncol=2, fontsize=8, loc="upper right")
    axis.set_ylim(0, own["logged_on"].max() * 1.45)
    _save(figure, folder, "anonymous_bank_staffing")


def patience_figure(calls: pd.DataFrame, by_length: list[tuple[str, pd.DataFrame]], folder: Path) -> None:
    """Left: survival of patience by queue. Middle: hazard. Right: patience by queue length on arrival."""
    figure, axes = _axes(1, 3, (10.5, 3.4))
    left, middle, right = axes[0]
    pools = (
        ("personal, regular", ["personal"]),
        ("personal, high", ["personal_high", "personal_credit"]),
        ("prospects", ["prospects"]),
        ("stocks", ["stocks"]),
    )
    colours = ("#0072b2", "#009e73", "#d55e00", "#cc79a7")
    for (name, queues), colour in zip(pools, colours, strict=True):
        rows = calls[calls["queue"].isin(queues) & calls["queued"]]
        curve = kaplan_meier(rows["wait_s"].to_numpy(float), ~rows["answered"].to_numpy(bool))
        left.step(curve.times_s, curve.surviving, where="post", color=colour, label=name)
    left.set(
        xlim=(0, 300),
        ylim=(0, 1),
        xlabel="waited, s",
        ylabel="share still patient",
        title="Patience by queue",
    )
    left.legend(fontsize=8, loc="lower left")
    queued = calls[calls["queued"]]
    wait, gone = queued["wait_s"].to_numpy(float), ~queued["answered"].to_numpy(bool)
    edges = np.arange(0, 185, 5)
    exposure = np.array([np.clip(wait - a, 0, 5).sum() for a in edges[:-1]])
    events = np.array([(gone & (wait > a) & (wait <= a + 5)).sum() for a in edges[:-1]])
    middle.bar(edges[:-1] + 2.5, 60 * events / exposure, width=4.4, color="#0072b2")
    middle.axvline(60, color=SECOND, lw=1, ls="--")
    middle.text(62, middle.get_ylim()[1] * 0.96, "60 s", color=SECOND, va="top")
    middle.set(
        xlabel="waited, s", ylabel="give up per minute of waiting", title="Hazard of giving up, all callers"
    )
    shades = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
    for (name, rows), colour in zip(by_length, shades, strict=True):
        curve = kaplan_meier(rows["wait_s"].to_numpy(float), ~rows["answered"].to_numpy(bool))
        right.step(curve.times_s, curve.surviving, where="post", color=colour, label=name)
    right.set(xlim=(0, 180), ylim=(0, 1), xlabel="waited, s", title="Personal callers, by callers ahead")
    right.legend(fontsize=8, loc="lower left", title="waiting on arrival", title_fontsize=8)
    _save(figure, folder, "anonymous_bank_patience")


def hourly_figure(hourly: pd.DataFrame, folder: Path) -> None:
    """Observed and simulated by hour, Sunday to Thursday; points with 95 % bars, bands of the middle 90 % of
    runs."""
    panels = (
        ("P(abandon)", "share of offered"),
        ("mean wait, all", "seconds"),
        ("P(wait > 0)", "share of offered"),
        ("answered within 20 s", "share of offered"),
    )
    figure, axes = _axes(2, 2, (9.0, 6.0))
    runs = list(dict.fromkeys(hourly["run"]))
    forecast = next(run for run in runs if run.startswith("forecast"))
    lines = ((runs[0], SIMULATED), (forecast, SECOND))
    for axis, (metric, unit) in zip(axes.flat, panels, strict=True):
        for run, colour in lines:
            own = hourly[(hourly["run"] == run) & (hourly["metric"] == metric)]
            axis.fill_between(own["hour"] + 0.5, own["low"], own["high"], color=colour, alpha=0.2, lw=0)
            axis.plot(own["hour"] + 0.5, own["simulated"], color=colour, label=run)
        own = hourly[(hourly["run"] == lines[0][0]) & (hourly["metric"] == metric)]
        bars = np.abs(
            np.stack([own["observed"] - own["observed_low"], own["observed_high"] - own["observed"]])
        )
        axis.errorbar(
            own["hour"] + 0.5,
            own["observed"],
            yerr=bars,
            fmt="o",
            ms=3.5,
            lw=1,
            color=OBSERVED,
            label="observed",
        )
        axis.set(title=metric, ylabel=unit, xlim=(7, 24), xticks=range(7, 25, 2), ylim=(0, None))
    for axis in axes[1]:
        axis.set_xlabel("hour of the day (Sunday to Thursday)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, ncol=3, loc="outside upper center")
    _save(figure, folder, "anonymous_bank_by_hour")
