"""Looking into raw data that may be wrong anywhere: what is not of the expected kind is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccsim.scenario.messages import Located
from ccsim.scenario.phrases import phrase_to_map
from ccsim.scenario.yaml_marks import Path
from ccsim.units import did_you_mean, format_share, parse_share

Data = dict[str, Any]
Findings = Iterator[Located]

BY_NAME = (
    "queues", "agent_groups", "shifts", "events", "channels", "bots", "self_service", "notices", "training",
)  # fmt: skip


def entries(data: Data, section: str) -> dict[str, Data]:
    """The named maps of a section; what is not a map is left out."""
    value = data.get(section)
    if not isinstance(value, dict):
        return {}
    return {name: entry for name, entry in value.items() if isinstance(entry, dict)}


def named(value: Any) -> list[tuple[Path, str]]:
    """(place, name) of every text in a list, inner lists included, or of every key of a map."""
    if isinstance(value, dict):
        return [((key,), key) for key in value]
    if not isinstance(value, list | tuple):
        return []
    out: list[tuple[Path, str]] = []
    for number, item in enumerate(value):
        if isinstance(item, str):
            out.append(((number,), item))
        elif isinstance(item, list | tuple):
            out += [((number, *place), name) for place, name in named(item)]
    return out


def needed_skills(data: Data) -> list[str]:
    """Skills that the queues need, each once."""
    needs = [queue.get("needs") for queue in entries(data, "queues").values()]
    return list(dict.fromkeys(skill for skill in needs if isinstance(skill, str)))


def declared_skills(data: Data) -> list[str] | None:
    """The names under ``skills``, or None when there are none."""
    given = data.get("skills")
    return [name for _, name in named(given)] if isinstance(given, list) else None


def no_such(what: str, name: str, known: list[str]) -> str:
    """``no shift 'days'; there is: day``."""
    if not known:
        return f"no {what} {name!r}; there is none"
    hint = did_you_mean(name, known) if len(known) > 6 else ""
    return f"no {what} {name!r}{hint or '; there is: ' + ', '.join(known)}"


def shares_make_a_whole(shares: Any, path: Path) -> Findings:
    """The shares of a map are together 100%; no map, or what is no share in it, is for others to find."""
    if not isinstance(shares, dict):
        return
    try:
        total = sum(parse_share(share) for share in shares.values())
    except (ValueError, AttributeError, TypeError):
        return
    if abs(total - 1) > 1e-6:
        yield Located(path, f"the shares add up to {format_share(round(total, 8))}, not 100%")


def may_be_never(value: Any) -> bool:
    """Is it a law, written in any way, of which some of the durations never end?"""
    if isinstance(value, str):
        try:
            value = phrase_to_map(value)
        except ValueError:
            return False
    if not isinstance(value, dict):
        return False
    if value.get("law") == "never":
        return True
    parts = value.get("parts")
    return isinstance(parts, list) and any(
        may_be_never(part.get("law")) for part in parts if isinstance(part, dict)
    )
