"""A file of the other kind: an experiment where a scenario belongs, or the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OF_A_SCENARIO = ("time", "queues", "agent_groups", "shifts", "channels")
OF_AN_EXPERIMENT = ("scenario", "cases", "vary", "measure", "replications", "points", "precision")


def is_experiment(data: Mapping[str, Any]) -> bool:
    """Does it name a scenario, instead of being one?"""
    return isinstance(data.get("scenario"), str) and _count(data, OF_A_SCENARIO) == 0


def is_scenario(data: Mapping[str, Any]) -> bool:
    """Has it what makes a scenario, and nothing of an experiment?"""
    return _count(data, OF_A_SCENARIO) >= 2 and _count(data, OF_AN_EXPERIMENT) == 0


def no_scenario(data: Mapping[str, Any], file: str | None) -> str:
    """What to say of an experiment where a scenario belongs."""
    return (
        f"this is an experiment, not a scenario; play it with: ccsim sweep {file or 'FILE'} "
        f"(its scenario is {data['scenario']})"
    )


def no_experiment(file: str | None) -> str:
    """What to say of a scenario where an experiment belongs."""
    name = file or "FILE"
    return (
        f"this is a scenario, not an experiment; simulate it with: ccsim run {name} "
        f"(an experiment names it, scenario: {name}, and says what to vary)"
    )


def _count(data: Mapping[str, Any], keys: tuple[str, ...]) -> int:
    return sum(key in data for key in keys)
