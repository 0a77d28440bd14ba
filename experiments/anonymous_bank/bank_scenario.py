"""From figures to scenario files: volumes and rosters as CSV, the YAML, and the replay of recorded
arrivals."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from call_log import QUEUES
from laws import BankLaws
from priority import CREDIT_S
from staffing import GROUPS, SKILLS

Floats = npt.NDArray[np.float64]
GRID_S = 900  # of the committed roster
OPEN = {"sun": "07:00-24:00", "mon-thu": "07:00-24:00", "fri": "07:00-14:00"}


def clock(seconds: float) -> str:
    """``25:30:00`` for 91 800; times past midnight stay with their date."""
    whole = round(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def queue_part(name: str, laws: BankLaws) -> dict[str, Any]:
    """A queue without its arrivals. The queue credit is 1.5 points where a minute's wait is one."""
    credit = {"priority": {"base": CREDIT_S / 60, "per_minute": 1}} if name == "personal_credit" else {}
    return {**credit, "talk": laws.talk[name].spec(), "patience": laws.patience[name].spec()}


def scenario_dict(
    laws: BankLaws,
    arrivals: Mapping[str, dict[str, Any]],
    rosters: Mapping[str, str],
    start: dt.date,
    days: int,
    saturday_s: float,
) -> dict[str, Any]:
    """The long form of a scenario. ``arrivals`` by queue (queues without are left empty), ``rosters`` by
    group."""
    return {
        "format": 1,
        "name": "anonymous_bank",
        "description": "A retail bank's call center: weekly volumes, estimated staff, measured patience",
        "time": {
            "start": start.isoformat(),
            "days": days,
            "open": OPEN | {"sat": f"{clock(saturday_s)[:5]}-24:00"},
            "interval": "30m",
            "zone": "Asia/Jerusalem",
        },
        "defaults": {
            "queue": {
                "priority": {"base": 0, "per_minute": 1},
                "wrap_up": laws.wrap_up_spec(),
                "service_level": "80% in 20s",
            }
        },
        "queues": {
            name: ({"arrivals": arrivals[name]} if name in arrivals else {}) | queue_part(name, laws)
            for name in QUEUES
        },
        "agent_groups": {
            group: {"roster": rosters[group], "skills": list(SKILLS[group])}
            for group in GROUPS
            if group in rosters
        },
        "routing": {"agent": ["longest_idle"], "contact": ["priority", "longest_wait"]},
    }


def write_trace(path: Path, calls: pd.DataFrame, laws: BankLaws, *, recorded: bool, seed: int) -> None:
    """Arrivals with talk times: recorded for callers who were answered, drawn by hour for the others, or for
    all."""
    rng = np.random.default_rng(seed)
    hour = (calls["arrived_s"].to_numpy() // 3600).astype(int) % 24
    talk = np.zeros(len(calls))
    for queue in QUEUES:
        rows = (calls["queue"] == queue).to_numpy()
        talk[rows] = laws.talk[queue].draw(hour[rows], rng)
    if recorded:
        talk = np.where(calls["answered"], calls["talk_s"], talk)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["arrived_at", "queue", "talk_s"])
        for date, at, queue, talk_s in zip(
            calls["date"], calls["arrived_s"], calls["queue"], talk, strict=True
        ):
            stamp = date.to_pydatetime() + dt.timedelta(seconds=float(at))
            writer.writerow([stamp.isoformat(sep=" "), queue, f"{talk_s:.1f}"])


def write_rosters(folder: Path, stretches: pd.DataFrame, groups: pd.DataFrame) -> dict[str, str]:
    """One roster file a group from stretches of named servers; returns file names by group.

    A server who changed group between days is another agent there. Stretches of one agent that touch are
    joined.
    """
    table = stretches.merge(groups, on=["date", "server"], how="inner")
    number = {name: i + 1 for i, name in enumerate(sorted(table["server"].unique()))}
    names: dict[str, str] = {}
    for group, rows in table.groupby("group"):
        names[str(group)] = f"roster_{group}.csv"
        lines: list[tuple[str, dt.date, float, float]] = []
        for (server, date), own in rows.groupby(["server", "date"], sort=True):
            for begin, end in _joined(zip(own["from_s"], own["to_s"], strict=True)):
                lines.append((f"{group} {number[server]:02d}", date.date(), begin, end))
        _write_roster(folder / names[str(group)], lines)
    return names


