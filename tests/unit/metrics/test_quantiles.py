"""Quantiles and maxima against numpy and against a look at every instant."""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.keys import cells_for
from ccsim.metrics.longest_queue import longest_queue
from ccsim.metrics.quantiles import sort_waits
from ccsim.units import HOUR, SECOND
from tests.unit.metrics import logs

LEFT = [Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BALKED, Outcome.CLEARED]


def waits(log: Log) -> np.ndarray:
    legs = log.legs
    return np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"]) - legs["queued_at"]


@pytest.mark.parametrize("percent", [1, 50, 80, 90, 95, 99])
def test_quantiles_are_order_statistics(percent: int) -> None:
    for seed in range(30):
        log = logs.random_log(seed, contacts=1 + 13 * seed)
        legs = log.legs
        names = [f"wait_p{percent}", f"answer_wait_p{percent}", "longest_wait"]
        table = compute([log], names, "queue")
        for place in range(len(log.labels.queues)):
            mine = legs["queue"] == place
            left = waits(log)[mine & (np.isin(legs["outcome"], LEFT) | (legs["answered_at"] >= 0))]
            reached = waits(log)[mine & (legs["answered_at"] >= 0)]
            found = table["value"].to_numpy()[3 * place : 3 * place + 3]
            for value, population, share in (
                (found[0], left, percent),
                (found[1], reached, percent),
                (found[2], left, 100),
            ):
                if len(population):
                    exact = np.quantile(population, share / 100, method="inverted_cdf")
                    assert value == pytest.approx(exact / 1e6, abs=1e-9)
                else:
                    assert np.isnan(value)
            assert table["weight"].tolist()[3 * place : 3 * place + 3] == [len(left), len(reached), len(left)]


def test_quantiles_by_interval_and_agent() -> None:
    log = logs.random_log(5, contacts=400, agents=6)
    table = compute([log], "answer_wait_p80", ["agent", "interval"]).dropna(subset=["value"])
    legs = log.legs
    assert len(table) > 10
    for agent, interval, value in zip(table["agent"], table["interval"], table["value"], strict=True):
        start = (int(interval[:2]) * 60 + int(interval[3:])) * 60 * SECOND
        of_day = legs["queued_at"] % (24 * HOUR)
        mine = (of_day >= start) & (of_day < start + log.labels.interval_us)
        mine &= legs["agent"] == log.labels.agents.index(agent)
        assert value * 1e6 == pytest.approx(np.quantile(waits(log)[mine], 0.8, method="inverted_cdf"))


def test_pooled_quantiles_are_of_all_waits_together() -> None:
    world = logs.random_log(1, queues=2, agents=3, days=1).labels
    many = [logs.random_log(seed, contacts=50 * (seed + 1), agents=3, world=world) for seed in range(4)]
    table = compute(many, ["wait_p90", "longest_wait"]).set_index("metric")
    kept = [waits(log)[np.isin(log.legs["outcome"], LEFT)] for log in many]
    pooled = np.quantile(np.concatenate(kept), 0.9, method="inverted_cdf")
    assert table.loc["wait_p90", "value"] == pytest.approx(pooled / 1e6)
    assert table.loc["wait_p90", "low"] < pooled / 1e6 < table.loc["wait_p90", "high"]
    assert table.loc["longest_wait", "value"] == pytest.approx(np.mean([kept_.max() for kept_ in kept]) / 1e6)
    assert table.loc["wait_p90", "weight"] == sum(len(kept_) for kept_ in kept)


def test_too_many_cells_to_pack_is_said() -> None:
    with pytest.raises(OverflowError, match="do not fit"):
        sort_waits(np.zeros(1, np.int64), None, None, 2**30, np.ones(1, bool), 40)


BYS: list[list[str]] = [
    [],
    ["queue"],
    ["interval"],
    ["queue", "interval", "day"],
    ["hour"],
    ["channel", "weekday"],
]


@pytest.mark.parametrize("tick", [1, 5 * SECOND, 60 * SECOND])
def test_longest_queue_is_that_of_a_look_at_every_instant(tick: int) -> None:
    for seed in range(60):
        log = logs.random_log(seed, tick=tick)
        begin, end = log.legs["queued_at"], log.legs["queued_at"] + waits(log)
        cells = cells_for(log.labels, BYS[seed % len(BYS)])
        found = longest_queue(log.legs["queue"], begin, end, cells)
        np.testing.assert_array_equal(found, _looked_at_every_instant(log, begin, end, cells))


def test_longest_queue_of_a_busy_day_needs_bins() -> None:
    rng = np.random.default_rng(8)
    begin = rng.integers(0, 24 * HOUR, 40_000)  # not in order
    end = np.minimum(
        begin + (rng.exponential(60 * SECOND, len(begin)) * (rng.random(len(begin)) < 0.5)).astype(int),
        24 * HOUR,
    )
    queue = rng.integers(0, 2, len(begin)).astype(np.int16)
    world = logs.labels(("a", "b"))
    for by in ([], ["queue"], ["queue", "interval"]):
        cells = cells_for(world, by)
        found = longest_queue(queue, begin, end, cells)
        times = np.concatenate((begin, np.arange(cells.slots) * cells.width_us))
        for place in range(cells.queue.count):
            mine = cells.queue.codes[queue] == place
            level = np.searchsorted(np.sort(begin[mine]), times, "right") - np.searchsorted(
                np.sort(end[mine]), times, "right"
            )
            most = np.zeros(cells.time.count)
            np.maximum.at(most, cells.time.codes[times // cells.width_us], level)
            np.testing.assert_array_equal(found.reshape(cells.queue.count, -1)[place], most)


def _looked_at_every_instant(log: Log, begin: np.ndarray, end: np.ndarray, cells) -> np.ndarray:  # type: ignore[no-untyped-def]
    most = np.zeros((cells.queue.count, cells.time.count))
    codes = cells.queue.codes[log.legs["queue"]]
    for place in range(cells.queue.count):
        b, e = begin[codes == place], end[codes == place]
        for at in np.unique(np.concatenate((b, e, np.arange(cells.slots) * cells.width_us))):
            time = cells.time.codes[at // cells.width_us]
            most[place, time] = max(most[place, time], np.count_nonzero((b <= at) & (e > at)))
    return most.reshape(-1)
