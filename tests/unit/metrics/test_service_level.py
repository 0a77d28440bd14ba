"""Every variant of the service level on the golden data set, and who counts in which."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ccsim.errors import MetricError
from ccsim.kinds import Outcome
from ccsim.log import Log
from ccsim.metrics import compute, find
from ccsim.metrics.service_level import VARIANTS
from ccsim.units import HOUR, MINUTE, SECOND
from tests.unit.metrics import logs

# Ans 1000, Ab 60; within 20 s: Ans 860, Ab 20; within 5 s: Ab 10 (ICMI, Call Centre Helper)
GOLDEN = {
    "sl_answered_over_offered": 81.13,
    "sl_excl_abandons_within_T": 82.69,
    "sl_abandons_within_T_positive": 83.02,
    "sl_removed_within_T": 83.02,
    "sl_answered_only": 86.00,
    "sl_short_credit": 82.08,
    "sl_excl_short": 81.90,
    "sl_incl_flowout": 81.13,
}
NINE = 9 * HOUR


def values(log: Log, names: list[str]) -> dict[str, float]:
    table = compute([log], names)
    return dict(zip(table["metric"], table["value"], strict=True))


def weights(log: Log, names: list[str]) -> dict[str, float]:
    table = compute([log], names)
    return dict(zip(table["metric"], table["weight"], strict=True))


def test_golden_data_set_gives_each_variant_its_percentage() -> None:
    log = logs.golden(logs.labels(short=5 * SECOND))
    found = values(log, list(GOLDEN))
    assert {name: round(100 * value, 2) for name, value in found.items()} == GOLDEN
    assert set(GOLDEN) == set(VARIANTS)


def test_golden_weights_are_the_denominators() -> None:
    log = logs.golden(logs.labels(short=5 * SECOND))
    assert weights(
        log, ["sl_answered_over_offered", "sl_excl_short", "sl_answered_only", "sl_excl_abandons_within_T"]
    ) == {
        "sl_answered_over_offered": 1060,
        "sl_excl_short": 1050,
        "sl_answered_only": 1000,
        "sl_excl_abandons_within_T": 1040,
    }


def test_headline_follows_the_target_then_the_short_abandon_limit() -> None:
    def headline(**options: object) -> float:
        world = logs.labels(**options)  # type: ignore[arg-type]
        return round(100 * values(logs.golden(world), ["service_level"])["service_level"], 2)

    assert headline() == GOLDEN["sl_answered_over_offered"]
    assert headline(short=5 * SECOND) == GOLDEN["sl_excl_short"]
    assert headline(short=5 * SECOND, definition="sl_answered_only") == GOLDEN["sl_answered_only"]


def test_two_queues_with_different_variants_add_up() -> None:
    world = logs.labels(("a", "b"), short=0)
    world = replace(world, target_definition=("sl_answered_only", "sl_answered_over_offered"))
    rows = [
        logs.leg(NINE, Outcome.ANSWERED, wait=0, talk=MINUTE, wrap_up=0, queue=0),
        logs.leg(NINE, Outcome.ABANDONED, wait=MINUTE, queue=0),
        logs.leg(NINE, Outcome.ANSWERED, wait=0, talk=MINUTE, wrap_up=0, queue=1),
        logs.leg(NINE, Outcome.ABANDONED, wait=MINUTE, queue=1),
    ]
    log = logs.log(world, rows)
    by_queue = compute([log], "service_level", "queue")
    assert by_queue["value"].tolist() == [1.0, 0.5]
    whole = compute([log], "service_level")
    assert whole["value"].tolist() == [pytest.approx(2 / 3)]
    assert whole["weight"].tolist() == [3]


def test_each_queue_has_its_own_threshold() -> None:
    world = logs.labels(("fast", "slow"))
    world = replace(world, target_within_us=world.target_within_us * [1, 3])
    rows = [
        logs.leg(NINE, Outcome.ANSWERED, wait=40 * SECOND, talk=MINUTE, wrap_up=0, queue=queue)
        for queue in (0, 1)
    ]
    log = logs.log(world, rows)
    assert compute([log], "service_level", "queue")["value"].tolist() == [0.0, 1.0]
    # 20 s is above the one target and below the other when both are asked for beside others
    table = compute([log], ["service_level", "service_level_45s", "service_level_30s"], "queue")
    assert table["value"].tolist() == [0.0, 1.0, 0.0, 1.0, 1.0, 0.0]


def test_any_threshold_by_name_and_several_at_once() -> None:
    log = logs.golden(logs.labels(short=5 * SECOND))
    found = values(
        log, ["sl_answered_only_20s", "sl_answered_only_19s", "service_level_1m", "sl_short_credit_20s"]
    )
    assert found == {
        "sl_answered_only_20s": 0.86,
        "sl_answered_only_19s": 0.0,
        "service_level_1m": pytest.approx(1000 / 1050),
        "sl_short_credit_20s": pytest.approx(870 / 1060),
    }
    assert "T = 1m" in find("service_level_60s").definition


@pytest.mark.parametrize("name", ["service_level_20", "sl_answered_only_soon"])
def test_a_threshold_without_a_unit_is_refused(name: str) -> None:
    with pytest.raises(MetricError, match="90s"):
        find(name)


def test_who_is_in_the_denominator() -> None:
    """Balked counts as a hang-up at 0, cleared as beyond T, open only once beyond T, blocked never."""
    world = logs.labels(ends_at=10 * HOUR, short=5 * SECOND)
    late, just = 10 * HOUR - 30 * SECOND, 10 * HOUR - 10 * SECOND
    rows = {
        "balked": logs.leg(NINE, Outcome.BALKED),
        "blocked": logs.leg(NINE, Outcome.BLOCKED),
        "cleared": logs.leg(NINE, Outcome.CLEARED, wait=SECOND),
        "open_late": logs.leg(late, Outcome.OPEN, wait=30 * SECOND),
        "open_yet": logs.leg(just, Outcome.OPEN, wait=10 * SECOND),
        "in_service": logs.leg(just, Outcome.OPEN, wait=SECOND, talk=9 * SECOND),
    }
    names = list(VARIANTS)

    def fraction(name: str) -> tuple[float, ...]:
        log = logs.log(world, [rows[name]])
        found, weight = values(log, names), weights(log, names)
        good = [0.0 if weight[n] == 0 else found[n] * weight[n] for n in names]
        return (*good, *(weight[n] for n in names))

    #                     offered excl positive removed only credit excl_short flowout
    assert fraction("balked") == (0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1)
    assert fraction("blocked") == (0,) * 16
    assert fraction("cleared") == (0,) * 8 + (1, 1, 1, 1, 0, 1, 1, 1)
    assert fraction("open_late") == (0,) * 8 + (1, 1, 1, 1, 0, 1, 1, 1)
    assert fraction("open_yet") == (0,) * 16
    assert fraction("in_service") == (1,) * 16


def test_intervals_and_days_at_target() -> None:
    world = logs.labels(days=2, share=0.5)

    def answered(at: int, wait: int) -> dict[str, int]:
        return logs.leg(at, Outcome.ANSWERED, wait=wait, talk=MINUTE, wrap_up=0)

    rows = [
        answered(NINE, 0),
        answered(NINE + MINUTE, MINUTE),  # 50 % of two: at target
        answered(NINE + 30 * MINUTE, MINUTE),  # missed
        answered(24 * HOUR + NINE, 0),  # next day, met
        logs.leg(NINE + HOUR, Outcome.BLOCKED),  # nobody to judge by
    ]
    log = logs.log(world, rows)
    table = compute([log], ["intervals_at_target", "days_at_target"])
    assert table["value"].tolist() == [pytest.approx(2 / 3), 0.5]
    assert table["weight"].tolist() == [3, 2]
    by_interval = compute([log], "intervals_at_target", "interval").set_index("interval")
    assert by_interval.loc[["09:00", "09:30"], "value"].tolist() == [1.0, 0.0]
    assert by_interval.loc["10:00", "weight"] == 0
    assert pd.isna(by_interval.loc["10:00", "value"])
    untargeted = replace(world, target_share=world.target_share * float("nan"))
    assert compute([replace(log, labels=untargeted)], "intervals_at_target")["weight"].tolist() == [0]


def test_a_share_met_exactly_is_met() -> None:
    """55 % of 20 contacts is 11, though 0.55 * 20 > 11 in floating point."""
    rows = [
        logs.leg(NINE + k * SECOND, Outcome.ANSWERED, wait=0 if k < 11 else MINUTE, talk=SECOND, wrap_up=0)
        for k in range(20)
    ]
    log = logs.log(logs.labels(share=0.55), rows)
    assert compute([log], "intervals_at_target")["value"].tolist() == [1.0]
