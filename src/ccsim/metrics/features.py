"""What a run has beyond contacts that come, wait and are answered once: a table shows what applies."""

from __future__ import annotations

import numpy as np

from ccsim.kinds import Front, Outcome, State
from ccsim.log import UNUSED, Labels, Log

MEANING = {  # of what a metric needs
    "journey": "issues of more than one contact or leg",
    "silent": "customers who leave in silence",
    "callbacks": "callbacks",
    "announced": "announced waits",
    "promised": "promised times",
    "flow_out": "contacts that go to another queue while they wait",
    "closed": "contacts outside the hours of service",
    "down": "outages of desktops or sites",
    "bot": "a bot",
    "self_service": "self-service",
    "notice": "notices",
    "concurrency": "agents with several contacts open",
    "deferrable": "deferrable work",
    "business_hours": "queues whose clock stops outside opening hours",
    "resolution_target": "a target for resolutions",
    "incidents": "events",
    "satisfaction": "weights of satisfaction",
    "survey": "a survey",
    "cost": "costs",
}
OF_LOGS = frozenset(("journey", "silent", "callbacks", "announced", "promised", "flow_out", "closed", "down"))


def of_labels(labels: Labels) -> frozenset[str]:
    """What every replication of a world has."""
    found = set()
    if labels.fronts:
        found.add("fronts")
        kinds = set(labels.front_kinds)
        for kind in (Front.BOT, Front.SELF_SERVICE, Front.NOTICE):
            if kind in kinds:
                found.add(kind.name.lower())
    if max(labels.concurrency, default=1) > 1:
        found.add("concurrency")
    if any(labels.deferrable):
        found.add("deferrable")
    if any(labels.business_hours):
        found.add("business_hours")
    if any(within > 0 for within in labels.resolution_within_us):
        found.add("resolution_target")
    if labels.incidents:
        found.add("incidents")
    if labels.satisfaction is not None:
        found.add("satisfaction")
        if labels.satisfaction.survey_response > 0:
            found.add("survey")
    if any(cost == cost for cost in labels.group_cost) or any(labels.front_cost) or labels.front_charges:
        found.add("cost")
    return frozenset(found)


def features(log: Log) -> frozenset[str]:
    """The names of what there is in a Log."""
    found = set(of_labels(log.labels))
    if len(log.issues.get("outcome", ())):
        found.add("journey")
    for name, column in (
        ("silent", "gave_up_at"),
        ("callbacks", "dials"),
        ("callbacks", "callback_declined"),
        ("announced", "announced_us"),
        ("promised", "promised_at"),
    ):
        if column in log.legs and (log.legs[column] != UNUSED[column]).any():
            found.add(name)
    outcome = log.legs["outcome"]
    if len(outcome) and outcome.max() >= Outcome.DEFLECTED:
        count = np.bincount(outcome, minlength=len(Outcome))
        if count[Outcome.DEFLECTED] + count[Outcome.MOVED]:
            found.add("flow_out")
        if count[Outcome.CLOSED]:
            found.add("closed")
    if (log.stretches["state"] == State.DOWN).any():
        found.add("down")
    return frozenset(found)
