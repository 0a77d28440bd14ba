"""What a metric is: data, not code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ccsim.metrics.keys import AGENT_KEYS, FRONT_KEYS, QUEUE_KEYS, TIME_KEYS

Kind = Literal["count", "ratio", "quantile", "maximum"]
Better = Literal["higher", "lower"]

CONTACT_KEYS = frozenset(QUEUE_KEYS + TIME_KEYS)  # of all contacts: nobody answered some of them
SERVED_KEYS = frozenset(QUEUE_KEYS + AGENT_KEYS + TIME_KEYS)  # of contacts that an agent answered
AGENT_TIME_KEYS = frozenset(AGENT_KEYS + TIME_KEYS)  # of agents' time, which belongs to no queue
SESSION_KEYS = frozenset(QUEUE_KEYS + FRONT_KEYS + TIME_KEYS)  # of sessions with bots, self-service, notices
PERIOD_KEYS = frozenset(TIME_KEYS)  # of what belongs to no queue and no agent
DAY_KEYS = frozenset((*QUEUE_KEYS, "day", "weekday"))

SECONDS = 1e-6  # of a microsecond
HOURS = 1 / 3.6e9


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``weight`` names what a value is weighted by, ``keys`` the by-keys that it goes with."""

    name: str
    unit: str
    weight: str
    better: Better | None
    definition: str
    keys: frozenset[str]
    kind: Kind
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    scale: float = 1.0  # value = numerator / denominator x scale
    weight_scale: float = 1.0
    within_us: int | None = None  # threshold of a service level, None: the queue's target; a number of days
    percent: int = 100  # of a quantile or, as the longest, a maximum
    standard: bool = True  # in a table that names no metric ...
    needs: str = ""  # ... where the run has this (:mod:`ccsim.metrics.features`); empty: always
    squares: str = ""  # measure of squared terms, for an interval from the spread within a replication

    @property
    def is_service_level(self) -> bool:
        """The value depends on a threshold."""
        return self.name.startswith(("sl_", "service_level"))
