"""What the sentences about a run are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccsim.compiler.program import Program
from ccsim.metrics import find
from ccsim.report.cells import Cell, Cells
from ccsim.report.wording import percent

if TYPE_CHECKING:
    from ccsim.result import Run

Measure = Callable[..., Cells]

# what sentences about journeys ask for, so that each table is made in one go over the Logs
ASKED: dict[tuple[str, ...], tuple[str, ...]] = {
    (): (
        "issues", "issues_open", "contacts", "contacts_per_issue", "resolution_rate", "fcr_true",
        "fcr_repeat_7d", "fcr_repeat_3d", "fcr_repeat_1d", "time_to_resolution_p50",
        "time_to_resolution_p90", "satisfaction", "satisfaction_top2", "survey_satisfaction", "cost",
        "cost_of_agents", "cost_of_sessions", "cost_per_contact", "cost_per_resolution",
        "incidents_not_recovered",
    ),
    ("queue",): (
        "offered", "resolved_in_target", "session_time", "focus_time", "concurrency_adjusted_handle_time",
        "mean_concurrency", "first_response_p50", "first_response_p90", "promise_kept_rate",
        "mean_announced_wait", "announced_wait_bias", "announced_wait_error", "balked_on_announcement",
        "callbacks", "callback_acceptance_rate", "callback_reach_rate", "callback_attempts", "callback_wait",
        "callback_wait_p50", "callback_promise_kept_rate", "callbacks_unreached", "callbacks_open",
        "asa_without_callbacks",
    ),
    ("front",): (
        "bot_sessions", "containment_rate", "bot_resolution_rate", "walk_away_rate", "handover_rate",
        "closed_unsolved_rate", "mean_bot_session", "trapped", "self_service_sessions",
        "self_service_success", "prevented",
    ),
    ("group",): ("slot_occupancy", "occupancy"),
}  # fmt: skip


class Prepared:
    """Measures as ``measure`` does, each table once with all that is asked for and that the run ``has``."""

    def __init__(self, measure: Measure, has: set[str]) -> None:
        self._measure, self._has = measure, has
        self._tables: dict[tuple[str, ...], Cells] = {}

    def __call__(self, names: Sequence[str], *by: str) -> Cells:
        """A table with at least the metrics named; what the run does not have is in no cell of it."""
        asked = ASKED.get(by, ())
        if not set(names) <= set(asked):
            return self._measure(names, *by)
        if by not in self._tables:
            there = [name for name in asked if find(name).needs in ("", *self._has)]
            self._tables[by] = self._measure(there, *by)
        return self._tables[by]


@dataclass(frozen=True, slots=True)
class Told:
    """A run and how it is measured. ``deflection``: against a run without bots; None: there was none."""

    run: Run
    program: Program
    measure: Measure
    sign: str
    deflection: Cell | None = None

    def share(self, cell: Cell, decimals: int = 1) -> str:
        """``81.2 % ±1.3``: the half width where there is one."""
        text = percent(cell.value, decimals)
        if math.isnan(cell.half_width) or math.isnan(cell.value):
            return text
        return f"{text} {self.sign}{100 * cell.half_width:.{decimals}f}"
