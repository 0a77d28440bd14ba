"""What people call a point of a design: ``headcount 104, containment 35%`` instead of ``baseline:7``.

An address is called by its fields, without the names that the user gave (``agent_groups.desk.headcount`` is
``headcount``); where two addresses would be called the same, the names come back. A change is called by what
it changes: ``With 104 instead of 100 agents``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ccsim.errors import CcsimError
from ccsim.experiments.planning.cells import canonical_json
from ccsim.scenario.overrides import NAMES_INSIDE
from ccsim.scenario.raw import BY_NAME
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    from ccsim.experiments.comparing.estimates import Place
    from ccsim.experiments.keeping.store import Store
    from ccsim.experiments.planning.designs import Point
    from ccsim.scenario import Scenario

UNCHANGED = "nothing changed"
LONGEST_VALUE = 40
_LONG_NUMBER = re.compile(r"\d+\.\d{3,}")


class PlaceNames:
    """Names of the cases and points of one sweep."""

    def __init__(self, points: Sequence[Point], base: Scenario) -> None:
        self._points = {(point.case, point.number): point for point in points}
        self._cases = list(dict.fromkeys(point.case for point in points))
        self._base = base.canonical()
        self._groups = len(self._base.get("agent_groups") or {})
        varying = dict.fromkeys(name for point in points for name in point.varied)
        self.labels: dict[str, str] = address_labels(list(varying))
        self._many = len({point.number for point in points}) > 1
        self._short = self._with_values(short=True)
        if max(Counter(self._short.values()).values(), default=0) > 1:
            self._short = self._with_values(short=False)
        twice = {name for name, count in Counter(self._short.values()).items() if count > 1}
        self._names = {
            place: f"{name} (point {place[1]})" if name in twice else name
            for place, name in self._short.items()
        }

    @staticmethod
    def of_store(store: Store) -> PlaceNames:
        """The names of a sweep's points."""
        return PlaceNames(store.points, store.plan.base)

    def __contains__(self, place: object) -> bool:
        return place in self._names

    def of(self, case: str, point: int | None = None) -> str:
        """The name of a point of a case; of the case alone without a point."""
        return case if point is None else self._names[case, point]

    def find(self, text: str) -> Place | None:
        """The point that people call ``text``, its parts in any order; None where there is none."""
        wanted = _parts(text)
        return next((place for place, name in self._names.items() if _parts(name) == wanted), None)

    def address(self, text: str) -> str:
        """The varied address of a label or of itself; raises CcsimError where nothing is called so."""
        for address, label in self.labels.items():
            if text in (address, label):
                return address
        if not self.labels:
            raise CcsimError("nothing varies in this sweep: it has cases, but no points")
        known = list(self.labels.values())
        hint = did_you_mean(text, known) or "; there is: " + ", ".join(known)
        raise CcsimError(f"nothing that varies is called {text!r}{hint}")

    def in_group(self, address: str) -> str:
        """`` in group early`` of a headcount where there are several groups, else nothing."""
        parts = address.split(".")
        heads = parts[0] == "agent_groups" and parts[2:] == ["headcount"]
        return f" in group {parts[1]}" if heads and self._groups > 1 else ""

    def told(self, address: str, value: str = "") -> str:
        """``headcount 12 in group early``: the label, and the group where the label does not tell it."""
        label = self.labels[address]
        group = self.in_group(address) if label == "headcount" else ""
        return f"{label} {value}".rstrip() + group

    def value(self, address: str, point: Point) -> Any:
        """What an address reads at a point: its varied value, else that of its case or of the scenario."""
        if address in point.overrides:
            return point.overrides[address]
        return _at(self._base, address)

    def change(self, other: Place, base: Place) -> str:
        """``With 104 instead of 100 agents``, ``With containment 35% instead of 30% (headcount 60)``."""
        mine, theirs = self._points[other], self._points[base]
        changed = [name for name in self.labels if self.value(name, mine) != self.value(name, theirs)]
        kept = [name for name in self.labels if name in mine.varied and name not in changed]
        same = [self._said(name, mine) for name in kept]
        if other[0] == base[0] and len(self._cases) > 1:
            same.insert(0, other[0])
        alike = f" ({', '.join(same)})" if same else ""
        if other[0] != base[0]:
            if changed:
                now, was = (self._named(point, changed) for point in (mine, theirs))
                return f"With {now} instead of {was}{alike}"
            return f"With {other[0]} instead of {base[0]}{alike}"
        if not changed:
            return f"With {self.of(*other)}, as in the scenario,"
        parts = [self._instead(name, mine, theirs) for name in changed]
        if len(changed) == 1 and changed[0].endswith(".headcount"):
            parts = [self._agents(changed[0], mine, theirs)]
        listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
        return f"With {listed}{alike}"

    def _named(self, point: Point, addresses: Sequence[str]) -> str:
        return ", ".join([point.case, *(self._said(name, point) for name in addresses)])

    def _instead(self, address: str, mine: Point, theirs: Point) -> str:
        was = self.value(address, theirs)
        return self._said(address, mine) + ("" if was is None else f" instead of {value_said(was)}")

    def _agents(self, address: str, mine: Point, theirs: Point) -> str:
        group = f" in {address.split('.')[1]}" if self._groups > 1 else ""
        now, was = (value_said(self.value(address, point)) for point in (mine, theirs))
        return f"{now} instead of {was} agents{group}"

    def _said(self, address: str, point: Point) -> str:
        return f"{self.labels[address]} {value_said(self.value(address, point))}"

    def _with_values(self, *, short: bool) -> dict[Place, str]:
        return {place: self._name(point, short) for place, point in self._points.items()}

    def _name(self, point: Point, short: bool) -> str:
        values = ", ".join(
            f"{self.labels[name]} {value_said(value, short=short)}" for name, value in point.varied.items()
        )
        if not values and self._many:
            values = UNCHANGED
        if len(self._cases) == 1:
            return values or point.case
        return f"{point.case}, {values}" if values else point.case


