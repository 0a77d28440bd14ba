"""Log -> tidy frames: what every number means and how it is computed.

:func:`definitions` lists the metrics; :func:`compute` turns Logs into one table. A metric is a
function of the Log alone: warm-up, opening hours and the variant of the service level are applied here,
after the run.
"""

from __future__ import annotations

from ccsim.metrics.accumulator import Accumulator, compute
from ccsim.metrics.keys import BY_KEYS
from ccsim.metrics.metric import Metric
from ccsim.metrics.registry import definitions, find
from ccsim.metrics.sessions import deflection

__all__ = ["BY_KEYS", "Accumulator", "Metric", "compute", "definitions", "deflection", "find"]
