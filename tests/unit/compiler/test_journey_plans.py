"""Each key of a queue or channel arrives in its plan, in the units of the engines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.compiler import compile_scenario
from ccsim.compiler.journey import (
    APPROVE,
    BY_LAST_WAIT,
    BY_QUEUE,
    CERTAIN,
    ESCALATE,
    LOST,
    MOST_LOADED,
    NEVER_CONTAINED,
    NO_ESTIMATE,
    NOT_OFFERED,
    REFUSE,
    TICKET,
    Journey,
)
from ccsim.compiler.journeys.resolution import at_middle
from ccsim.compiler.quantiles import logistic_table, salt_of
from ccsim.distributions import Exponential, Fixed
from ccsim.scenario import Scenario
from tests.unit.compiler.centers import HOUR, MINUTE, center
from tests.unit.compiler.journeys import QUEUES, journey_of, law_in, mean_of, program_of, same_table, share_of

FAR = 2**62
DAY = 24 * HOUR
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)  # of Gauss's rule on -1..1


def same(one: Any, other: Any) -> bool:
    """Are two journeys the same to the last cell?"""
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    if hasattr(one, "__slots__"):
        return all(same(getattr(one, name), getattr(other, name)) for name in one.__slots__)
    return bool(one == other)


@pytest.mark.parametrize(
    "channels",
    [
        None,
        {"chat": {"resolution_loss": 0.5}},
        {"chat": {"assign": "most_loaded"}},
        {"chat": {"clock": "business"}},
    ],
)
def test_a_plain_world_has_no_journey(channels: dict[str, Any] | None) -> None:
    assert same(journey_of(channels), Journey.none(3, 2, 2))


@pytest.mark.parametrize(
    ("channels", "keys"),
    [
        ({"chat": {"concurrency": 2}}, {}),
        ({"email": {"deferrable": True}}, {}),
        ({"email": {"interruptible": True}}, {}),
        ({"chat": {"turns": {"mean": 2}}}, {}),
        ({"chat": {"silent_abandon": {"share": "10%"}}}, {}),
        (None, {"after_abandon": {"retry": "10%"}}),
        (None, {"announcement": {}}),
        (None, {"deflection": {"to": "chat", "when_wait_over": "1m", "share": "5%"}}),
        (None, {"callback": {"when_wait_over": "1m"}}),
        (None, {"escalation": {"to": "chat", "share": "5%"}}),
        (None, {"transfer": {"to": "chat", "misrouted": "5%"}}),
        (None, {"resolution": "70%"}),
        (None, {"complexity": {"talk": "10%"}}),
        (None, {"authority": {"needs": {"2": "100%"}}}),
        (None, {"service_level": "80% in 1h", "promise": {"chaser": {"share": "10%"}}}),
        (None, {"outside_hours": "lost"}),
    ],
)
def test_any_mechanism_turns_it_on(channels: dict[str, Any] | None, keys: dict[str, Any]) -> None:
    journey = journey_of(channels, **keys)
    assert journey.on
    assert journey.salt.tolist() == [salt_of(name) for name in QUEUES]
    assert [law_in(journey, row) for row in journey.talk_table] == ["fixed 180s", "fixed 240s", "fixed 300s"]
    assert [law_in(journey, row) for row in journey.wrap_up_table] == ["fixed 60s", "fixed 0s", "fixed 0s"]
    assert same_table(journey, int(journey.patience_table[0]), Exponential(300.0))


def test_weights_that_are_asked_for_turn_it_on() -> None:
    world = {"routing": {"contact": ["weighted_wait"]}}
    assert program_of(top=world).journey.on


def test_equal_laws_share_a_row() -> None:
    journey = journey_of(resolution="70%", after_abandon={"retry": "5%", "delay": "exponential mean 5m"})
    assert journey.retries.delay_table[0] == journey.patience_table[0]
    assert len({table.tobytes() for table in journey.tables}) == len(journey.tables)


# -- channels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("concurrency", "pace"), [(1, [1000] * 17), (2, [1000, 1000, *[1150] * 15])])
def test_a_lower_concurrency_takes_the_first_factors(concurrency: int, pace: list[int]) -> None:
    """As after ``--set channels.chat.concurrency=2`` alone: the same plan as with as many factors."""
    factors = [1, 1.15, 1.35]
    slots = journey_of({"chat": {"concurrency": concurrency, "slowdown": factors}}).slots
    as_many = journey_of({"chat": {"concurrency": concurrency, "slowdown": factors[:concurrency]}}).slots
    assert slots.pace[1].tolist() == pace
    assert same(slots, as_many)


def test_slots_and_paces() -> None:
    slots = journey_of(
        {"chat": {"concurrency": 3, "slowdown": [1, 1.15, 1.35], "assign": "most_loaded"}}
    ).slots
    assert slots.slots.tolist() == [1, 3, 1]
    assert slots.pace[0].tolist() == [1000] * 17
    assert slots.pace[1].tolist() == [1000, 1000, 1150, *[1350] * 14]
    assert slots.channel.tolist() == [0, 1, 2]
    assert slots.most_loaded.tolist() == [0, MOST_LOADED, 0]
    assert not slots.interrupts.any()


def test_usual_slowdown() -> None:
    assert journey_of({"chat": {"concurrency": 16}}).slots.pace[1, [1, 2, 16]].tolist() == [1000, 1300, 5500]


def test_what_waits_overnight_gives_way() -> None:
    slots = journey_of({"email": {"deferrable": True}}).slots
    assert slots.deferrable.tolist() == [0, 0, 1]
    assert slots.interruptible.tolist() == [0, 0, 1]
    assert slots.interrupts.tolist() == [1, 1, 0]
    slow = {"voice": {"interruptible": True}, "email": {"deferrable": True, "interruptible": False}}
    assert journey_of(slow).slots.interrupts.tolist() == [0, 1, 0]
    held = journey_of({"email": {"deferrable": True, "interruptible": False}}).slots
    assert not held.interruptible.any()
    assert not held.interrupts.any()


def test_silence_and_turns() -> None:
    journey = journey_of(
        {
            "voice": {"silent_abandon": {"share": "45%", "found_out_after": "fixed 90s"}},
            "chat": {"turns": {"mean": 4, "reply": "fixed 5m", "close_after": "12h"}},
        }
    )
    slots = journey.slots
    assert share_of(slots.silent_chance[0]) == pytest.approx(0.45, abs=1e-9)
    assert law_in(journey, slots.found_out_table[0]) == "fixed 90s"
    assert slots.turn_chance.tolist() == [0, 3 * CERTAIN // 4, 0]
    assert law_in(journey, slots.reply_table[1]) == "fixed 300s"
    assert slots.reply_at_most.tolist() == [FAR, 12 * HOUR, FAR]


# -- waiting ------------------------------------------------------------------------------------------------


def test_retries() -> None:
    after = {"retry": "30%", "delay": "fixed 20m", "at_most": 2, "patience": "same", "to": "email"}
    journey = journey_of(after_abandon=after)
    retries = journey.retries
    assert share_of(retries.chance[0]) == pytest.approx(0.3, abs=1e-9)
    assert law_in(journey, retries.delay_table[0]) == "fixed 1200s"
    assert [retries.at_most[0], retries.same_patience[0]] == [2, 1]
    assert retries.to.tolist() == [2, 1, 2]
    assert journey_of(after_abandon={"retry": "100%"}).retries.chance.tolist() == [CERTAIN, 0, 0]


def test_announcements() -> None:
    said = {"balk": "40%", "later_patience": 0.5}
    waits = journey_of(announcement=said).waits
    assert waits.estimate.tolist() == [BY_QUEUE, NO_ESTIMATE, NO_ESTIMATE]
    assert share_of(waits.balk_chance[0]) == pytest.approx(0.4, abs=1e-9)
    assert waits.later_factor.tolist() == [500, 1000, 1000]
    assert journey_of(announcement=said | {"estimate": "last_wait"}).waits.estimate[0] == BY_LAST_WAIT


def test_offers() -> None:
    deflected = journey_of(deflection={"to": "chat", "when_wait_over": "2m", "share": "25%"}).waits
    assert (deflected.estimate[0], deflected.deflect_over[0]) == (BY_QUEUE, 2 * MINUTE)
    assert (deflected.deflect_chance[0], deflected.deflect_to[0]) == (CERTAIN // 4, 1)
    journey = journey_of(
        callback={"when_wait_over": "3m", "accept": "50%", "no_answer": "25%", "attempts": 2, "promise": "2h"}
    )
    called = journey.waits
    assert (called.estimate[0], called.callback_over[0]) == (BY_QUEUE, 3 * MINUTE)
    assert (called.callback_chance[0], called.no_answer_chance[0]) == (CERTAIN // 2, CERTAIN // 4)
    assert (called.attempts[0], called.callback_promise[0]) == (2, 2 * HOUR)
    assert law_in(journey, called.dial_table[0]) == "fixed 20s"
    assert law_in(journey, called.again_table[0]) == "fixed 900s"
    assert journey_of(callback={"when_wait_over": "3m"}).waits.callback_promise[0] == 0


def test_mean_handle_times() -> None:
    channels = {"voice": {"turns": {"mean": 2}}, "chat": {"concurrency": 2, "slowdown": [1, 1.5]}}
    means = journey_of(channels).waits.mean_handle
    assert means.tolist() == [7 * MINUTE, 6 * MINUTE, 5 * MINUTE]
    none = journey_of(talk="fixed 0s", wrap_up="fixed 0s", announcement={}).waits.mean_handle
    assert none[0] == 1


# -- resolution ---------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(share=st.floats(0.001, 0.999), lost=st.one_of(st.just(0.0), st.floats(0, 20)))
def test_the_share_is_the_mean_over_all_issues(share: float, lost: float) -> None:
    score = at_middle(share, lost) / 1e6 - lost * NODES / 2
    mean = float((WEIGHTS / (1 + np.exp(-score))).sum() / 2)
    assert mean == pytest.approx(share, abs=1e-6)


def test_none_and_all_are_beyond_every_threshold() -> None:
    table = logistic_table()
    for lost in (0.0, 20.0):
        assert at_middle(0.0, lost) == NEVER_CONTAINED < table[0] - 20_000_000
        assert at_middle(1.0, lost) == -NEVER_CONTAINED > table[-1] + 20_000_000


def test_resolution() -> None:
    journey = journey_of(
        {"voice": {"concurrency": 2, "resolution_loss": 0.2}}, resolution={"share": "70%", "complexity": 2}
    )
    resolution = journey.resolution
    assert resolution.judged.tolist() == [1, 0, 0]
    assert resolution.at_middle.tolist() == [at_middle(0.7, 2), 0, 0]
    assert resolution.slope.tolist() == [2_000_000, 0, 0]
    assert resolution.per_open.tolist() == [200_000, 0, 0]
    assert (journey.tables[resolution.threshold_table] == logistic_table()).all()
    assert journey_of(announcement={}).resolution.threshold_table == -1
    assert journey_of(resolution="70%").resolution.per_open[0] == 0


def test_returns() -> None:
    journey = journey_of(
        resolution="70%",
        after_unresolved={
            "return": "50%",
            "at_most": 4,
            "to": {"email": "25%", "support": "75%"},
            "context": "50%",
        },
    )
    resolution = journey.resolution
    assert resolution.return_chance.tolist() == [CERTAIN // 2, 0, 0]
    assert resolution.return_at_most.tolist() == [4, 0, 0]
    assert resolution.to_share.tolist() == [
        [3 * CERTAIN // 4, 3 * CERTAIN // 4, CERTAIN],
        [0, CERTAIN, CERTAIN],
        [0, 0, CERTAIN],
    ]
    assert resolution.context_chance.tolist() == [CERTAIN // 2, CERTAIN, CERTAIN]
    assert law_in(journey, resolution.repeat_table[0]) == "fixed 60s"
    assert same_table(journey, int(resolution.delay_table[0]), Exponential(2 * 86400.0))


def test_talk_of_hard_issues() -> None:
    assert journey_of(complexity={"talk": "30%"}).resolution.talk_slope.tolist() == [300, 0, 0]


# -- tiers --------------------------------------------------------------------------------------------------


def test_escalation() -> None:
    journey = journey_of(
        escalation={
            "to": "email",
            "share": "25%",
            "above": "70%",
            "estimate_error": "10%",
            "diagnosis": "fixed 90s",
            "handover": "fixed 40s",
            "keeps_wait": True,
            "at_most": 3,
        }
    )
    tiers = journey.tiers
    assert (tiers.to.tolist(), tiers.above.tolist()) == ([2, -1, -1], [700_000, FAR, FAR])
    assert tiers.chance.tolist() == [CERTAIN // 4, 0, 0]
    assert law_in(journey, tiers.diagnosis_table[0]) == "fixed 90s"
    assert law_in(journey, tiers.handover_table[0]) == "fixed 40s"
    assert [column[0] for column in (tiers.warm, tiers.keeps_wait, tiers.at_most)] == [1, 1, 3]
    error = journey.tables[tiers.estimate_table[0]]
    assert (np.diff(error[:4096]) > 0).all()
    assert error[2048] == 0
    assert abs(mean_of(error)) < 100
    assert error[round(0.8413 * 4096)] == pytest.approx(100_000, rel=0.01)


def test_diagnosis_is_shared_by_both_ways_of_moving() -> None:
    moved = {"misrouted": "10%", "to": "chat"}
    up = {"to": "email", "share": "5%"}
    for keys, wanted in (
        ({"transfer": moved}, "fixed 60s"),
        ({"escalation": up}, "fixed 60s"),
        ({"transfer": moved | {"found_after": "fixed 45s"}, "escalation": up}, "fixed 45s"),
        ({"transfer": moved, "escalation": up | {"diagnosis": "fixed 30s"}}, "fixed 30s"),
    ):
        journey = journey_of(**keys)
        assert law_in(journey, journey.tiers.diagnosis_table[0]) == wanted
    tiers = journey_of(transfer=moved).tiers
    assert (tiers.misrouted_to.tolist(), tiers.at_most.tolist()) == ([1, -1, -1], [5, 5, 5])
    assert share_of(tiers.misrouted_chance[0]) == pytest.approx(0.1, abs=1e-9)


def test_cold_escalations() -> None:
    tiers = journey_of(escalation={"to": "email", "share": "5%"}).tiers
    assert (tiers.handover_table[0], tiers.warm[0], tiers.estimate_table[0]) == (-1, 0, -1)


@pytest.mark.parametrize(
    ("without", "code", "approval"),
    [("approve", APPROVE, "fixed 120s"), ("escalate", ESCALATE, "fixed 120s"), ("refuse", REFUSE, None)],
)
def test_authority(without: str, code: int, approval: str | None) -> None:
    needs = {"1": "50%", "2": "25%", "3": "25%"}
    journey = journey_of(
        authority={"needs": needs, "without": without, "approval": "fixed 2m"},
        escalation={"to": "email", "share": "1%"},
    )
    tiers = journey.tiers
    assert tiers.needs_share.tolist() == [[0, CERTAIN // 2, 3 * CERTAIN // 4, CERTAIN], *[[CERTAIN] * 4] * 2]
    assert tiers.authority.tolist() == [3, 1]
    assert tiers.without_authority.tolist() == [code, APPROVE, APPROVE]
    assert law_in(journey, tiers.approval_table[0]) == approval


# -- promises and hours -------------------------------------------------------------------------------------


def test_promises() -> None:
    journey = journey_of(
        {"email": {"deferrable": True}},
        service_level="90% in 1h",
        promise={
            "chaser": {"share": "50%", "at_most": 2},
            "escalate": {"before": "10m", "to": "chat"},
            "complaint": {"late": "25%", "unresolved": "50%", "to": "email", "delay": "fixed 1h"},
        },
    )
    promises = journey.promises
    assert promises.within.tolist() == [HOUR, FAR, FAR]
    assert promises.business.tolist() == [0, 0, 0]
    assert (promises.chase_chance[0], promises.chase_at_most[0]) == (CERTAIN // 2, 2)
    assert promises.chase_to.tolist() == [0, -1, -1]
    assert (promises.escalate_before.tolist(), promises.escalate_to.tolist()) == (
        [10 * MINUTE, -1, -1],
        [1, -1, -1],
    )
    assert promises.complain_late_chance.tolist() == [CERTAIN // 4, 0, 0]
    assert promises.complain_unresolved_chance.tolist() == [CERTAIN // 2, 0, 0]
    assert promises.complain_to.tolist() == [2, -1, -1]
    assert law_in(journey, promises.complaint_table[0]) == "fixed 3600s"


def test_promises_on_the_clock_of_the_channel() -> None:
    asked = {"service_level": "90% in 8h", "promise": {"chaser": {"share": "50%"}}}
    assert journey_of({"voice": {"clock": "business"}}, **asked).promises.business.tolist() == [1, 0, 0]


def test_hours_of_service() -> None:
    journey = journey_of(
        {"email": {"deferrable": True}},
        outside_hours={"ticket": "email", "share": "25%"},
        hours="09:00-12:00",
    )
    hours = journey.hours
    assert hours.outside.tolist() == [TICKET, NOT_OFFERED, NOT_OFFERED]
    assert (hours.ticket_to.tolist(), hours.ticket_chance[0]) == ([2, -1, -1], CERTAIN // 4)
    assert hours.first.tolist() == [0, 2, 4, 6]
    assert hours.open_from[:2].tolist() == [9 * HOUR, 33 * HOUR]
    assert hours.open_to[:2].tolist() == [12 * HOUR, 36 * HOUR]
    assert journey_of(outside_hours="lost").hours.outside.tolist() == [LOST, NOT_OFFERED, NOT_OFFERED]


def arrival_hours(program: Any, queue: int = 0) -> tuple[int, int]:
    edges = program.queue_plans[queue].arrivals.edges
    return int(edges[0]), int(edges[-1])


def test_contacts_come_outside_the_hours_where_something_becomes_of_them() -> None:
    assert arrival_hours(program_of()) == (8 * HOUR, 18 * HOUR)
    assert arrival_hours(program_of(outside_hours="lost")) == (0, DAY)
    given = {"per_day": 100, "hours": "06:00-20:00"}
    assert arrival_hours(program_of(outside_hours="lost", arrivals=given)) == (6 * HOUR, 20 * HOUR)
    narrow = program_of(arrivals={"per_day": 100, "hours": "09:00-10:00"})
    assert arrival_hours(narrow) == (9 * HOUR, 10 * HOUR)
    assert narrow.queue_plans[0].arrivals.volume.sum() == pytest.approx(200)  # type: ignore[union-attr]
    assert not narrow.warnings


def test_deferrable_work_comes_when_it_is_said_and_is_not_cleared() -> None:
    deferrable = {"email": {"deferrable": True}}
    assert arrival_hours(program_of(deferrable), 2) == (8 * HOUR, 18 * HOUR)
    by_voice = {"voice": {"deferrable": True}}
    late = program_of(by_voice, arrivals={"hourly": {"20:00-24:00": 5}, "hours": "00:00-24:00"})
    assert arrival_hours(late) == (20 * HOUR, DAY)
    assert set(late.closing_queue.tolist()) == {1, 2}
    assert set(program_of(deferrable).closing_queue.tolist()) == {0, 1}


def test_hourly_contacts_outside_arrival_hours_are_said() -> None:
    program = program_of(
        outside_hours="lost", arrivals={"hourly": {"04:00-08:00": 10}, "hours": "06:00-20:00"}
    )
    assert program.warnings == (
        "queue support: 40 of 80 contacts (50.0%) fall outside its arrival hours and are not offered",
    )


def test_traces_of_deferrable_work_are_taken_at_any_hour(tmp_path: Any) -> None:
    rows = [
        "arrived_at,talk_s",
        "2026-03-02 03:00:00,60",
        "2026-03-02 10:00:00,120",
        "2026-03-03 23:00:00,240",
    ]
    (tmp_path / "mails.csv").write_text("\n".join(rows) + "\n")
    queue = {"channel": "email", "arrivals": {"trace": "mails.csv"}}
    data = center(
        channels={"email": {"deferrable": True}},
        queues={"support": queue},
        agent_groups={"desk": {"headcount": 1, "skills": ["support"], "shifts": {"day": "100%"}}},
    )
    program = compile_scenario(Scenario.from_dict(data, folder=tmp_path))
    assert program.queue_plans[0].arrivals.arrived_at.tolist() == [3 * HOUR, 10 * HOUR, 47 * HOUR]  # type: ignore[union-attr]
    journey = program.journey
    talk = journey.tables[journey.talk_table[0]]
    assert (talk[0], talk[2048]) == (60_000_000, 120_000_000)
    assert journey.waits.mean_handle[0] == 140_000_000
    assert same_table(journey, int(journey.wrap_up_table[0]), Fixed(0.0))
    plain = compile_scenario(Scenario.from_dict(data | {"channels": {"email": {}}}, folder=tmp_path))
    assert plain.queue_plans[0].arrivals.arrived_at.tolist() == [10 * HOUR]  # type: ignore[union-attr]
