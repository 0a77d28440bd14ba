"""Who was at the phone: stretches of availability per agent, estimated from a log that does not record
staffing.

An agent is seen only while serving. Between two services of one agent lies a *gap*; let A be the time from
the end of the first until the agent was available again. The queue tells about A, because while personal
callers waited (whom everybody but a few specialists serves) an available agent would have taken one:

- they waited until the agent took the next call: A is the gap (exact);
- they waited some time during the gap, last until L seconds after its start: A lies between L and the gap;
- nobody waited: A lies between 0 and the gap.

So A is interval censored, and its law is the nonparametric maximum likelihood estimate of Turnbull (1976),
found by self-consistency, apart for calls that ended while somebody waited and while nobody did. Up to
``WRAP_UP_CAP_S`` A is pick-up and after-call work, the scenario's ``wrap_up``; beyond it the agent was
*away*. The stretches of availability of a day then follow by imputation: for each gap A is drawn from its law
within its interval. Several imputations show how much of the estimate is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from call_log import NO_SERVER, PERSONAL

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WRAP_UP_CAP_S = 60  # the law of A has a step here: the telephone ends after-call work after a minute at most
HALF_HOUR_S = 1800.0
PROSPECTS_SHARE, STOCKS_SHARE = 0.09, 0.01  # of an agent's calls: who has the skill
OFF_S = 1800  # a gap of more than half an hour: off, whatever the queue says
CLOCK_S = 2  # clocks of queue and service differ by up to two seconds (median 1)
GROUPS = ("personal_prospects", "personal_stocks", "all_round", "stocks_only")
SKILLS = {
    "personal_prospects": (*PERSONAL, "prospects", "internet", "call_backs"),
    "personal_stocks": (*PERSONAL, "stocks", "call_backs"),
    "all_round": (*PERSONAL, "prospects", "stocks", "internet", "call_backs"),
    "stocks_only": ("stocks",),
}


@dataclass(frozen=True)
class Waiting:
    """Personal callers waiting on one day: ``counts[i]`` of them from ``times[i]`` (seconds since midnight)
    on."""

    times: Floats
    counts: Floats

    @classmethod
    def of(cls, calls: pd.DataFrame) -> Waiting:
        waited = calls[calls["queue"].isin(PERSONAL) & (calls["wait_s"] > 0)]
        begin, wait = waited["arrived_s"].to_numpy(float), waited["wait_s"].to_numpy(float)
        times = np.concatenate([[-1e9], begin, begin + wait])
        steps = np.concatenate([[0.0], np.ones(len(begin)), -np.ones(len(begin))])
        order = np.lexsort((steps, times))
        return cls(times[order], np.cumsum(steps[order]))

    def at(self, t: float) -> bool:
        return bool(self.counts[int(np.searchsorted(self.times, t, side="right")) - 1] > 0)

    def evidence(self, from_s: float, to_s: float) -> tuple[float, bool]:
        """Latest moment before ``to_s`` at which somebody waited, as seconds after ``from_s``; and whether
        they waited until ``to_s`` itself, so that the agent was unavailable up to there."""
        i = int(np.searchsorted(self.times, to_s - CLOCK_S, side="right")) - 1
        if self.counts[i] > 0 and self.times[i] < to_s - CLOCK_S - 1:
            return to_s - from_s, True
        while i >= 0 and self.counts[i] <= 0:
            i -= 1
        return (max(float(self.times[i + 1]) - from_s, 0.0) if i >= 0 else 0.0), False

    def begins_after(self, t: float) -> float:
        """First moment from ``t`` on at which somebody waits."""
        i = int(np.searchsorted(self.times, t, side="right")) - 1
        while i < len(self.counts) and self.counts[i] <= 0:
            i += 1
        return max(t, float(self.times[i])) if i < len(self.counts) else np.inf


def services(calls: pd.DataFrame) -> pd.DataFrame:
    """Services of named servers: date, weekday, server, queue, from_s, to_s, and next_s, the start of the
    next one."""
    served = calls[calls["answered"] & (calls["server"] != NO_SERVER)].copy()
    served["from_s"] = served["arrived_s"] + served["wait_s"]
    served["to_s"] = served["from_s"] + served["talk_s"]
    served = served.sort_values(["date", "server", "from_s"], kind="stable")
    served["next_s"] = served.groupby(["date", "server"])["from_s"].shift(-1)
    return served[["date", "weekday", "server", "queue", "from_s", "to_s", "next_s"]].reset_index(drop=True)


def gaps(calls: pd.DataFrame) -> pd.DataFrame:
    """Services with what the log says about A after each: columns of :func:`services`, waited (somebody
    waited at the end), low_s, high_s (A lies between), exact. Without a next service high_s is nan.

    Shifts begin and end on the half hour, and an agent may be there without a call: there_from_s and
    there_to_s reach from a service to the half hour before and after it, as far as nobody waited in between.
    """
    parts = []
    for date, day in services(calls).groupby("date"):
        waiting = Waiting.of(calls[calls["date"] == date])
        rows = []
        for to_s, next_s in zip(day["to_s"], day["next_s"], strict=True):
            gap = next_s - to_s
            low, exact = waiting.evidence(to_s, next_s) if gap >= 0 else (0.0, False)
            rows.append((waiting.at(to_s + 0.5), min(low, gap) if gap >= 0 else 0.0, gap, exact))
        there = [_there(waiting, a, b) for a, b in zip(day["from_s"], day["to_s"], strict=True)]
        day = day.assign(there_from_s=[a for a, _ in there], there_to_s=[b for _, b in there])
        parts.append(
            day.assign(
                **dict(zip(("waited", "low_s", "high_s", "exact"), zip(*rows, strict=True), strict=True))
            )
        )
    return pd.concat(parts, ignore_index=True)


def _there(waiting: Waiting, from_s: float, to_s: float) -> tuple[float, float]:
    """Reach of a service to the half hours around it while nobody waited."""
    mark = from_s // HALF_HOUR_S * HALF_HOUR_S
    low, exact = waiting.evidence(mark, from_s)
    begin = from_s if exact else min(mark + low, from_s)
    end = min(np.ceil(to_s / HALF_HOUR_S) * HALF_HOUR_S, waiting.begins_after(to_s + 0.5))
    return begin, max(end, to_s) if end > to_s + 1 else to_s


def turnbull(low: Floats, high: Floats, exact: Bools, iterations: int = 300) -> Floats:
    """Probability of each second 0..OFF_S (and, last, beyond) for durations known to lie in (low, high].

    The self-consistency iteration of Turnbull (1976, JRSS B 38, 290-295) on a grid of seconds.
    """
    last = OFF_S + 1
    top = np.minimum(high.astype(int), last)
    bottom = np.minimum(np.where(exact, top, np.minimum(low.astype(int) + 1, top)), last)
    pairs, weight = np.unique(np.stack([bottom, top], axis=1), axis=0, return_counts=True)
    chance = np.full(last + 1, 1 / (last + 1))
    for _ in range(iterations):
        below = np.concatenate([[0.0], np.cumsum(chance)])
        share = weight / np.maximum(below[pairs[:, 1] + 1] - below[pairs[:, 0]], 1e-300)
        steps = np.zeros(last + 2)
        np.add.at(steps, pairs[:, 0], share)
        np.add.at(steps, pairs[:, 1] + 1, -share)
        chance = chance * np.cumsum(steps)[:-1] / weight.sum()
    return chance


@dataclass(frozen=True)
class AwayLaws:
    """Laws of A on a grid of seconds, after calls that ended with somebody waiting and with nobody."""

    waited: Floats
    empty: Floats

    @classmethod
    def fit(cls, table: pd.DataFrame) -> AwayLaws:
        known = table[table["high_s"] >= 0]

        def law(rows: pd.DataFrame) -> Floats:
            return turnbull(
                rows["low_s"].to_numpy(float), rows["high_s"].to_numpy(float), rows["exact"].to_numpy(bool)
            )

        return cls(law(known[known["waited"]]), law(known[~known["waited"]]))

    def linger(self) -> float:
        """How often an agent who would leave stays for another call when somebody waits: from the two chances
        to be away for more than after-call work."""
        waited, empty = (1 - float(law[: WRAP_UP_CAP_S + 1].sum()) for law in (self.waited, self.empty))
        return 1 - waited / empty if empty > 0 else 0.0

    def wrap_up(self) -> Floats:
        """Law of after-call work: A up to the cap, after calls that ended with somebody waiting (there A is
        seen)."""
        body = self.waited[: WRAP_UP_CAP_S + 1]
        return body / body.sum()


def stretches(
    table: pd.DataFrame,
    laws: AwayLaws,
    seed: int = 1,
    reading: Literal["likely", "least", "most"] = "likely",
    *,
    until_gone: bool = False,
) -> pd.DataFrame:
    """One imputation of availability: columns date, weekday, server, from_s, to_s.

    ``table`` is that of :func:`gaps`. Services and after-call work are inside a stretch; the next one begins
    where A has passed. Who leaves finishes the call in hand, in the log as in a simulation, so the wish to
    leave came some time during the last call: a stretch ends there, at a uniform point. With the chance
    :meth:`AwayLaws.linger` it ends with the call instead, so that a simulated agent takes one more call if
    somebody waits: agents go away a third as often then. ``reading`` bounds the truth: *least* takes every
    gap longer than after-call work for away, *most* only those that the queue proves or that exceed half an
    hour. ``until_gone``: end stretches with the last call, as seen; for counting who is there, not for a
    simulation's timetable.
    """
    rng = np.random.default_rng(seed)
    back = _back(table, laws, rng.random(len(table)), reading)
    length = (table["to_s"] - table["from_s"]).to_numpy(float)
    point = np.where(rng.random(len(table)) < laws.linger(), 1.0, rng.random(len(table)))
    wish = table["from_s"].to_numpy(float) + (1.0 if until_gone else point) * length
    out: list[tuple[object, int, str, float, float]] = []
    for (date, server), rows in table.assign(back_s=back, wish_s=wish).groupby(["date", "server"], sort=True):
        weekday, begin = int(rows["weekday"].iloc[0]), float(rows["there_from_s"].iloc[0])
        last_s = float(rows["there_to_s"].iloc[-1])
        columns = (rows[name] for name in ("to_s", "next_s", "back_s", "wish_s"))
        for to_s, next_s, back_s, wish_s in zip(*columns, strict=True):
            if back_s > to_s or next_s != next_s:
                stays = next_s != next_s and last_s > to_s
                out.append((date, weekday, str(server), begin, last_s if stays else float(wish_s)))
                begin = float(back_s)
    found = pd.DataFrame(out, columns=["date", "weekday", "server", "from_s", "to_s"])
    return found[found["to_s"] > found["from_s"]].reset_index(drop=True)


def _back(table: pd.DataFrame, laws: AwayLaws, luck: Floats, reading: str) -> Floats:
    """When the agent is available again after each service: its end where A is no more than after-call
    work."""
    gap = np.nan_to_num(table["high_s"].to_numpy(float), nan=0.0)
    top = np.minimum(gap, OFF_S).astype(int)
    exact = table["exact"].to_numpy(bool)
    low = np.minimum(np.where(exact, top, table["low_s"].to_numpy(float).astype(int)), top)
    a = np.zeros(len(table))
    for waited, law in ((True, laws.waited), (False, laws.empty)):
        below = np.cumsum(law)
        rows = (table["waited"].to_numpy(bool) == waited) & ~exact & (gap > WRAP_UP_CAP_S)
        from_share = below[low[rows]]
        share = from_share + luck[rows] * (below[top[rows]] - from_share)
        a[rows] = np.clip(np.searchsorted(below, share), low[rows], top[rows])
    if reading != "likely":
        a = gap if reading == "least" else low.astype(float)
    a = np.where(exact | (gap > OFF_S), gap, a)
    a = np.where(a > WRAP_UP_CAP_S, a, 0.0)
    return table["to_s"].to_numpy(float) + a


def servers_by_group(calls: pd.DataFrame) -> pd.DataFrame:
    """Group of every server on every day, by the kinds of work they took: columns date, server, group.

    Prospects: did the server take at least half the average share of such calls that day (that month, with
    fewer than 20 calls)? Stocks are rare, so the month decides (1 %, a fifth of the average). *stocks_only*:
    more than half of the day's calls.
    """
    served = services(calls)
    flags = served.assign(prospects=served["queue"] == "prospects", stocks=served["queue"] == "stocks")
    day = flags.groupby(["date", "server"])[["prospects", "stocks"]].mean()
    many = flags.groupby(["date", "server"]).size() >= 20
    month = (
        flags.groupby("server")[["prospects", "stocks"]].mean().reindex(day.index.get_level_values("server"))
    )
    prospects = np.where(many, day["prospects"], month["prospects"]) >= PROSPECTS_SHARE
    stocks = month["stocks"].to_numpy() >= STOCKS_SHARE
    group = np.select(
        [day["stocks"].to_numpy() > 0.5, prospects & stocks, stocks],
        ["stocks_only", "all_round", "personal_stocks"],
        "personal_prospects",
    )
    return day.assign(group=group)["group"].reset_index()
