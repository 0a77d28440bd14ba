"""The themes of metrics beyond contacts and agents' time, in the order of a table."""

from __future__ import annotations

from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.backlog import THEMES as BACKLOG
from ccsim.metrics.callbacks import THEMES as CALLBACKS
from ccsim.metrics.concurrency import THEMES as CONCURRENCY
from ccsim.metrics.cost import THEMES as COST
from ccsim.metrics.flows import THEMES as FLOWS
from ccsim.metrics.issues import THEMES as ISSUES
from ccsim.metrics.metric import Metric
from ccsim.metrics.recovery import THEMES as RECOVERY
from ccsim.metrics.satisfaction import THEMES as SATISFACTION
from ccsim.metrics.sessions import THEMES as SESSIONS

THEMES: tuple[Theme, ...] = (
    *CONCURRENCY,
    *CALLBACKS,
    *FLOWS,
    *ISSUES,
    *SESSIONS,
    *BACKLOG,
    *RECOVERY,
    *SATISFACTION,
    *COST,
)


def metrics() -> tuple[Metric, ...]:
    """Every listed metric of the themes."""
    return tuple(metric for theme in THEMES for metric in theme.metrics)


__all__ = ["THEMES", "Asked", "Theme", "metrics"]
