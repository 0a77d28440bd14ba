"""A mechanism in one half of a center leaves the other half alone: the same contacts, legs and numbers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.compiled_engine import CompiledEngine
from ccsim.kinds import Cause
from ccsim.log import Log
from ccsim.scenario import Scenario

# settings of the queue q that bring about further contacts, legs or numbers
MECHANISMS: dict[str, dict[str, Any]] = {
    "after_abandon": {"after_abandon": {"retry": "60%", "delay": "exponential mean 10m"}},
    "announcement": {"announcement": {}},
    "deflection": {"deflection": {"to": "q2", "when_wait_over": "1m", "share": "50%"}},
    "callback": {"callback": {"when_wait_over": "1m", "accept": "60%"}},
    "escalation": {"escalation": {"to": "q2", "share": "30%", "handover": "fixed 30s"}},
    "transfer": {"transfer": {"misrouted": "20%", "to": "q2"}},
    "resolution": {
        "resolution": "60%",
        "after_unresolved": {"delay": "exponential mean 30m", "context": "50%"},
    },
    "complexity": {"complexity": {"talk": "50%"}},
    "authority": {"authority": {"needs": {"1": "50%", "3": "50%"}}},
    "promise": {"service_level": "80% in 1m", "promise": {"chaser": {"share": "60%"}}},
    "outside_hours": {"outside_hours": "lost"},
}
BESIDE: dict[str, dict[str, Any]] = {
    "bot": {
        "bots": {"door": {"serves": ["q"], "talk": "fixed 1m", "containment": "30%", "walk_away": "10%"}}
    },
    "self-service": {"self_service": {"page": {"serves": ["q"], "takes": "fixed 2m"}}},
    "notice": {
        "notices": {"note": {"queue": "q", "on": "2026-03-02", "prevents": "20%", "false_alarms": 30}}
    },
    "overflow": {"routing": {"overflow": [{"queue": "q", "after": "1m", "to": "h"}]}},
    "duplicates": {
        "events": {
            "twice": {
                "on": "2026-03-02",
                "queues": ["q"],
                "duplicates": {"share": "30%", "to": "q2", "delay": "fixed 5m"},
            }
        }
    },
}


def world(queue: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """q and q2 have people of their own, and so has the other queue, which has retries and returns."""
    other = {
        "after_abandon": {"retry": "40%"},
        "resolution": "70%",
        "after_unresolved": {"delay": "fixed 1h"},
    }
    queues: dict[str, Any] = {
        "q": {"arrivals": {"per_day": 300}, **(queue or {})},
        "q2": {"arrivals": {"per_day": 60}},
        "other": {"arrivals": {"per_day": 250}, **other},
    }
    law = {
        "talk": "exponential mean 5m",
        "patience": "exponential mean 3m",
        "wrap_up": "exponential mean 30s",
    }
    groups = {"g": ["q"], "h": ["q2"], "k": ["other"]}
    return {
        "format": 1,
        "name": "two halves",
        "time": {"start": "2026-03-02", "days": 2, "open": "08:00-13:00"},
        "queues": {name: {**law, **one} for name, one in queues.items()},
        "agent_groups": {
            name: {"headcount": 4, "skills": skills, "shifts": {"day": "100%"}, "authority": 2}
            for name, skills in groups.items()
        },
        "shifts": {"day": {"hours": "08:00-13:00", "breaks": ["15m after 2h"]}},
        "shrinkage": {"unplanned": "10%", "adherence": "90%"},
        **more,
    }


def played(data: dict[str, Any]) -> Log:
    program = compile_scenario(Scenario.from_dict(copy.deepcopy(data)))
    return CompiledEngine().run(program, draw(program, seed=4))


def half(log: Log) -> list[list[tuple[Any, ...]]]:
    """All that is known of the other queue: contacts and legs without row numbers, issues, and its people."""
    queue, group = log.labels.queues.index("other"), log.labels.groups.index("k")
    names = np.array(log.labels.agents)
    contacts, legs, stretches = log.contacts, log.legs, log.stretches
    mine = contacts["queue"] == queue
    rows = legs["queue"] == queue
    people = log.labels.agent_group[stretches["agent"]] == group
    agent = np.where(legs["agent"] >= 0, names[np.maximum(legs["agent"], 0)], "")
    issues = contacts["issue"][mine & (contacts["contact"] == 1)]
    return [
        _table(contacts, ("luck", "contact", "arrived_at", "cause", "resolved"), mine),
        _table(
            {**legs, "who": agent},
            (*(name for name in legs if name not in ("contact_row", "agent")), "who"),
            rows,
        ),
        _table(log.issues, tuple(log.issues), issues),
        _table({**stretches, "who": names[stretches["agent"]]}, ("who", "state", "from_at", "to_at"), people),
    ]


def _table(table: Any, columns: tuple[str, ...], rows: Any) -> list[tuple[Any, ...]]:
    return sorted(zip(*(table[name][rows].tolist() for name in columns), strict=True))


@pytest.fixture(scope="module")
def base() -> Log:
    log = played(world())
    others = log.contacts["queue"] == log.labels.queues.index("other")
    assert {int(cause) for cause in log.contacts["cause"][others]} == {Cause.FRESH, Cause.RETRY, Cause.RETURN}
    return log


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_of_one_queue_leaves_the_others_alone(base: Log, name: str) -> None:
    changed = played(world(MECHANISMS[name]))
    assert half(changed) == half(base)
    assert changed.digest() != base.digest(), "the mechanism does nothing here"


@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_one_queue_leaves_the_others_alone(base: Log, name: str) -> None:
    changed = played(world(**BESIDE[name]))
    assert half(changed) == half(base)
    assert changed.digest() != base.digest(), "the mechanism does nothing here"


def test_all_at_once_leave_the_others_alone(base: Log) -> None:
    queue = {key: value for settings in MECHANISMS.values() for key, value in settings.items()}
    more = {key: value for settings in BESIDE.values() for key, value in settings.items()}
    assert half(played(world(queue, **more))) == half(base)


def test_a_later_mechanism_does_not_move_the_first_legs_of_its_own_queue() -> None:
    """Who is answered at once talks as long with retries and returns as without, to the microsecond."""
    plenty = {
        "agent_groups": {"all": {"headcount": 90, "skills": ["q", "q2", "other"], "shifts": {"day": "100%"}}}
    }
    without = world(**plenty)
    without["shifts"] = {"day": {"hours": "00:00-24:00"}}
    without["queues"]["other"] = {**without["queues"]["q2"]}
    with_all = copy.deepcopy(without)
    for name in ("after_abandon", "resolution", "promise", "announcement"):
        with_all["queues"]["q"] |= MECHANISMS[name]

    def first_legs(log: Log) -> list[tuple[Any, ...]]:
        fresh = log.column("contacts", "cause")[log.legs["contact_row"]] == Cause.FRESH
        first = fresh & (log.legs["leg"] == 1)
        luck = log.contacts["luck"][log.legs["contact_row"]]
        table = {**log.legs, "luck": luck}
        return _table(
            table, ("luck", "queue", "queued_at", "answered_at", "talk_ended_at", "ended_at"), first
        )

    one, other = played(without), played(with_all)
    assert not one.issues
    assert len(other.issues) > 0
    assert first_legs(one) == first_legs(other)
