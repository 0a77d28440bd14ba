"""Bots, self-service and notices become rows of what stands in front of the agents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import Program
from ccsim.compiler.journey import CERTAIN, HARDEST, NEVER_CONTAINED, Fronts
from ccsim.compiler.journeys.chances import chance_of, cumulative_chances
from ccsim.compiler.journeys.logits import middle_logit
from ccsim.compiler.quantiles import salt_of
from ccsim.kinds import Front
from tests.unit.compiler.centers import DAY, HOUR, program

DOOR: dict[str, Any] = {"serves": ["support"], "talk": "fixed 70s", "containment": "30%"}
PAGE: dict[str, Any] = {"serves": ["support", "sales"], "takes": "fixed 2m"}
NOTICE: dict[str, Any] = {"queue": "sales", "on": "2026-03-02", "prevents": "20%"}


def fronts_of(**changes: Any) -> Fronts:
    return program(**changes).journey.fronts


def bot(**keys: Any) -> Fronts:
    return fronts_of(bots={"door": DOOR | keys})


def test_nothing_stands_in_front_unless_it_is_said() -> None:
    compiled = program()
    assert not compiled.journey.on
    assert len(compiled.journey.fronts.kind) == 0
    assert compiled.labels.fronts == ()


def test_a_contact_meets_notices_then_self_service_then_the_bot() -> None:
    compiled = program(
        bots={"door": DOOR}, self_service={"page": PAGE}, notices={"note": NOTICE, "other": NOTICE}
    )
    fronts = compiled.journey.fronts
    assert compiled.journey.on
    assert compiled.journey.front_names == ("note", "other", "page", "door")
    assert fronts.kind.tolist() == [Front.NOTICE, Front.NOTICE, Front.SELF_SERVICE, Front.BOT]
    assert fronts.salt.tolist() == [salt_of(name) for name in compiled.journey.front_names]
    per_queue = np.split(fronts.of, fronts.first[1:-1])
    assert [one.tolist() for one in per_queue] == [[2, 3], [0, 1, 2]]


def test_who_enters() -> None:
    fronts = fronts_of(
        bots={"door": DOOR | {"serves": ["support", "sales"], "entry": {"support": "80%", "sales": "50%"},
                              "containment": "30%"}},
        self_service={"page": {"serves": ["sales"], "takes": "fixed 2m", "attempt": "40%"}},
        notices={"note": NOTICE | {"reach": "60%"}},
    )  # fmt: skip
    assert fronts.enters_chance.tolist() == [
        [0, chance_of(0.6 * 0.2)],
        [0, chance_of(0.4)],
        [chance_of(0.8), chance_of(0.5)],
    ]


@pytest.mark.parametrize("lost", [0.0, 0.5, 3.0, 12.0])
@pytest.mark.parametrize("share", [0.01, 0.25, 0.7, 0.99])
def test_the_mean_over_issues_is_the_share(share: float, lost: float) -> None:
    complexity = (np.arange(200_000) + 0.5) / 200_000
    score = middle_logit(share, lost) - lost * (complexity - 0.5)
    assert (1 / (1 + np.exp(-score))).mean() == pytest.approx(share, abs=1e-6)


def test_containment_as_micro_logits() -> None:
    fronts = bot(serves=["support", "sales"], containment={"support": "32%", "sales": "0%"}, complexity=3)
    assert fronts.slope.tolist() == [3_000_000]
    assert fronts.contained[0, 1] == NEVER_CONTAINED
    score = fronts.contained[0, 0] - 3_000_000 * (np.arange(HARDEST) - HARDEST // 2) // HARDEST
    assert (1 / (1 + np.exp(-score / 1e6))).mean() == pytest.approx(0.32, abs=1e-5)
    assert bot(containment="100%").contained[0, 0] == -NEVER_CONTAINED


def test_walking_away_is_a_share_of_all_sessions() -> None:
    fronts = bot(serves=["support", "sales"], containment={"support": "40%", "sales": "55%"}, walk_away="6%")
    for queue, contained in enumerate((0.40, 0.55)):
        walks = fronts.walk_chance[0, queue] / CERTAIN
        assert (1 - contained) * walks == pytest.approx(0.06, abs=1e-8)
    assert bot(containment="100%").walk_chance.tolist() == [[0, 0]]
    assert bot(containment="94%", walk_away="6%").walk_chance[0, 0] == CERTAIN


def test_what_becomes_of_the_falsely_contained() -> None:
    fronts = bot(bounce_back={"share": "12%", "delay": "fixed 8h", "to": "sales"}, unsolved="4%")
    assert fronts.false_chance.tolist() == [chance_of(0.16)]
    assert fronts.bounce_chance.tolist() == [chance_of(0.75)]
    assert fronts.bounce_to.tolist() == [[1, 1]]
    plain = bot(unsolved="5%")
    assert (plain.false_chance[0], plain.bounce_chance[0]) == (chance_of(0.05), 0)
    assert plain.bounce_table.tolist() == [-1]
    assert bot(bounce_back={"share": "1%"}).bounce_to.tolist() == [[0, 1]]


def test_times_and_factors_of_a_bot() -> None:
    compiled = program(
        bots={
            "door": DOOR
            | {
                "talk_saved": "15%", "cold_costs": "5%", "warm": "90%", "turns": 6, "misunderstood": "10%",
                "loop": "20s", "escape": "always", "again": False,
                "retry_after_walk_away": {"share": "50%", "delay": "fixed 10m"},
                "misrouted": {"share": "8%", "to": {"sales": "100%"}},
            }
        }
    )  # fmt: skip
    fronts, tables = compiled.journey.fronts, compiled.journey.tables
    assert (fronts.warm_factor[0], fronts.cold_factor[0]) == (850, 1050)
    assert fronts.warm_chance[0] == chance_of(0.9)
    assert (fronts.turns[0], fronts.loop[0], fronts.again[0]) == (6, 20_000_000, 0)
    assert fronts.misunderstood_chance[0] == chance_of(0.1)
    assert (fronts.asks_chance[0], fronts.escape_after[0], fronts.lets_through[0]) == (chance_of(0.05), 2, 1)
    assert (tables[fronts.session_table[0]] == 70_000_000).all()
    assert (tables[fronts.walk_retry_table[0]] == 600_000_000).all()
    assert fronts.walk_retry_chance[0] == chance_of(0.5)
    assert fronts.wrong_chance[0] == chance_of(0.08)
    assert fronts.wrong_share.tolist() == [[0, CERTAIN]]


def test_self_service_hands_over_cold() -> None:
    compiled = program(self_service={"page": PAGE | {"success": "25%", "failed_costs": "10%"}})
    fronts = compiled.journey.fronts
    assert fronts.contained[0, 0] == pytest.approx(1e6 * math.log(1 / 3), abs=1)
    assert (fronts.warm_chance[0], fronts.cold_factor[0], fronts.again[0]) == (0, 1100, 0)
    assert (fronts.turns[0], fronts.asks_chance[0], fronts.walk_chance[0, 0]) == (1, 0, 0)


def test_a_notice_works_in_its_windows() -> None:
    days = {"start": "2026-03-02", "days": 4, "open": "08:00-18:00"}
    note = NOTICE | {"on": "mon,wed-thu", "hours": "09:00-12:00"}
    fronts = fronts_of(time=days, notices={"note": note, "never": NOTICE | {"on": "2027-01-01"}})
    assert fronts.session_table.tolist() == [-1, -1]
    assert fronts.contained[0, 1] == -NEVER_CONTAINED
    assert (fronts.active_from[0], fronts.active_to[0]) == (9 * HOUR, 3 * DAY + 12 * HOUR)
    assert fronts.down_first.tolist() == [0, 2, 2]
    assert fronts.down_from.tolist() == [12 * HOUR, 2 * DAY + 12 * HOUR]
    assert fronts.down_to.tolist() == [2 * DAY + 9 * HOUR, 3 * DAY + 9 * HOUR]
    assert fronts.active_from[1] == fronts.active_to[1]


def test_out_of_order_by_itself_and_by_events() -> None:
    fronts = fronts_of(
        bots={"door": DOOR | {"down": [{"on": "2026-03-02", "hours": "10:00-12:00"}, "2026-03-03"]}},
        self_service={"page": PAGE},
        events={
            "outage": {"on": "2026-03-02", "hours": "11:00-13:00", "bot_down": ["door", "page"]},
            "other": {"on": "2026-03-02", "volume": "x2"},
        },
    )
    assert fronts.down_first.tolist() == [0, 1, 3]
    assert fronts.down_from.tolist() == [11 * HOUR, 10 * HOUR, DAY]
    assert fronts.down_to.tolist() == [13 * HOUR, 13 * HOUR, 2 * DAY]


def test_chances_add_up_to_certainty() -> None:
    names = ["a", "b", "c", "d"]
    out = cumulative_chances({"b": 1 / 3, "c": 2 / 3}, names)
    assert out.tolist() == [0, chance_of(1 / 3), CERTAIN, CERTAIN]
    thirds = cumulative_chances(dict.fromkeys("abc", 0.1 + 0.7 / 3), names)
    assert thirds[2] == CERTAIN


def alarms(notice: dict[str, Any], **changes: Any) -> Program:
    return program(notices={"note": NOTICE | notice}, **changes)


def test_false_alarms_come_in_the_hours_of_the_notice() -> None:
    compiled = alarms({"false_alarms": 30, "hours": "09:00-12:00", "on": "mon-tue"})
    support, sales = compiled.queue_plans
    assert support.false_alarms == ()
    assert sales.false_alarm_names == ("sales/note",)
    (plan,) = sales.false_alarms
    assert plan.edges.tolist() == [9 * HOUR, 12 * HOUR]
    assert plan.volume.tolist() == [[30.0], [30.0]]
    assert plan.own.daily_cv == plan.shared.daily_cv == 0


def test_false_alarms_share_out_over_the_time_that_the_queue_takes_contacts() -> None:
    time = {
        "start": "2026-03-02",
        "days": 2,
        "open": {"mon": ["08:00-12:00", "14:00-16:00"], "tue": "closed"},
    }
    plan = alarms({"false_alarms": 30, "on": "mon-tue"}, time=time).queue_plans[1].false_alarms[0]
    assert plan.edges.tolist() == [8 * HOUR, 12 * HOUR, 14 * HOUR, 16 * HOUR]
    assert plan.volume[0].tolist() == pytest.approx([20, 0, 10])
    assert plan.volume[1].sum() == 0


def test_false_alarms_of_closed_hours_are_said() -> None:
    compiled = alarms({"false_alarms": 30, "hours": "20:00-22:00"})
    assert compiled.queue_plans[1].false_alarms == ()
    assert any("takes no contacts in its hours" in text for text in compiled.warnings)
