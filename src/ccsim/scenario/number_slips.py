"""Numbers that YAML reads without a word, and that their writing shows to be meant otherwise: ``2.600`` where
thousands are meant, and ``[1, 1,2]`` where the last comma is a decimal one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ccsim.commas import comma_said
from ccsim.errors import Problem
from ccsim.scenario.messages import Located
from ccsim.scenario.raw import entries
from ccsim.scenario.yaml_marks import Marks, dotted
from ccsim.units import plain_number

COUNTED = ("per_day", "false_alarms")  # keys of amounts of contacts that may have decimals
COUNTED_INSIDE = ("hourly",)  # maps of such amounts


def points_between_thousands(marks: Marks) -> Iterator[Problem]:
    """Amounts of contacts that are written as much of the world writes thousands."""
    for path, text in marks.thousands.items():
        if path[-1:] and path[-1] not in COUNTED and not any(key in path for key in COUNTED_INSIDE):
            continue
        place = marks.value(path)
        said = (
            f"{text} is read as {plain_number(float(text))}; write {text.replace('.', '')} if thousands are "
            "meant"
        )
        yield Problem(dotted(path), said, line=place.line, column=place.column)


def commas_in_slowdowns(data: dict[str, Any], located: list[Located], marks: Marks) -> list[Located]:
    """The problems, where a list of factors with a decimal comma has this said of it, and one problem only.

    A comma without a blank is a decimal one if the list is wrong as it stands, or longer than needed.
    """
    for name, channel in entries(data, "channels").items():
        path = ("channels", name, "slowdown")
        pair = marks.parted.get(path)
        given, most = channel.get("slowdown"), channel.get("concurrency", 1)
        if pair is None or not isinstance(given, list) or not isinstance(most, int):
            continue
        found = [item for item in located if item.path[:3] == path]
        if found or len(given) > most:
            one = replace(found[0], path=path) if found else Located(path, "")
            located = [item for item in located if item not in found]
            located.append(replace(one, message=comma_said(pair)))
    return located
