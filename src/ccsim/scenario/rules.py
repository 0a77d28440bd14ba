"""What must hold between the pieces of a scenario."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from ccsim.scenario.messages import Located
from ccsim.scenario.model import Scenario


def defaults_findings(raw: dict[str, Any]) -> list[Located]:
    return []


def error_findings(data: dict[str, Any], folder: FilePath) -> list[Located]:
    return []


def warning_findings(scenario: Scenario) -> list[Located]:
    return []
