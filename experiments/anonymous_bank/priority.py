"""Queue credit: how much, for whom and since when, read from who was served while others waited.

A queue that serves by wait + credit shows it in pairs: a caller X with the credit is served while Y without
it still waits, although Y came up to ``credit`` seconds earlier. The January log shows three things that its
description does not: the credit begins between the 10th and the 13th (no log of the 11th and 12th), it is 90
s sharp, and about three in five callers recorded as high priority have it.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from call_log import HIGH_PRIORITY

CREDIT_S = 90.0
CREDIT_FROM = dt.date(1999, 1, 13)


def overtaking_pairs(calls: pd.DataFrame) -> pd.DataFrame:
    """Pairs of waiting personal callers, one recorded high and one regular, at the moment when one is served.

    Columns: date, lead_s (how much longer the high one has waited; negative: came later), high_served.
    """
    waited = calls[(calls["type"] == "PS") & (calls["priority"] > 0) & (calls["wait_s"] > 0)]
    rows: list[tuple[object, float, bool]] = []
    for date, day in waited.groupby("date"):
        begin = day["arrived_s"].to_numpy(float)
        end = begin + day["wait_s"].to_numpy(float)
        high = day["priority"].to_numpy() == HIGH_PRIORITY
        for i in np.flatnonzero(day["answered"].to_numpy(bool)):
            # still waiting two seconds later, there a second before: the clocks are not exact
            others = np.flatnonzero((begin < end[i] - 1) & (end > end[i] + 2) & (high != high[i]))
            lead = (begin[others] - begin[i]) if high[i] else (begin[i] - begin[others])
            rows += [(date, float(x), bool(high[i])) for x in lead]
    return pd.DataFrame(rows, columns=["date", "lead_s", "high_served"])


def credited_share(pairs: pd.DataFrame) -> float:
    """Share of callers recorded high that have the credit: how often one overtakes a regular caller who came
    first."""
    later = pairs[(pairs["lead_s"] > 5 - CREDIT_S) & (pairs["lead_s"] < -5)]
    later = later[later["date"].dt.date >= CREDIT_FROM]
    return float(later["high_served"].mean()) if len(later) else float("nan")


def assign_queues(calls: pd.DataFrame, credited: float, seed: int = 1) -> pd.DataFrame:
    """Split personal callers into regular, high without and high with the credit; ``credited`` is the share
    with.

    Who never queued has no recorded priority: drawn in the proportion of those who queued within the same two
    hours (whether a caller queues depends on the state of the center, not on the caller). Who has the credit
    is not recorded at all: drawn. Before ``CREDIT_FROM`` nobody has it.
    """
    calls = calls.copy()
    rng = np.random.default_rng(seed)
    luck = rng.random(len(calls))
    unknown = (calls["queue"] == "personal") & (calls["priority"] < 0)
    known = calls["queue"].isin(["personal", "personal_high"]) & (calls["priority"] > 0)
    block = (calls["arrived_s"] // 7200).astype(int)
    high = calls["priority"] == HIGH_PRIORITY
    share = high[known].groupby(block[known]).mean()
    chance = block.map(share).fillna(float(high[known].mean()))
    calls["queue"] = calls["queue"].mask(unknown & (luck < chance), "personal_high")
    has_credit = (calls["queue"] == "personal_high") & (calls["date"].dt.date >= CREDIT_FROM)
    has_credit &= rng.random(len(calls)) < credited
    calls["queue"] = calls["queue"].mask(has_credit, "personal_credit")
    return calls
