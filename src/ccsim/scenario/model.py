"""The Scenario: which world. Frozen, checked, and without any luck in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from ccsim.errors import Problem
from ccsim.scenario.arrivals import Busyness
from ccsim.scenario.bots import Bot, SelfService
from ccsim.scenario.channels import Channel
from ccsim.scenario.events import Event
from ccsim.scenario.fields import Names, Part
from ccsim.scenario.notices import Notice
from ccsim.scenario.parts import Queue, Time
from ccsim.scenario.routing import Routing
from ccsim.scenario.satisfaction import Satisfaction
from ccsim.scenario.staffing import AgentGroup, Shift, Shrinkage
from ccsim.scenario.training import Training


class Scenario(Part):
    """A world to simulate: when, what arrives, who serves it and how.

    Build one with :func:`ccsim.load` or :meth:`from_dict`; both report every problem at once as a
    :class:`ccsim.errors.ScenarioError`.
    """

    format: Literal[1] = Field(description="Version of this format: 1. Required.", examples=[1])
    name: str = Field(
        description="Short name, used in reports and file names. Required.", examples=["helpdesk"]
    )
    description: str = Field("", description="What this scenario is, in words. Default none.")
    time: Time = Field(
        description="When the world runs. Required.",
        examples=[{"start": "2026-03-02", "days": 5, "open": "08:00-18:00"}],
    )
    skills_given: Names | None = Field(
        None,
        alias="skills",
        description="Names of all skills, to catch misspelled ones. Default: those that the queues need.",
        examples=[["billing", "cards"]],
    )
    channels: dict[str, Channel] = Field(
        {"voice": Channel()},
        min_length=1,
        description="Channels by name; voice need not be named. Default {voice: {}}.",
    )
    queues: dict[str, Queue] = Field(
        min_length=1,
        description="Queues by name. Required.",
        examples=[{"support": {"arrivals": {"per_day": 620}, "talk": "lognormal mean 5m cv 0.7"}}],
    )
    notices: dict[str, Notice] = Field(
        {},
        description="Messages that make contacts needless, by name. Default none.",
        examples=[{"bill_is_late": {"queue": "billing", "on": "2026-03-03", "prevents": "30%"}}],
    )
    self_service: dict[str, SelfService] = Field(
        {},
        description="Help pages, apps and menus that customers try first, by name. Default none.",
        examples=[{"help_page": {"serves": ["billing"], "takes": "lognormal mean 3m cv 1"}}],
    )
    bots: dict[str, Bot] = Field(
        {},
        description="Bots that answer before people, by name. Default none.",
        examples=[
            {
                "front_door": {
                    "serves": ["billing"],
                    "talk": "lognormal mean 70s cv 0.9",
                    "containment": "30%",
                }
            }
        ],
    )
    agent_groups: dict[str, AgentGroup] = Field(
        min_length=1,
        description="Agent groups by name. Required.",
        examples=[{"desk": {"headcount": 11, "skills": ["support"], "shifts": {"day": "100%"}}}],
    )
    shifts: dict[str, Shift] = Field(
        {}, description="Shifts by name. Default none: every group has a roster."
    )
    shrinkage: Shrinkage = Field(
        Shrinkage(), description="Time that is paid but not worked, on top of breaks. Default none."
    )
    training: dict[str, Training] = Field(
        {},
        description="What new groups go through, by name. Default none.",
        examples=[{"nesting": {"classroom": "3d", "speed": {"from": 0.65, "to": 1.0, "over": "6w"}}}],
    )
    routing: Routing = Field(Routing(), description="Who serves what first.")
    busyness: Busyness = Field(
        Busyness(),
        description="How days and intervals vary for all forecast queues together, on top of each queue's "
        "own: a busy day is busy everywhere. Traces stay as recorded. Default none.",
    )
    events: dict[str, Event] = Field({}, description="Campaigns, outages and holidays by name. Default none.")
    satisfaction: Satisfaction | None = Field(
        None,
        description="How customers score what happened to them. Default none: satisfaction is not reported.",
        examples=[{"base": 4.5, "per_minute_waited": -0.12, "abandoned": -2.5}],
    )

    _source: str | None = PrivateAttr(None)
    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _warnings: tuple[Problem, ...] = PrivateAttr(())

    def model_post_init(self, context: Any, /) -> None:
        for group in self.agent_groups.values():
            group._shrinkage = self.shrinkage.overridden_by(group.shrinkage_given)

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], folder: str | Path | None = None, source: str | None = None
    ) -> Scenario:
        """A checked scenario from plain data as a file would hold it.

        Files that it names are looked for in ``folder`` (default: the working directory). Raises
        ``ScenarioError`` with every problem.
        """
        from ccsim.scenario.reading import scenario_from_data

        return scenario_from_data(data, folder=Path(folder) if folder is not None else None, source=source)

    @property
    def source(self) -> str | None:
        """The file's name as given to ``load``, or None."""
        return self._source

    @property
    def folder(self) -> Path:
        """The folder in which the files that the scenario names are looked for."""
        return self._folder

    @property
    def warnings(self) -> list[Problem]:
        """What is allowed but perhaps not meant."""
        return list(self._warnings)

    @property
    def skills(self) -> tuple[str, ...]:
        """Names of all skills: as declared, or those that the queues need, each once."""
        if self.skills_given is not None:
            return self.skills_given
        return tuple(dict.fromkeys(queue.needs for queue in self.queues.values()))

    def has_skill(self, group: str, queue: str) -> bool:
        """Can people of the group serve the queue without overflow or a rule?"""
        people, work = self.agent_groups[group], self.queues[queue]
        return (work.needs or queue) in people.skills and people.takes(work.channel)

    def path(self, name: str) -> Path:
        """Where a file that the scenario names is."""
        return self._folder / name

    def override(self, values: Mapping[str, Any]) -> Scenario:
        """A new checked scenario with other values at dotted paths of the canonical form.

        ``{"agent_groups.desk.headcount": 70, "queues.support.talk.mean": "5m"}``; a value may be a phrase or
        a long form, and null removes a named entry. Raises ``ScenarioError`` for a path that does not exist
        and for a world that does not hold.
        """
        from ccsim.scenario.overrides import overridden

        return overridden(self, values)

    def canonical(self) -> dict[str, Any]:
        """The long form: plain JSON types, times and shares as text with units, every default written out."""
        return self.model_dump(mode="json", by_alias=True)

    def to_yaml(self) -> str:
        """A scenario file that reads back as this scenario, phrases where there are any."""
        from ccsim.scenario.writing import scenario_to_yaml

        return scenario_to_yaml(self)

    def content_hash(self) -> str:
        """SHA-256 (hex) of the canonical form; the order of queues and groups counts, because ties go by it.

        Files beside the scenario are in it by name, not by content.
        """
        text = json.dumps(self.canonical(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Equal when they say the same world; where they were read from does not count."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.content_hash())
