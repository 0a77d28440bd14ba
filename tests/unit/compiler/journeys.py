"""A small center with one key of its journey set, and what became of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler import compile_scenario
from ccsim.compiler.journey import Journey
from ccsim.compiler.program import Program
from ccsim.compiler.quantiles import table_of
from ccsim.scenario import Scenario
from tests.unit.compiler.centers import center

QUEUES = ("support", "chat", "email")


def program_of(
    channels: dict[str, Any] | None = None, top: dict[str, Any] | None = None, **keys: Any
) -> Program:
    """Three queues, one a channel; ``keys`` are more keys of the queue support."""
    support = {"arrivals": {"per_day": 100}, "talk": "fixed 3m", "wrap_up": "fixed 1m"}
    data = center(
        channels={"voice": {}, "chat": {}, "email": {}} | (channels or {}),
        queues={
            "support": support | keys,
            "chat": {"channel": "chat", "arrivals": {"per_day": 50}, "talk": "fixed 4m"},
            "email": {"channel": "email", "arrivals": {"per_day": 20}, "talk": "fixed 5m"},
        },
        agent_groups={
            "desk": {"headcount": 4, "skills": list(QUEUES), "shifts": {"day": "100%"}},
            "both": {"headcount": 2, "skills": ["support"], "shifts": {"day": "100%"}, "authority": 1},
        },
        **(top or {}),
    )
    return compile_scenario(Scenario.from_dict(data))


def journey_of(channels: dict[str, Any] | None = None, **keys: Any) -> Journey:
    """The plans of such a center."""
    return program_of(channels, **keys).journey


def share_of(chance: int) -> float:
    """A chance of 2**31 as a share."""
    return chance / 2**31


def law_in(journey: Journey, row: int) -> str | None:
    """``fixed 3m`` of a row whose quantiles are all alike, its mean where they are not, None for no row."""
    if row < 0:
        return None
    table = journey.tables[row]
    if (table == table[0]).all():
        return f"fixed {table[0] // 1_000_000}s"
    return f"mean {round(mean_of(table) / 1e6)}s"


def mean_of(table: npt.NDArray[np.int64]) -> float:
    """Mean of a table of quantiles, straight lines in between."""
    strata = (len(table) - 1) // 2
    body, tail = table[:strata], table[strata:]
    last = float((tail[1:] + tail[:-1]).mean() / 2)
    return float((body[1:] + body[:-1]).sum() / 2 + last) / strata


def same_table(journey: Journey, row: int, law: Any) -> bool:
    """Is the row the table of this law?"""
    return bool((journey.tables[row] == table_of(law)).all())
