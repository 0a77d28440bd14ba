"""What a check knows of a scenario before it is laid out: the program, the load, the defaults in use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccsim.compiler.program import Program
from ccsim.report import cautions
from ccsim.report.assumptions import Default
from ccsim.report.days import days_with_contacts
from ccsim.report.expectations import Load
from ccsim.report.formulas import QueueExpectation, does_not_apply, queue_expectation
from ccsim.report.mechanisms import Sections, queue_items, sections

if TYPE_CHECKING:
    from ccsim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that ``ccsim check`` says, before it is laid out."""

    scenario: Scenario
    program: Program
    load: Load
    defaults: list[Default]

    def queue(self, number: int) -> QueueExpectation | None:
        """What the formulas expect of a queue; None where nothing is offered."""
        return queue_expectation(self.program, self.load, number)

    def sections(self) -> tuple[Sections, Sections]:
        """Mechanisms that stand for themselves, before the queues and after the groups."""
        return sections(self.scenario, self.load) if self.program.journey.on else ([], [])

    def queue_items(self, queue: int) -> list[str]:
        """A sentence for each mechanism of a queue."""
        expected = self.queue(queue)
        given_up = expected.mean_erlang_a.abandonment_rate if expected is not None else math.nan
        if does_not_apply(self.program, queue):
            given_up = math.nan
        name = self.program.labels.queues[queue]
        return queue_items(self.scenario, name, self.load, self.days_of(queue), given_up)

    def days_of(self, queue: int) -> int:
        """Days with contacts of a queue; see :mod:`ccsim.report.days`."""
        return days_with_contacts(self.load, self.program.labels).queues[queue]

    def warnings(self, most: int | None = cautions.MOST_SHORTFALLS) -> list[str]:
        """The scenario's own warnings and those of load against staffing (at most ``most``; None: all)."""
        return cautions.of_scenario(self.scenario, self.program, self.load, most=most)

    def working_days(self) -> int:
        """Days with contacts of the center."""
        return days_with_contacts(self.load, self.program.labels).center
