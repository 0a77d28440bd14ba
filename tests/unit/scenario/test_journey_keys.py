"""Channels and the journey through queues: every key is read, has its default, and can be overridden."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario, scenario_from_text
from ccsim.scenario.channels import Channel, Turns
from ccsim.scenario.parts import Queue
from ccsim.scenario.promises import Ticket
from ccsim.units import HOUR, MINUTE, SECOND


def queue_of(world: dict[str, Any], **keys: Any) -> Queue:
    world["queues"]["support"] |= keys
    world["queues"].setdefault("other", {"talk": "fixed 1m", "arrivals": {"per_day": 1}, "needs": "support"})
    return Scenario.from_dict(world).queues["support"]


def message_of(world: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict(world)
    (problem,) = caught.value.problems
    return f"{problem.path} {problem.message}"


def test_nothing_is_on_unless_it_is_said(scenario: Scenario) -> None:
    queue = scenario.queues["support"]
    assert scenario.channels == {"voice": Channel()}
    parts = (
        queue.after_abandon, queue.announcement, queue.deflection, queue.callback, queue.escalation,
        queue.transfer, queue.resolution, queue.after_unresolved, queue.complexity, queue.authority,
        queue.promise,
    )  # fmt: skip
    assert parts == (None,) * 11
    assert (queue.outside_hours, queue.weight) == ("not_offered", 1)


@pytest.mark.parametrize(
    ("key", "given", "defaults"),
    [
        (
            "after_abandon",
            {"retry": "30%"},
            {"delay": "exponential mean 30m", "at_most": 3, "patience": "redrawn", "to": None},
        ),
        ("announcement", {}, {"estimate": "queue", "balk": 0.5, "later_patience": 0.66}),
        (
            "callback",
            {"when_wait_over": "3m"},
            {"accept": 0.37, "no_answer": 0.07, "attempts": 3, "again_after": "fixed 15m",
             "dial": "fixed 20s", "promise": 0},
        ),
        (
            "escalation",
            {"to": "other"},
            {"share": 0, "above": None, "estimate_error": 0, "diagnosis": None, "handover": None,
             "warm": None, "is_warm": False, "keeps_wait": False, "at_most": 5},
        ),
        ("transfer", {"misrouted": "8%", "to": "other"}, {"found_after": None}),
        ("resolution", "70%", {"share": 0.7, "complexity": 0, "target": None}),
        (
            "after_unresolved",
            {},
            {"returning": 0.9, "delay": "exponential mean 2d", "at_most": 5, "to": None, "context": 1.0,
             "repeat_story": "fixed 1m"},
        ),
        ("complexity", {}, {"talk": 0}),
        ("authority", {"needs": {"1": "100%"}}, {"without": "approve", "approval": "exponential mean 3m"}),
    ],
)  # fmt: skip
def test_defaults_of_queues(world: dict[str, Any], key: str, given: Any, defaults: dict[str, Any]) -> None:
    part = getattr(queue_of(world, **{key: given}), key)
    for name, wanted in defaults.items():
        found = getattr(part, name)
        assert (found.phrase() if isinstance(wanted, str) and hasattr(found, "phrase") else found) == wanted


def test_defaults_of_promises(world: dict[str, Any]) -> None:
    promise = queue_of(
        world,
        service_level="90% in 8h",
        promise={"chaser": {"share": "40%"}, "complaint": {"to": "other"}},
    ).promise
    assert promise is not None
    assert promise.chaser is not None
    assert promise.complaint is not None
    assert (promise.chaser.to, promise.chaser.at_most) == (None, 1)
    assert (promise.complaint.late, promise.complaint.unresolved) == (0, 0)
    assert promise.complaint.delay.phrase() == "exponential mean 2h"


def test_defaults_of_channels(world: dict[str, Any]) -> None:
    world["channels"] = {
        "voice": {"silent_abandon": {"share": "30%"}, "turns": {"mean": 3}},
        "email": {"deferrable": True},
        "chat": {"concurrency": 3},
    }
    channels = Scenario.from_dict(world).channels
    voice = channels["voice"]
    assert voice.silent_abandon is not None
    assert voice.silent_abandon.found_out_after.phrase() == "fixed 1m"
    assert voice.turns is not None
    assert voice.turns.reply.phrase() == "exponential mean 10m"
    assert voice.turns.close_after == 24 * HOUR
    assert (voice.factors, voice.assign, voice.resolution_loss) == ((1.0,), "least_loaded", 0.1)
    assert not (voice.is_interruptible)
    assert not (voice.counts_business_hours)
    assert channels["email"].is_interruptible
    assert channels["email"].counts_business_hours
    assert channels["chat"].factors == pytest.approx((1.0, 1.3, 1.6))


def test_concurrency_alone_can_be_lowered_and_raised_again(journey: dict[str, Any]) -> None:
    base = Scenario.from_dict(journey)
    lower = base.override({"channels.chat.concurrency": 2})
    assert lower.channels["chat"].factors == (1.0, 1.15)
    assert lower.override({"channels.chat.concurrency": 3}) == base
    with pytest.raises(
        ScenarioError, match=r"slowdown has 3 factors, concurrency is 4; .* leave .* \(null\)"
    ):
        base.override({"channels.chat.concurrency": 4})
    assert (
        len(
            base.override({"channels.chat.concurrency": 4, "channels.chat.slowdown": None})
            .channels["chat"]
            .factors
        )
        == 4
    )


def test_what_deferrable_means_can_be_said_otherwise(journey: dict[str, Any]) -> None:
    email = Scenario.from_dict(journey).channels["email"]
    assert email.deferrable
    assert not email.is_interruptible
    assert not email.counts_business_hours


def test_deferrable_work_is_not_given_up_unless_it_is_said(world: dict[str, Any]) -> None:
    world["channels"] = {"email": {"deferrable": True}}
    assert queue_of(world, channel="email").patience.phrase() == "never"
    assert queue_of(world, patience="exponential mean 2d").patience.phrase() == "exponential mean 2d"
    del world["queues"]["support"]["patience"]
    world["defaults"] = {"queue": {"patience": "fixed 1h"}}
    assert queue_of(world).patience.phrase() == "fixed 1h"


def test_voice_need_not_be_declared_beside_others(world: dict[str, Any]) -> None:
    world["channels"] = {"chat": {"concurrency": 2}}
    world["queues"]["chat"] = {
        "channel": "chat",
        "needs": "support",
        "talk": "fixed 8m",
        "arrivals": {"per_day": 9},
    }
    scenario = Scenario.from_dict(world)
    assert [queue.channel for queue in scenario.queues.values()] == ["voice", "chat"]
    assert list(scenario.channels) == ["chat"]


def test_phrases_and_long_forms_are_the_same(world: dict[str, Any]) -> None:
    short = queue_of(
        world, resolution={"share": "70%", "target": "90% in 48h"}, after_unresolved={"to": "other"}
    )
    long = queue_of(
        world,
        resolution={"share": "70%", "target": {"share": "90%", "within": "2d"}},
        after_unresolved={"to": {"other": "100%"}},
    )
    assert short == long
    assert queue_of(world, resolution="70%") == queue_of(world, resolution={"share": "70%"})


@pytest.mark.parametrize(
    ("said", "meant"), [("keep_place", 0), ("2h", 2 * HOUR), ("1h30m", 90 * MINUTE), ("Keep_Place ", 0)]
)
def test_promises_of_callbacks(world: dict[str, Any], said: str, meant: int) -> None:
    callback = queue_of(world, callback={"when_wait_over": "30s", "promise": said}).callback
    assert callback is not None
    assert (callback.promise, callback.when_wait_over) == (meant, 30 * SECOND)


def test_a_given_handover_is_warm_unless_it_is_said(world: dict[str, Any]) -> None:
    for given, warm in ({"handover": "fixed 40s"}, True), ({"warm": True}, True), ({"warm": False}, False):
        escalation = queue_of(world, escalation={"to": "other", "share": "5%", **given}).escalation
        assert escalation is not None
        assert escalation.is_warm is warm


def test_outside_hours_is_a_word_or_a_ticket(world: dict[str, Any]) -> None:
    world["channels"] = {"email": {"deferrable": True}}
    world["queues"]["other"] = {"talk": "fixed 1m", "channel": "email", "needs": "support"}
    assert queue_of(world, outside_hours="lost").outside_hours == "lost"
    assert queue_of(world, outside_hours={"ticket": "other"}).outside_hours == Ticket(ticket="other")


@pytest.mark.parametrize(
    ("path", "value", "canonical"),
    [
        ("channels.chat.concurrency", 4, 4),
        ("channels.chat.slowdown.2", 1.5, [1.0, 1.15, 1.5]),
        ("channels.email.interruptible", True, True),
        ("channels.email.clock", "business", "business"),
        ("channels.chat.silent_abandon.share", "30%", "30%"),
        ("channels.messages.turns.mean", 6, 6.0),
        ("queues.support.weight", 3, 3.0),
        ("queues.support.after_abandon.retry", "50%", "50%"),
        ("queues.support.after_abandon.delay", "exponential mean 20m", {"law": "exponential", "mean": "20m"}),
        ("queues.support.callback.promise", "keep_place", "keep_place"),
        ("queues.support.escalation.above", "80%", "80%"),
        ("queues.support.resolution", "60%", {"share": "60%", "complexity": 0.0, "target": None}),
        ("queues.support.resolution.target", "80% in 24h", {"share": "80%", "within": "24h"}),
        ("queues.support.after_unresolved.return", "50%", "50%"),
        ("queues.support.after_unresolved.to", "chat", {"chat": "100%"}),
        ("queues.support.authority.needs", {"0": "100%"}, {"0": "100%"}),
        ("queues.support.promise.chaser.share", "10%", "10%"),
        ("queues.support.outside_hours", "lost", "lost"),
        ("queues.support.outside_hours.share", "10%", "10%"),
        ("queues.chat.outside_hours", {"ticket": "email"}, {"ticket": "email", "share": "100%"}),
        ("queues.chat.after_abandon.retry", "50%", "50%"),
        ("queues.chat.promise.chaser.share", "10%", "10%"),
        (
            "queues.texts.after_unresolved.to",
            {"texts": "50%", "chat": "50%"},
            {"texts": "50%", "chat": "50%"},
        ),
        ("queues.texts.after_unresolved.to.texts", "100%", "100%"),
        ("channels.voice.silent_abandon.share", "10%", "10%"),
        ("queues.support.callback", None, None),
        ("queues.support.arrivals.hours", None, None),
    ],
)
def test_values_are_set(journey: dict[str, Any], path: str, value: Any, canonical: Any) -> None:
    if path == "channels.chat.concurrency":
        del journey["channels"]["chat"]["slowdown"]
    scenario = Scenario.from_dict(journey)
    changed = scenario.override({path: value})
    here: Any = changed.canonical()
    *parts, last = path.removesuffix(".2").split(".")
    for part in parts:
        here = here[part]
    assert here[last] == canonical
    assert changed != scenario
    assert Scenario.from_dict(changed.canonical()) == changed


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("concurrency", 2.0, "concurrency 2.0 is written as a fraction; write 2"),
        ("slowdown", "1.2", "slowdown '1.2' stands where a list of factors belongs; write [1.0, 1.15, 1.35]"),
        ("slowdown", [], "slowdown is empty; write one factor for each number of open contacts, e.g. "
         "[1.0, 1.15, 1.35]"),
        ("slowdown", [1, "x1.2"], "slowdown 'x1.2' is not a factor; write plain numbers, e.g. [1.0, 1.15, "
         "1.35]"),
        ("slowdown", [1, 0.5], "slowdown a factor must be from 1 to 100, not 0.5"),
        ("slowdown", [1, 1.5, 1.2], "slowdown 1.2 follows 1.5; with more open, none goes faster"),
        ("turns", {"mean": 3, "reply": "10m"}, "turns.reply '10m' is a time, not a law; write fixed 10m, or "
         "exponential mean 10m"),
        ("resolution_loss", -1, "resolution_loss logits lost must be at least 0, not -1"),
    ],
)  # fmt: skip
def test_channels_say_what_is_wrong(world: dict[str, Any], key: str, value: Any, message: str) -> None:
    world["channels"] = {"voice": {key: value}}
    assert message_of(world) == f"channels.voice.{message}"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("resolution", {"share": "70%", "target": "soon"}, "resolution.target 'soon' is not a target; write "
         "e.g. 90% in 48h"),
        ("after_unresolved", {"to": 3}, "after_unresolved.to 3 stands where a queue, or a map of queues to "
         "shares, belongs"),
        ("after_unresolved", {"to": {}}, "after_unresolved.to is empty; name a queue, or shares of queues"),
        ("authority", {"needs": "2"}, "authority.needs '2' stands where a map of levels to shares belongs; "
         "write {1: 70%, 2: 25%, 3: 5%}"),
        ("authority", {"needs": {"1": 0.7}}, "authority.needs.1 '0.7' needs a percent sign, e.g. 70%"),
        ("promise", {"chaser": None}, "promise nothing follows from it; give chaser, escalate or complaint"),
        ("outside_hours", {"share": "80%"}, "outside_hours.ticket missing; write e.g. ticket: email"),
        ("outside_hours", {"tickets": "email"}, "outside_hours.tickets unknown; did you mean ticket?"),
        ("callback", {"when_wait_over": "3m", "promise": "0s"}, "callback.promise '0s' must be longer than "
         "0s; or write keep_place"),
        ("escalation", "other", "escalation 'other' stands where a map of keys belongs"),
        ("complexity", {"talk": "120%"}, "complexity.talk '120%' is more than 100%"),
    ],
)  # fmt: skip
def test_queues_say_what_is_wrong(world: dict[str, Any], key: str, value: Any, message: str) -> None:
    world["queues"]["support"] |= {"service_level": "80% in 1h", key: value}
    assert message_of(world) == f"queues.support.{message}"


def test_turns_are_at_least_one() -> None:
    with pytest.raises(ValueError, match=r"at least 1, not 0\.5"):
        Turns.model_validate({"mean": 0.5})


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place within maps."""
    for key, item in value.items() if isinstance(value, dict) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


def read(data: dict[str, Any]) -> tuple[Scenario | None, list[str]]:
    """The scenario, or none and what is wrong."""
    try:
        return Scenario.from_dict(data), []
    except ScenarioError as error:
        return None, [problem.message for problem in error.problems]


@pytest.mark.parametrize("junk", [None, True, -1, 1e308, "??", [["x"]], {"x": {"y": []}}], ids=repr)
def test_junk_anywhere_is_a_problem_in_our_words_or_a_world(journey: dict[str, Any], junk: Any) -> None:
    refused = 0
    for section in ("channels", "queues"):
        for path in places(journey[section], (section,)):
            data = copy.deepcopy(journey)
            here: Any = data
            for key in path[:-1]:
                here = here[key]
            here[path[-1]] = junk
            scenario, said = read(data)
            if scenario is None:
                refused += 1
                assert said, path
                assert not any("Input should" in message for message in said), path
            else:
                assert Scenario.from_dict(scenario.canonical()) == scenario, path
                assert scenario_from_text(scenario.to_yaml()) == scenario, path
    assert refused > 40
