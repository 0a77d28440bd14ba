"""What the user writes: reading, checking, overriding and writing scenarios."""

from __future__ import annotations

from ccsim.scenario.model import Scenario
from ccsim.scenario.reading import load, scenario_from_text

__all__ = ["Scenario", "load", "scenario_from_text"]
