"""Read the call log of the Anonymous Bank: one row per call that wanted an agent, faults counted.

The log (Guedj and Mandelbaum, Technion) is tab separated, one file a month, 17 columns. What a row becomes
here:

- *PHANTOM* rows are virtual and dropped.
- A call is *offered* when it joined the queue or was put through to an agent at once. A caller who hung up in
  the voice response unit (HANG with ``q_start`` 0:00:00) wanted no agent yet and is not offered.
- It arrives when it joins the queue, or at the exit of the voice response unit when it did not have to queue.
- The wait is ``q_time`` (0 when it never queued); the talk time is ``ser_time``, 0 kept as 0.
- Times are seconds since midnight of the row's date; a service that passes midnight runs beyond 86 400.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
FILE_NAME = "anonymous_bank/january1999.txt.gz"
COLUMNS = (
    "vru+line",
    "call_id",
    "customer_id",
    "priority",
    "type",
    "date",
    "vru_entry",
    "vru_exit",
    "vru_time",
    "q_start",
    "q_exit",
    "q_time",
    "outcome",
    "ser_start",
    "ser_exit",
    "ser_time",
    "server",
)
CLOCKS = ("vru_entry", "vru_exit", "q_start", "q_exit", "ser_start", "ser_exit")
SECONDS = ("vru_time", "q_time", "ser_time")
DAY_S = 86_400
NO_SERVER = "NO_SERVER"

# Kind of work by the type of the call; personal calls split by the recorded priority.
QUEUE_OF_TYPE = {"NW": "prospects", "NE": "stocks", "IN": "internet", "TT": "call_backs"}
PERSONAL = ("personal", "personal_high", "personal_credit")
QUEUES = (*PERSONAL, "prospects", "stocks", "internet", "call_backs")
HIGH_PRIORITY = 2


@dataclass(frozen=True)
class CallLog:
    """Offered calls and what was found on the way.

    ``calls``: one row per offered call, columns date, weekday (0 = Monday), type, queue, priority (-1: not
    recorded), queued, arrived_s, wait_s, answered, talk_s, server. ``counts``: name -> rows, in reading
    order.
    """

    calls: pd.DataFrame
    counts: dict[str, int]


def data_path(name: str = FILE_NAME) -> Path:
    """Where the log is: under the environment variable CCSIM_DATA, else ``../shared/data`` beside the
    repository."""
    folder = os.environ.get("CCSIM_DATA")
    return (Path(folder) if folder else ROOT.parent / "shared" / "data") / name


def read_calls(path: Path) -> CallLog:
    """Read one month. Raises ValueError where the file has another layout, FileNotFoundError where it is
    absent."""
    raw = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, index_col=False)
    raw.columns = [name.strip() for name in raw.columns]
    missing = [name for name in COLUMNS if name not in raw.columns]
    if missing:
        raise ValueError(f"{path} is not a log of this layout: no column {', '.join(missing)}")
    raw = raw[list(COLUMNS)].apply(lambda column: column.str.strip())
    counts = {"rows": len(raw)}
    raw = _numbers(raw, counts)
    counts["phantom"] = int((raw["outcome"] == "PHANTOM").sum())
    raw = raw[raw["outcome"] != "PHANTOM"]
    _count_faults(raw, counts)
    raw = raw.drop_duplicates(subset=["vru+line", "call_id", "date", "vru_entry"])
    return CallLog(_offered(raw, counts), counts)


def _numbers(raw: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    """Text to seconds and dates; rows with unreadable cells are dropped and counted."""
    raw = raw.copy()
    for name in CLOCKS:
        parts = raw[name].str.split(":", expand=True).reindex(columns=range(3))
        parts = parts.apply(pd.to_numeric, errors="coerce")
        raw[name] = parts[0] * 3600 + parts[1] * 60 + parts[2]
    for name in (*SECONDS, "priority"):
        raw[name] = pd.to_numeric(raw[name], errors="coerce")
    raw["date"] = pd.to_datetime("19" + raw["date"].str.zfill(6), format="%Y%m%d", errors="coerce")
    unreadable = raw[[*CLOCKS, *SECONDS, "priority", "date"]].isna().any(axis=1)
    unreadable |= ~raw["outcome"].isin(["AGENT", "HANG", "PHANTOM"])
    counts["unreadable"] = int(unreadable.sum())
    return raw[~unreadable]


def _count_faults(raw: pd.DataFrame, counts: dict[str, int]) -> None:
    queued = raw["q_start"] > 0
    served = raw["outcome"] == "AGENT"
    span = raw["ser_exit"] - raw["ser_start"]
    crossing = served & (raw["ser_start"] > 0) & (span < 0)
    q_span = raw["q_exit"] - raw["q_start"]
    lag = raw["ser_start"] - raw["vru_exit"]
    named = raw["server"] != NO_SERVER
    counts |= {
        "duplicates": int(raw.duplicated(subset=["vru+line", "call_id", "date", "vru_entry"]).sum()),
        "negative_vru_time": int((raw["vru_time"] < 0).sum()),
        "service_passes_midnight": int(crossing.sum()),
        "service_time_differs_from_clocks": int(
            (served & (raw["ser_start"] > 0) & ((span % DAY_S) != raw["ser_time"])).sum()
        ),
        "queue_time_differs_from_clocks": int((queued & ((q_span % DAY_S) != raw["q_time"])).sum()),
        "hung_up_yet_served": int(((raw["outcome"] == "HANG") & (raw["ser_start"] > 0)).sum()),
        "answered_without_server": int((served & ~named).sum()),
        "answered_without_service_clock": int((served & (raw["ser_start"] == 0)).sum()),
        "answered_at_once_but_clocks_differ_over_1m": int(
            (served & ~queued & (raw["ser_start"] > 0) & (((lag + 60) % DAY_S) > 120)).sum()
        ),
        "service_under_10s": int((served & (raw["ser_time"] < 10)).sum()),
        "hung_up_in_voice_response": int(((raw["outcome"] == "HANG") & ~queued).sum()),
    }


def _offered(raw: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    queued = raw["q_start"] > 0
    answered = raw["outcome"] == "AGENT"
    keep = answered | queued
    priority = raw["priority"].where(queued, -1).astype(int)
    queue = raw["type"].map(QUEUE_OF_TYPE).fillna("personal")
    queue = queue.mask((queue == "personal") & (priority == HIGH_PRIORITY), "personal_high")
    calls = pd.DataFrame(
        {
            "date": raw["date"],
            "weekday": raw["date"].dt.day_of_week,
            "type": raw["type"],
            "queue": queue,
            "priority": priority,
            "queued": queued,
            "arrived_s": np.where(queued, raw["q_start"], raw["vru_exit"]),
            "wait_s": raw["q_time"].where(queued, 0.0).clip(lower=0.0),
            "answered": answered,
            "talk_s": raw["ser_time"].where(answered, 0.0).clip(lower=0.0),
            "server": raw["server"],
        }
    )[keep]
    counts["offered"] = len(calls)
    counts["abandoned"] = int((~calls["answered"]).sum())
    return calls.sort_values(["date", "arrived_s"], kind="stable").reset_index(drop=True)


OPEN_FROM_S, OPEN_TO_S, FRIDAY_TO_S = 7 * 3600.0, 24 * 3600.0, 14 * 3600.0
SATURDAY_S = 20 * 3600.0  # published; taken where the log has no Saturday


def saturday_opening(calls: pd.DataFrame) -> float:
    """When Saturdays begin: the half hour of the first answered call, median of the Saturdays.

    The published hours name 20:00; it depends on sunset, and all five Saturdays of January begin at 19:00.
    """
    answered = calls[calls["answered"] & (calls["weekday"] == 5) & (calls["arrived_s"] > 12 * 3600)]
    if not len(answered):
        return SATURDAY_S
    first = float((answered["arrived_s"] + answered["wait_s"]).groupby(answered["date"]).min().median())
    # the first call is let in a few minutes before the hour
    return float((first + 300) // 1800 * 1800)


def inside_opening(calls: pd.DataFrame, saturday_s: float) -> pd.Series:
    """Which calls arrived while the center was open: Sunday to Thursday 7:00 to 24:00, Friday to 14:00."""
    from_s = calls["weekday"].map({5: saturday_s}).fillna(OPEN_FROM_S)
    to_s = calls["weekday"].map({4: FRIDAY_TO_S}).fillna(OPEN_TO_S)
    return (calls["arrived_s"] >= from_s) & (calls["arrived_s"] < to_s)