def _parts(name: str) -> list[str]:
    return sorted(" ".join(part.split()).casefold() for part in name.split(","))


def address_labels(addresses: Sequence[str]) -> dict[str, str]:
    """A short name for each address, no two the same."""
    plain = {address: " ".join(_fields(address)) for address in addresses}
    taken = Counter(plain.values())
    for label in [label for label, count in taken.items() if count > 1]:
        same = [address for address in addresses if plain[address] == label]
        shared = set.intersection(*(set(_names(address)) for address in same))
        for address in same:
            words = [word for word in address.split(".")[1:] if not word.isdigit() and word not in shared]
            plain[address] = " ".join(words)
    taken = Counter(plain.values())
    return {address: label if taken[label] == 1 else address for address, label in plain.items()}


def value_said(value: Any, *, short: bool = True) -> str:
    """A value as written in the scenario; sampled numbers to four digits where ``short``."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else canonical_json(value).replace('"', "")
    if not short:
        return text
    text = _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.4g}", text)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 2] + ".."


def _fields(address: str) -> list[str]:
    """The words of an address that are no names of the user's own."""
    parts, own = address.split("."), set(_places_of_names(address))
    words = [
        part.replace("_", " ")
        for number, part in enumerate(parts)
        if number and number not in own and not part.isdigit()
    ]
    if len(words) > 1 and words[-1] == "mean":
        words.pop()  # of a time: talk 5m
    return words or parts[1:] or parts


def _names(address: str) -> list[str]:
    parts = address.split(".")
    return [parts[number] for number in _places_of_names(address)]


def _places_of_names(address: str) -> list[int]:
    """Which parts of an address are names that the user gave."""
    parts = address.split(".")
    found = [1] if parts[0] in BY_NAME and len(parts) > 1 else []
    if len(parts) > 3 and (parts[0], parts[2]) in NAMES_INSIDE:
        found.append(3)
    return found


def _at(data: Any, address: str) -> Any:
    """What stands at an address of plain data; None where nothing does."""
    for part in address.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data
