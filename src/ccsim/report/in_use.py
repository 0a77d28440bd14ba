"""Which settings have something to act on: a default that acts on nothing is no assumption."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ccsim.scenario.bots import Bot
from ccsim.scenario.channels import Channel
from ccsim.scenario.model import Scenario
from ccsim.scenario.resolving import AfterUnresolved, Escalation, Transfer
from ccsim.scenario.routing import When

USUAL_DIAGNOSIS = "fixed 1m"


class Use:
    """What a scenario makes use of."""

    def __init__(self, scenario: Scenario) -> None:
        queues, routing = list(scenario.queues.values()), scenario.routing
        judged = any(queue.resolution for queue in queues)
        self._judged_channels = {queue.channel for queue in queues if queue.resolution}
        self._channels = {id(channel): name for name, channel in scenario.channels.items()}
        self._escalations = {id(queue.escalation): queue for queue in queues if queue.escalation}
        # of a key at the end of a path: does anything look at it?
        self._asked = {
            ("queues", "weight"): "weighted_wait" in routing.contact,
            ("queues", "outside_hours"): any(queue.outside_hours != "not_offered" for queue in queues),
            ("agent_groups", "weight"): "weighted_idle" in routing.agent,
            ("agent_groups", "authority"): any(queue.authority for queue in queues),
            ("agent_groups", "resolution"): judged,
            ("routing", "check_every"): bool(routing.rules),
        }

    def idle(self, part: BaseModel, path: tuple[str, ...]) -> bool:
        """Has the setting at the end of the path nothing to act on, such as the correlation of no noise?"""
        name = path[-1]
        if name == "interval_correlation":
            return not getattr(part, "interval_cv", 1)
        if name == "off_task":
            return getattr(part, "adherence", 0) == 1
        asked = self._asked.get((path[0], name)) if len(path) <= 3 else None
        return self._idle_part(part, name) if asked is None else not asked

    def _idle_part(self, part: Any, name: str) -> bool:
        if isinstance(part, Channel):
            several = part.concurrency > 1
            judged = self._channels.get(id(part)) in self._judged_channels
            return (name in ("concurrency", "assign") and not several) or (
                name == "resolution_loss" and not (several and judged)
            )
        if isinstance(part, Bot):
            asks = bool(part.misunderstood or part.escape.asks)
            context = bool(part.talk_saved or part.cold_costs)
            return {
                "turns": not asks,
                "loop": not part.misunderstood,
                "warm": not context,
                "cold_costs": part.warm == 1,
            }.get(name, False)
        if isinstance(part, When):
            return name == "of_last" and part.service_level_below is None
        if isinstance(part, AfterUnresolved):
            return name == "repeat_story" and part.context == 1
        return isinstance(part, Escalation) and name == "estimate_error" and part.above is None

    def implied(self, part: Any, name: str) -> str:
        """The value of a setting that is not written and works all the same; empty where there is none."""
        if isinstance(part, Channel) and name == "slowdown" and part.concurrency > 1:
            return ", ".join(f"{factor:g}" for factor in part.factors)
        if isinstance(part, Escalation) and name == "diagnosis" and part.diagnosis is None:
            queue = self._escalations[id(part)]
            refers = part.above is not None or (queue.authority and queue.authority.without == "escalate")
            return USUAL_DIAGNOSIS if refers and not (queue.transfer and queue.transfer.found_after) else ""
        if isinstance(part, Transfer) and name == "found_after" and part.found_after is None:
            return USUAL_DIAGNOSIS
        return ""