def _joined(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for begin, end in sorted((round(a), round(b)) for a, b in spans):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif end > begin:
            out.append((begin, end))
    return out


def _write_roster(path: Path, lines: Iterable[tuple[str, dt.date, float, float]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["agent_id", "date", "start", "end"])
        for agent, date, begin, end in lines:
            writer.writerow([agent, date.isoformat(), clock(begin), clock(end)])


def staffing_levels(stretches: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Mean number of available agents: columns date, group, slot (of 15 minutes), agents. Zero slots are left
    out."""
    table = stretches.merge(groups, on=["date", "server"], how="inner")
    edges = np.arange(0, 27 * 3600 + 1, GRID_S, dtype=float)
    parts = []
    for (date, group), rows in table.groupby(["date", "group"]):
        begin, end = rows["from_s"].to_numpy(float)[:, None], rows["to_s"].to_numpy(float)[:, None]
        inside = (
            np.clip(np.minimum(end, edges[1:]) - np.maximum(begin, edges[:-1]), 0, None).sum(axis=0) / GRID_S
        )
        there = np.flatnonzero(inside > 0)
        parts.append(pd.DataFrame({"date": date, "group": group, "slot": there, "agents": inside[there]}))
    return pd.concat(parts, ignore_index=True)


def write_level_rosters(folder: Path, levels: pd.DataFrame) -> dict[str, str]:
    """Rosters of whole agents that have, over each few quarters of an hour, the mean number of ``levels``.

    The fraction is carried on to the next quarter (error diffusion). Agent k of a group is on duty whenever
    at least k agents are; quarters that adjoin are one row.
    """
    names: dict[str, str] = {}
    for group, rows in levels.groupby("group"):
        names[str(group)] = f"roster_{group}.csv"
        lines: list[tuple[str, dt.date, float, float]] = []
        for date, own in rows.groupby("date"):
            # every quarter from the first to the last, so that fractions carry on
            slots = np.arange(own["slot"].min(), own["slot"].max() + 1)
            whole = _diffused(own.set_index("slot")["agents"].reindex(slots, fill_value=0.0).to_numpy(float))
            for agent in range(int(whole.max(initial=0))):
                spans = [(s * GRID_S, (s + 1) * GRID_S) for s in slots[whole > agent]]
                for begin, end in _joined(spans):
                    lines.append((f"{group} {agent + 1:02d}", date.date(), begin, end))
        _write_roster(folder / names[str(group)], sorted(lines))
    return names


def _diffused(agents: Floats) -> npt.NDArray[np.int64]:
    """Whole numbers whose running sum stays within one half of that of ``agents``."""
    return np.diff(np.floor(np.concatenate([[0.0], np.cumsum(agents)]) + 0.5)).astype(np.int64)


def write_volumes(path: Path, volumes: Mapping[dt.date, Floats], slot_s: int, laws: BankLaws) -> None:
    """Expected volumes and mean handle times in the tidy layout; ``volumes`` maps dates to (queues,
    slots)."""
    wrap_up = laws.mean_wrap_up()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "time", "queue", "offered", "talk_s", "acw_s"])
        for date in sorted(volumes):
            for number, queue in enumerate(QUEUES):
                for slot, offered in enumerate(volumes[date][number]):
                    if offered > 0:
                        law = laws.talk[queue]
                        talk = f"{law.mean() * law.by_hour[slot * slot_s // 3600]:.1f}"
                        row = [
                            date.isoformat(),
                            clock(slot * slot_s)[:5],
                            queue,
                            f"{offered:.2f}",
                            talk,
                            f"{wrap_up:.1f}",
                        ]
                        writer.writerow(row)
