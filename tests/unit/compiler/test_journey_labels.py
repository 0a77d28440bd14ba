"""What metrics of a journey need to know is in the labels of the Log."""

from __future__ import annotations

import math
from typing import Any

from ccsim.kinds import Front
from ccsim.log import Labels, Satisfaction
from tests.unit.compiler.centers import DAY, HOUR, center, program


def labels_of(**changes: Any) -> Labels:
    return program(**changes).labels


def test_a_plain_center_has_none() -> None:
    labels = labels_of()
    assert (labels.fronts, labels.front_cost, labels.front_charges) == ((), (), ())
    assert (labels.group_cost, labels.concurrency, labels.deferrable) == ((), (), ())
    assert (labels.resolution_share, labels.resolution_within_us, labels.incidents) == ((), (), ())
    assert labels.satisfaction is None
    assert labels.tiers == (1, 1)


def test_fronts_and_their_costs() -> None:
    labels = labels_of(
        time={"start": "2026-03-02", "days": 3, "open": "08:00-18:00"},
        notices={
            "note": {
                "queue": "sales",
                "on": "mon,wed-fri",
                "hours": "09:00-12:00",
                "prevents": "20%",
                "cost": 120,
            }
        },
        self_service={"page": {"serves": ["sales"], "takes": "fixed 2m", "cost": 0.05}},
        bots={"door": {"serves": ["sales"], "talk": "fixed 70s", "containment": "30%", "cost": 0.6}},
    )
    assert labels.fronts == ("note", "page", "door")
    assert labels.front_kinds == (Front.NOTICE, Front.SELF_SERVICE, Front.BOT)
    assert labels.front_cost == (0.0, 0.05, 0.6)
    assert labels.front_charges == ((0, 1, 9 * HOUR, 120.0), (0, 1, 2 * DAY + 9 * HOUR, 120.0))


def test_people_channels_and_targets() -> None:
    data = center()
    data["agent_groups"]["both"] |= {"tier": 2, "cost": "31/h"}
    data["channels"] = {"chat": {"concurrency": 3}, "email": {"deferrable": True}}
    data["queues"]["sales"] |= {"channel": "chat", "resolution": {"share": "70%", "target": "90% in 48h"}}
    data["queues"]["mail"] = {"channel": "email", "needs": "sales", "talk": "fixed 6m"}
    labels = labels_of(**data)
    assert labels.tiers == (1, 2)
    assert math.isnan(labels.group_cost[0])
    assert labels.group_cost[1] == 31
    assert labels.concurrency == (1, 3, 1)
    assert labels.deferrable == labels.business_hours == (False, False, True)
    assert math.isnan(labels.resolution_share[0])
    assert labels.resolution_share[1] == 0.9
    assert labels.resolution_within_us == (0, 48 * HOUR, 0)


def test_the_clock_and_the_night_are_two_things() -> None:
    channels = {"voice": {"clock": "business"}, "email": {"deferrable": True, "clock": "calendar"}}
    mail = {"channel": "email", "needs": "sales", "talk": "fixed 6m"}
    labels = labels_of(queues={**center()["queues"], "mail": mail}, channels=channels)
    assert labels.deferrable == (False, False, True)
    assert labels.business_hours == (True, True, False)


def test_incidents_are_windows_of_the_run() -> None:
    labels = labels_of(
        events={
            "outage": {"on": "every day", "hours": "10:00-11:00", "down": True},
            "later": {"on": "2027-03-02", "volume": "x2"},
        }
    )
    assert labels.incidents == (
        ("outage", 10 * HOUR, 11 * HOUR),
        ("outage", DAY + 10 * HOUR, DAY + 11 * HOUR),
    )


def test_satisfaction() -> None:
    given = {
        "scale": [0, 10],
        "base": 9,
        "per_minute_waited": -0.1,
        "abandoned": -3,
        "survey_response": "14%",
    }
    assert labels_of(satisfaction=given).satisfaction == Satisfaction(
        low=0, high=10, base=9, per_minute_waited=-0.1, abandoned=-3, survey_response=0.14
    )
