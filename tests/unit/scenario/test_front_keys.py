"""Keys of bots, routing, training, satisfaction and events: read, written, overridden, shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario, scenario_from_text
from ccsim.scenario.amounts import share_in
from ccsim.scenario.bots import ESCAPES, Bot, SelfService
from ccsim.scenario.events import Event
from ccsim.scenario.notices import Notice
from ccsim.scenario.reference import reference_rows
from ccsim.scenario.routing import Routing
from ccsim.scenario.satisfaction import Satisfaction
from ccsim.scenario.schema import json_schema
from ccsim.scenario.staffing import AgentGroup
from ccsim.scenario.training import Training


@pytest.fixture
def full() -> dict[str, Any]:
    """Every key of these sections, none at its default."""
    return {
        "format": 1,
        "name": "full",
        "time": {"start": "2026-03-02", "days": 5, "open": "08:00-18:00"},
        "channels": {"voice": {}, "chat": {"concurrency": 2}},
        "queues": {
            "billing": {"arrivals": {"per_day": 600}, "talk": "fixed 5m"},
            "cards": {"arrivals": {"per_day": 400}, "talk": "fixed 4m", "weight": 2},
            "chat": {"channel": "chat", "needs": "cards", "talk": "fixed 4m"},
        },
        "notices": {
            "late_bill": {
                "queue": "billing",
                "on": "mon-tue",
                "hours": "09:00-12:00",
                "reach": "60%",
                "prevents": "30%",
                "false_alarms": 25,
                "cost": 120,
            }
        },
        "self_service": {
            "page": {
                "serves": ["billing", "cards"],
                "attempt": {"billing": "40%", "cards": "20%"},
                "success": "30%",
                "complexity": 2,
                "takes": "lognormal mean 3m cv 1",
                "failed_costs": "10%",
                "again": True,
                "cost": 0.05,
                "down": ["2026-03-03"],
            }
        },
        "bots": {
            "door": {
                "serves": ["billing", "cards"],
                "entry": {"billing": "90%", "cards": "80%"},
                "talk": "lognormal mean 70s cv 0.9",
                "containment": {"billing": "32%", "cards": "41%"},
                "complexity": 3,
                "walk_away": "6%",
                "retry_after_walk_away": {"share": "50%", "delay": "fixed 10m"},
                "talk_saved": "15%",
                "warm": "90%",
                "cold_costs": "5%",
                "bounce_back": {"share": "12%", "delay": "exponential mean 6h", "to": "cards"},
                "unsolved": "5%",
                "turns": 6,
                "misunderstood": "10%",
                "loop": "20s",
                "escape": "always",
                "misrouted": {"share": "8%", "to": {"cards": "70%", "chat": "30%"}},
                "again": False,
                "cost": 0.6,
                "down": [{"on": "2026-03-04", "hours": "10:00-12:00"}],
            }
        },
        "agent_groups": {
            "desk": {
                "headcount": 11,
                "skills": ["billing", "cards"],
                "shifts": {"day": "100%"},
                "channels": ["voice", "chat"],
                "tier": 2,
                "authority": 1,
                "weight": 1.5,
                "resolution": 0.4,
                "cost": "22.50/h",
                "training": "nesting",
            },
            "back": {"headcount": 6, "skills": ["cards"], "shifts": {"day": "100%"}},
        },
        "shifts": {"day": {"hours": "08:00-18:00"}},
        "training": {
            "nesting": {
                "classroom": "2d",
                "speed": {"from": 0.65, "to": 0.9, "over": "6w"},
                "coach": {"group": "back", "per": 4},
            }
        },
        "routing": {
            "agent": ["best_speed", "weighted_idle"],
            "contact": ["priority", "weighted_wait"],
            "overflow": [{"queue": "billing", "after": "45s", "to": "back"}],
            "reserve": [{"group": "back", "keep": 2, "for": ["cards", "chat"]}],
            "rules": [
                {"when": {"queue": "cards", "longer_than": 10}, "then": {"group": "desk", "takes": "chat"}},
                {
                    "when": {"queue": "cards", "service_level_below": "70%", "of_last": "20m"},
                    "then": {"group": "back", "takes": "billing"},
                },
                {
                    "when": {"queue": "cards", "expected_wait_over": "2m"},
                    "then": {"group": "back", "takes": "billing"},
                },
            ],
            "check_every": "2m",
        },
        "events": {
            "outage": {
                "on": "2026-03-04",
                "hours": "10:00-11:30",
                "queues": ["cards"],
                "groups": ["desk"],
                "volume": "x4",
                "talk": "+30%",
                "down": True,
                "absence": "15%",
                "bot_down": ["door", "page"],
                "duplicates": {"share": "20%", "to": "chat", "delay": "fixed 5m"},
                "description": "Cards are refused",
            }
        },
        "satisfaction": {
            "scale": [0, 10],
            "base": 9,
            "per_minute_waited": -0.12,
            "escalated": -0.4,
            "contained": -0.1,
            "repeat": -0.7,
            "abandoned": -2.5,
            "survey_response": "14%",
        },
    }


SECTIONS: dict[str, type[BaseModel]] = {
    "notices.<notice>": Notice,
    "self_service.<page>": SelfService,
    "bots.<bot>": Bot,
    "agent_groups.<group>": AgentGroup,
    "training.<training>": Training,
    "events.<event>": Event,
    "routing": Routing,
    "satisfaction": Satisfaction,
}


def test_canonical_form_is_an_identity_of_json_types(full: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(full)
    canonical = json.loads(json.dumps(scenario.canonical(), allow_nan=False))
    again = Scenario.from_dict(canonical)
    assert again == scenario
    assert again.canonical() == canonical
    assert again.content_hash() == scenario.content_hash()


def test_nothing_that_was_written_is_lost(full: dict[str, Any]) -> None:
    canonical = Scenario.from_dict(full).canonical()
    bot, event = canonical["bots"]["door"], canonical["events"]["outage"]
    assert bot["containment"] == {"billing": "32%", "cards": "41%"}
    assert bot["escape"] == {"asks": "5%", "after_failures": 2, "lets_through": True}
    assert bot["bounce_back"]["delay"] == {"law": "exponential", "mean": "6h"}
    assert event["talk"] == "x1.3"
    assert canonical["self_service"]["page"]["down"] == [{"on": "2026-03-03", "hours": "00:00-24:00"}]
    assert canonical["agent_groups"]["desk"]["cost"] == "22.5/h"
    assert canonical["training"]["nesting"]["speed"] == {"from": 0.65, "to": 0.9, "over": "42d"}
    assert canonical["routing"]["reserve"] == [{"group": "back", "keep": 2, "for": ["cards", "chat"]}]
    assert canonical["routing"]["rules"][1]["when"]["of_last"] == "20m"


def test_written_file_reads_back(full: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(full)
    text = scenario.to_yaml()
    assert scenario_from_text(text) == scenario
    assert scenario_from_text(text).to_yaml() == text
    assert "    talk: lognormal mean 1m10s cv 0.9\n" in text


def test_an_event_of_factor_one_reads_back(full: dict[str, Any]) -> None:
    full["events"] = {"mailing": {"on": "2026-03-03", "volume": "x1"}}
    scenario = Scenario.from_dict(full)
    assert scenario_from_text(scenario.to_yaml()) == scenario


def test_one_name_stands_for_a_list_of_one(full: dict[str, Any]) -> None:
    full["routing"]["reserve"][0]["for"] = "cards"
    scenario = Scenario.from_dict(full)
    assert scenario.routing.reserve[0].queues == ("cards",)
    assert scenario_from_text(scenario.to_yaml()) == scenario


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, str(number)))
    else:
        yield ".".join(path), value


@pytest.mark.parametrize(
    "section", ["bots", "self_service", "notices", "training", "routing", "satisfaction"]
)
def test_every_key_can_be_set_at_its_path(full: dict[str, Any], section: str) -> None:
    scenario = Scenario.from_dict(full)
    for path, value in leaves(scenario.canonical()[section], (section,)):
        assert scenario.override({path: value}) == scenario, path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("bots.door.containment.billing", "45%"),
        ("bots.door.containment", "45%"),
        ("bots.door.escape", "never"),
        ("bots.door.escape.after_failures", 3),
        ("bots.door.bounce_back.share", "20%"),
        ("bots.door.down.0.hours", "11:00-12:00"),
        ("self_service.page.attempt.cards", "50%"),
        ("notices.late_bill.reach", "70%"),
        ("training.nesting.speed.from", 0.7),
        ("training.nesting.coach.per", 3),
        ("agent_groups.desk.cost", "23/h"),
        ("agent_groups.desk.training", None),
        ("routing.overflow.0.after", "60s"),
        ("routing.reserve.0.keep", 1),
        ("routing.rules.0.when.longer_than", 12),
        ("routing.check_every", "30s"),
        ("satisfaction.repeat", -1),
        ("satisfaction", None),
        ("events.outage.absence", "10%"),
        ("events.outage.duplicates.share", "30%"),
    ],
)
def test_an_override_makes_another_world(full: dict[str, Any], path: str, value: Any) -> None:
    scenario = Scenario.from_dict(full)
    changed = scenario.override({path: value})
    assert changed != scenario
    assert changed.content_hash() != scenario.content_hash()


def test_a_bot_can_be_taken_away(full: dict[str, Any]) -> None:
    full["events"]["outage"]["bot_down"] = ["page"]
    changed = Scenario.from_dict(full).override({"bots.door": None})
    assert changed.bots == {}


def test_the_schema_takes_phrases_and_long_forms(full: dict[str, Any]) -> None:
    schema = json_schema()
    jsonschema.validate(full, schema)
    jsonschema.validate(Scenario.from_dict(full).canonical(), schema)
    for section in ("bots", "self_service", "notices", "training"):
        assert schema["properties"][section]["propertyNames"]
    full["bots"]["door"]["containmnt"] = "3%"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(full, schema)


def test_every_key_has_a_row_with_default_and_unit() -> None:
    rows = {row["path"]: row for row in reference_rows()}
    for prefix, model in SECTIONS.items():
        for name, info in model.model_fields.items():
            row = rows[f"{prefix}.{info.alias or name}"]
            assert row["description"], row["path"]
            words = info.description or ""
            assert info.is_required() == ("Required." in words), row["path"]
            assert any(word in words for word in ("Required", "Default", "Who serves")), row["path"]
    assert rows["bots.<bot>.escape.asks"]["default"] == "0%"
    assert rows["training.<training>.speed.from"]["default"] == "required"
    assert rows["routing.rules.<number>.when.of_last"]["evidence"] == "J"
    assert rows["agent_groups.<group>.cost"]["unit"] == "money per paid hour"
    assert rows["satisfaction.scale"]["default"] == "[1, 5]"


@pytest.mark.parametrize("phrase", list(ESCAPES))
def test_ways_of_escape(full: dict[str, Any], phrase: str) -> None:
    full["bots"]["door"]["escape"] = phrase
    escape = Scenario.from_dict(full).bots["door"].escape
    assert escape.lets_through == (phrase != "never")
    assert (escape.asks > 0) == (phrase != "after_failures")
    assert (escape.after_failures > 0) == (phrase != "on_request")


def test_shares_by_queue() -> None:
    assert share_in(0.3, "billing") == 0.3
    assert share_in({"billing": 0.2}, "billing") == 0.2
    assert share_in({"billing": 0.2}, "cards") == 0.0


def test_groups_serve_every_channel_unless_they_say_which(full: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(full)
    assert scenario.agent_groups["back"].takes("chat")
    assert scenario.has_skill("back", "chat")
    assert not scenario.has_skill("back", "billing")
    named = scenario.override({"agent_groups.back.channels": ["voice"], "routing.reserve": []})
    assert not named.has_skill("back", "chat")


def test_an_event_says_what_happens(full: dict[str, Any]) -> None:
    full["events"] = {"party": {"on": "2026-03-03", "hours": "10:00-12:00"}}
    with pytest.raises(ScenarioError, match="nothing happens in it"):
        Scenario.from_dict(full)


def cautions_of(data: dict[str, Any]) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in Scenario.from_dict(data).warnings]


def test_the_full_world_has_no_caution(full: dict[str, Any]) -> None:
    full["routing"]["rules"].pop(0)
    assert cautions_of(full) == []


def test_cautions_of_what_has_no_effect(full: dict[str, Any]) -> None:
    full["bots"]["door"]["serves"].append("chat")
    for key in ("entry", "containment"):
        full["bots"]["door"][key] = "20%"
    full["routing"]["overflow"].append({"queue": "cards", "after": "0s", "to": "back"})
    full["routing"]["agent"] = ["longest_idle"]
    full["training"]["spare"] = {"classroom": "1d"}
    full["training"]["nesting"]["classroom"] = "5d"
    full["events"]["slow"] = {"on": "2026-03-03", "talk": "x1.2", "queues": ["cards"]}
    full["events"]["busy"] = {"on": "2026-03-03", "volume": "x1.2", "groups": ["desk"]}
    assert sorted(cautions_of(full)) == [
        "bots.door.serves.2: chat has no arrivals of its own; contacts moved there do not meet door",
        "events.busy.groups: has no effect; only talk, down and absence are about groups",
        "events.slow.queues: has no effect; only volume and duplicates are about queues",
        "routing.agent: the groups' weights have no effect; add weighted_idle",
        "routing.overflow.1: back takes cards at once anyway; give a delay, e.g. 45s",
        "routing.rules.0: desk has the skill for chat and takes it without this rule",
        "training.nesting.classroom: the run has 5 days; nobody leaves the classroom in it",
        "training.spare: no agent group goes through this training",
    ]


def test_a_preference_for_who_helps_without_the_skill_counts(full: dict[str, Any]) -> None:
    full["routing"]["rules"] = []
    full["routing"]["agent"] = ["preference", "weighted_idle"]
    full["routing"]["contact"] = ["preference", "weighted_wait"]
    full["queues"]["billing"]["prefers"] = ["desk", "back"]
    full["agent_groups"]["back"]["prefers"] = ["cards", "billing"]
    assert cautions_of(full) == []
    full["routing"]["overflow"] = []
    assert cautions_of(full) == [
        "queues.billing.prefers: back does not have the skill 'billing'",
        "agent_groups.back.prefers: back does not have the skill that billing needs",
    ]
