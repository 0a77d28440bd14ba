"""Which time and which contacts count: the grid, attribution, warm-up, opening hours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ccsim.errors import MetricError
from ccsim.kinds import Outcome, State
from ccsim.log import Log
from ccsim.metrics import compute
from ccsim.metrics.grid import split, union
from ccsim.units import DAY, HOUR, MINUTE, SECOND
from tests.unit.metrics import logs


def test_split_agrees_with_a_look_at_every_slot() -> None:
    rng = np.random.default_rng(5)
    begin = rng.integers(0, 900, 200)
    end = np.minimum(begin + rng.integers(-3, 300, 200), 999)
    entity = rng.integers(0, 3, 200)
    slot_code = np.arange(10, dtype=np.int64) % 4
    parts = split(begin, end, entity, 3, slot_code, 4, 100)
    expected = np.zeros((3, 4))
    for b, e, who in zip(begin, end, entity, strict=True):
        for slot in range(10):
            expected[who, slot_code[slot]] += max(0, min(e, 100 * slot + 100) - max(b, 100 * slot))
    np.testing.assert_array_equal(parts.reshape(3, 4), expected)
    assert parts.sum() == np.maximum(end - begin, 0).sum()


def test_union_of_windows() -> None:
    begin, end = union(np.array([5, 0, 8, 20, 30]), np.array([9, 3, 12, 20, 31]))
    assert begin.tolist() == [0, 5, 30]
    assert end.tolist() == [3, 12, 31]


def interval_of(log: Log, **options: str) -> dict[str, float]:
    table = compute([log], "answered", "interval", **options)  # type: ignore[arg-type]
    return {row.interval: row.value for row in table.itertuples() if row.value}


def test_attribution() -> None:
    """Arrives 9:29:55, target passes at 9:30:15, answered 9:30:20, ends 10:01."""
    at = 9 * HOUR + 29 * MINUTE + 55 * SECOND
    row = logs.leg(at, Outcome.ANSWERED, wait=25 * SECOND, talk=30 * MINUTE, wrap_up=40 * SECOND)
    log = logs.log(logs.labels(), [row])
    assert interval_of(log) == {"09:00": 1}
    assert interval_of(log, attribution="sl_event") == {"09:30": 1}
    assert interval_of(log, attribution="contact_end") == {"10:00": 1}
    soon = logs.log(logs.labels(within=SECOND), [row])  # the target passes before the interval does
    assert interval_of(soon, attribution="sl_event") == {"09:00": 1}


def test_time_counts_where_it_passed() -> None:
    row = logs.leg(
        9 * HOUR + 25 * MINUTE,
        Outcome.ANSWERED,
        wait=10 * MINUTE,
        talk=20 * MINUTE,
        wrap_up=10 * MINUTE,
        agent=0,
    )
    log = logs.log(logs.labels(), [row], [(0, int(State.ON_DUTY), 9 * HOUR, 11 * HOUR)])
    for attribution in ("arrival", "contact_end"):
        table = compute([log], ["handle_hours", "queue_length"], "interval", attribution=attribution)
        found = {(row.interval, row.metric): row.value for row in table.itertuples() if row.value}
        assert found == pytest.approx(
            {
                ("09:00", "queue_length"): 5 / 30,
                ("09:30", "queue_length"): 5 / 30,
                ("09:30", "handle_hours"): 25 / 60,
                ("10:00", "handle_hours"): 5 / 60,
            }
        )
    occupancy = compute([log], "occupancy", "interval").set_index("interval")["value"]
    assert occupancy["09:30"] == pytest.approx(25 / 30)
    assert occupancy["10:30"] == 0


def busy_day() -> Log:
    rows = [
        logs.leg(at, Outcome.ANSWERED, wait=20 * MINUTE, talk=20 * MINUTE, wrap_up=0, agent=0)
        for at in (8 * HOUR, 8 * HOUR + 50 * MINUTE, 10 * HOUR)
    ]
    return logs.log(logs.labels(), rows, [(0, int(State.ON_DUTY), 8 * HOUR, 12 * HOUR)])


@pytest.mark.parametrize(
    "options",
    [
        {"warm_up": "1h"},
        {"warm_up": HOUR},
        {"since": "2026-03-02 09:00"},
        {"since": dt.datetime(2026, 3, 2, 9)},
        {"since": "2026-03-02", "warm_up": "60m"},
        {"since": "2026-03-02T09:00:00", "warm_up": "5m"},
    ],
)
def test_the_start_is_left_out(options: dict[str, str]) -> None:
    """From 9:00: one arrival; 10 minutes of the earlier wait and all that was handled after it remain."""
    names = ["offered", "queue_length", "longest_queue", "handle_hours", "staffed_hours", "occupancy"]
    table = compute([busy_day()], names, **options).set_index("metric")["value"]  # type: ignore[arg-type]
    assert table.tolist() == pytest.approx([1, 30 / 540, 1, 40 / 60, 3, 40 / 180])


def test_the_warm_up_is_counted_from_the_first_opening() -> None:
    assert compute([busy_day()], "offered", warm_up="1s")["value"].tolist() == [2]
    assert compute([busy_day()], "offered", warm_up="0s")["value"].tolist() == [3]


def test_since_drops_whole_days() -> None:
    log = logs.random_log(9, days=3, contacts=300)
    all_days = compute([log], None, "day")
    later = compute([log], None, "day", since="2026-03-03")
    same = all_days[all_days["day"] >= "2026-03-03"]
    additive = later["metric"].isin(["offered", "service_level", "wait_p80", "queue_length", "handle_hours"])
    assert set(later.loc[later["weight"] > 0, "day"].dt.strftime("%d")) == {"03", "04"}
    merged = same.merge(later[additive], on=["day", "metric"], suffixes=("", "_later"))
    assert len(merged) == 10
    np.testing.assert_allclose(merged["value"], merged["value_later"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"warm_up": "2"}, "needs a unit"),
        ({"warm_up": -1}, "negative"),
        ({"since": "tomorrow"}, "is not a date"),
        ({"since": "2026-03-02T08:00+01:00"}, "has a zone"),
        ({"since": "2026-03-03"}, "since 2026-03-03 is after the last day of the run, 2026-03-02"),
        ({"since": dt.date(2026, 3, 9)}, "since 2026-03-09 is after the last day"),
        ({"since": "2026-03-02 18:00"}, "leaves nothing to measure: the run closes at 18:00 on 2026-03-02"),
        ({"warm_up": "20d"}, r"warm_up 20d is longer than the run \(1 day\)"),
        ({"warm_up": 10 * HOUR}, "warm_up 10h leaves nothing to measure: the run closes at 18:00"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(options: dict[str, str], says: str) -> None:
    with pytest.raises(MetricError, match=says):
        compute([busy_day()], "offered", **options)  # type: ignore[arg-type]


def test_queue_length_over_several_queues_is_their_sum() -> None:
    """Two queues open at the same hours: the number waiting in both is the sum of the numbers in each."""
    log = logs.random_log(11, queues=2, contacts=300, days=2)
    each = compute([log], "queue_length", "queue")["value"].sum()
    assert compute([log], "queue_length")["value"].tolist() == [pytest.approx(each)]


def test_each_state_has_its_hours() -> None:
    names = ["staffed", "break", "unpaid_break", "training", "meeting", "off_task", "absent", "down"]
    duty = [(0, int(state), HOUR * k, HOUR * k + (k + 1) * MINUTE) for k, state in enumerate(State) if state]
    log = logs.log(logs.labels(), [], duty)
    table = compute([log], [f"{name}_hours" for name in names])
    assert (60 * table["value"]).tolist() == pytest.approx([2 + 9, 3, 4, 5, 6, 7, 8, 9])
    hours = compute([log], ["paid_hours", "shift_hours", "shrinkage", "adherence"])["value"].tolist()
    assert hours == pytest.approx([40 / 60, 36 / 60, 1 - 2 / 40, 2 / 9])


def test_days_without_a_grid_cut_at_midnight() -> None:
    world = logs.labels(days=2, open_hours=(0, DAY))
    row = logs.leg(23 * HOUR, Outcome.ABANDONED, wait=3 * HOUR)
    table = compute([logs.log(world, [row])], "queue_length", "day")
    assert table["value"].tolist() == pytest.approx([1 / 24, 2 / 24])
