"""What is allowed of a journey but perhaps not meant is said, with a way out."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.scenario import Scenario
from ccsim.scenario.journey_cautions import fed_queues
from ccsim.scenario.journey_rules import loops


def cautions_of(data: dict[str, Any]) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in Scenario.from_dict(data).warnings]


def with_queue(world: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A second queue, other, that the same people serve; the first with more keys."""
    world["queues"]["other"] = {"needs": "support", "talk": "fixed 1m", "arrivals": {"per_day": 5}}
    world["queues"]["support"] |= keys
    return world


def test_every_mechanism_at_once_is_no_reason_for_caution(journey: dict[str, Any]) -> None:
    journey["time"]["days"] = 5
    assert cautions_of(journey) == []


@pytest.mark.parametrize(
    ("keys", "caution"),
    [
        (
            {"escalation": {"to": "other"}},
            "escalation: escalates nothing; give share, e.g. 12%, or above, e.g. 70%",
        ),
        (
            {"escalation": {"to": "other", "share": "5%", "estimate_error": "10%"}},
            "escalation.estimate_error: has no effect without above",
        ),
        (
            {"after_unresolved": {}},
            "after_unresolved: has no effect: every answered contact resolves its issue; give resolution, "
            "e.g. 70%",
        ),
        (
            {"service_level": "80% in 1m", "promise": {"complaint": {"unresolved": "3%", "to": "other"}}},
            "promise.complaint.unresolved: has no effect: every answered contact resolves its issue; give "
            "resolution, e.g. 70%",
        ),
        ({"weight": 2}, "weight: has no effect; add weighted_wait to routing.contact"),
    ],
)
def test_keys_without_effect(world: dict[str, Any], keys: dict[str, Any], caution: str) -> None:
    assert cautions_of(with_queue(world, **keys)) == [f"queues.support.{caution}"]


@pytest.mark.parametrize(
    "keys",
    [
        {"escalation": {"to": "other"}, "authority": {"needs": {"2": "100%"}, "without": "escalate"}},
        {"after_unresolved": {}, "authority": {"needs": {"2": "100%"}, "without": "refuse"}},
        {"after_unresolved": {}, "resolution": "70%"},
    ],
)
def test_keys_that_have_an_effect_through_others(world: dict[str, Any], keys: dict[str, Any]) -> None:
    assert cautions_of(with_queue(world, **keys)) == []


def test_loops_that_end_by_themselves(world: dict[str, Any]) -> None:
    with_queue(
        world,
        escalation={"to": "other", "share": "100%", "at_most": 3},
        deflection={"to": "other", "when_wait_over": "1m", "share": "50%"},
    )
    world["queues"]["other"] |= {
        "escalation": {"to": "support", "share": "10%"},
        "deflection": {"to": "support", "when_wait_over": "1m", "share": "100%"},
    }
    assert cautions_of(world) == [
        "queues.support.escalation.to: support -> other -> support is a loop; after 3 to 5 hand-overs "
        "(escalation.at_most) a contact is treated where it is",
        "queues.support.deflection.to: support -> other -> support is a loop; a contact takes such an offer "
        "at most twice",
    ]


def test_contacts_that_move_on_may_come_back(world: dict[str, Any]) -> None:
    moving = {"service_level": "80% in 1h", "promise": {"escalate": {"before": "5m", "to": "other"}}}
    with_queue(world, **moving)
    back = {"escalate": {"before": "5m", "to": "support"}}
    world["queues"]["other"] |= {"service_level": "80% in 1h", "promise": back}
    assert cautions_of(world) == [
        "queues.support.promise.escalate.to: support -> other -> support is a loop; who waits long goes "
        "round in it until somebody answers"
    ]


@pytest.mark.parametrize("shape", ["flat", "two_peaks"])
def test_a_day_is_laid_over_the_night(world: dict[str, Any], shape: str) -> None:
    arrivals = world["queues"]["support"]["arrivals"]
    arrivals["shape"] = shape
    world["queues"]["support"]["outside_hours"] = "lost"
    assert cautions_of(world) == [
        f"queues.support.arrivals: the shape {shape} lies over 00:00-24:00, because contacts come outside "
        "opening hours, too; say when they come, e.g. hours: 06:00-22:00"
    ]
    arrivals["hours"] = "00:00-24:00"
    assert cautions_of(world) == []
    del arrivals["hours"]
    arrivals["shape"] = {"06:00-20:00": "100%"}
    assert cautions_of(world) == []


def test_loops_are_found_once_and_tails_are_none() -> None:
    ways = {"tail": "a", "a": "b", "b": "a", "own": "own", "end": None, "out": "nowhere"}
    assert loops(ways) == [["a", "b"], ["own"]]
    assert loops({}) == []


def test_channels_that_no_queue_uses(world: dict[str, Any]) -> None:
    world["channels"] = {"voice": {}, "chat": {"concurrency": 3}, "email": {"deferrable": True}}
    assert cautions_of(world) == [
        "channels.chat: no queue comes by this channel; concurrency 3 has no effect",
        "channels.email: no queue comes by this channel",
    ]


def test_queues_that_only_others_feed(world: dict[str, Any]) -> None:
    with_queue(world, escalation={"to": "other", "share": "5%"})
    del world["queues"]["other"]["arrivals"]
    assert cautions_of(world) == []
    del world["queues"]["support"]["arrivals"]
    assert cautions_of(world) == [
        "queues.support: has no arrivals; nothing comes to it",
        "queues.other: has no arrivals; nothing comes to it, nor to support, which could send it contacts",
    ]


@pytest.mark.parametrize(
    "way",
    [
        {"after_abandon": {"retry": "5%", "to": "other"}},
        {"deflection": {"to": "other", "when_wait_over": "1m", "share": "5%"}},
        {"transfer": {"misrouted": "5%", "to": "other"}},
        {"resolution": "50%", "after_unresolved": {"to": {"other": "5%", "support": "95%"}}},
        {"service_level": "80% in 1h", "promise": {"chaser": {"share": "5%", "to": "other"}}},
        {"service_level": "80% in 1h", "promise": {"escalate": {"before": "5m", "to": "other"}}},
        {"service_level": "80% in 1h", "promise": {"complaint": {"late": "5%", "to": "other"}}},
    ],
)
def test_every_way_to_a_queue_feeds_it(world: dict[str, Any], way: dict[str, Any]) -> None:
    with_queue(world, **way)
    del world["queues"]["other"]["arrivals"]
    assert fed_queues(Scenario.from_dict(world)) == {"support", "other"}


def test_tickets_bots_events_and_notices_feed_queues(world: dict[str, Any]) -> None:
    world["channels"] = {"email": {"deferrable": True}}
    names = ("tickets", "wrong", "back", "twice", "alarmed", "idle")
    world["queues"] |= {name: {"needs": "support", "channel": "email", "talk": "fixed 1m"} for name in names}
    world["queues"]["support"]["outside_hours"] = {"ticket": "tickets"}
    world["bots"] = {
        "front": {
            "serves": ["support"],
            "talk": "fixed 1m",
            "containment": "30%",
            "bounce_back": {"share": "10%", "to": "back"},
            "misrouted": {"share": "5%", "to": {"wrong": "100%"}},
        }
    }
    day = "2026-03-02"
    world["events"] = {"storm": {"on": day, "duplicates": {"share": "5%", "to": "twice"}}}
    world["notices"] = {"bill": {"queue": "alarmed", "on": day, "prevents": "5%", "false_alarms": 3}}
    assert fed_queues(Scenario.from_dict(world)) == {"support", *names[:-1]}


def test_work_that_waits_overnight_is_given_up_too_soon(world: dict[str, Any]) -> None:
    world["channels"] = {"email": {"deferrable": True}}
    world["queues"]["support"] |= {
        "channel": "email",
        "patience": "fixed 3m",
        "service_level": "90% in 8h",
        "closing": "clear",
    }
    assert cautions_of(world) == [
        "queues.support.patience: fixed 3m is short for the channel 'email', where work waits overnight; "
        "write patience: never",
        "queues.support.closing: has no effect: the channel 'email' is deferrable",
    ]


def test_nobody_is_silent_who_does_not_give_up(world: dict[str, Any]) -> None:
    world["channels"] = {"chat": {"silent_abandon": {"share": "30%"}}}
    world["queues"]["support"] |= {"channel": "chat", "patience": "never"}
    assert cautions_of(world) == [
        "channels.chat.silent_abandon: has no effect: nobody gives up on this channel"
    ]
    world["queues"]["support"]["patience"] = "fixed 5m"
    assert cautions_of(world) == []


def test_open_hours_count_overflow_and_not_what_waits_overnight(world: dict[str, Any]) -> None:
    world["time"]["open"] = "08:00-20:00"
    world["channels"] = {"email": {"deferrable": True}}
    world["queues"]["email"] = {
        "channel": "email", "needs": "support", "talk": "fixed 1m", "arrivals": {"per_day": 5},
    }  # fmt: skip
    assert cautions_of(world) == [
        "queues.support: open mon-fri 18:00-20:00, when nobody with the skill 'support' works"
    ]
    world["queues"]["evening"] = {"talk": "fixed 1m", "arrivals": {"per_day": 5}}
    world["agent_groups"]["late"] = {"headcount": 2, "skills": ["evening"], "shifts": {"late": "100%"}}
    world["shifts"]["late"] = {"hours": "08:00-20:00"}
    world["routing"] = {"overflow": [{"queue": "support", "after": "30s", "to": "late"}]}
    assert cautions_of(world) == []
