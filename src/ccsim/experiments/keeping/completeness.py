"""Is a sweep finished? How many of its cells are there, and which points are left out of a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccsim.experiments.comparing.estimates import Place
from ccsim.experiments.keeping.rows import MOST_TRIES
from ccsim.experiments.playing.precision import Adding

if TYPE_CHECKING:
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping.rows import CellRow
    from ccsim.experiments.keeping.store import Store

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Completeness:
    """Cells ``done`` and ``failed`` ``of`` all; ``counts``: (done, planned) of points that lack some."""

    of: int
    done: int
    failed: int
    counts: dict[Place, tuple[int, int]]
    reasons: dict[Place, str]  # why a point's first failed cell failed
    given_up: int = 0  # failed cells that are not tried again
    impossible: int = 0  # those of them that have an impossible value

    @property
    def finished(self) -> bool:
        """Is every cell there?"""
        return self.done >= self.of

    @property
    def left_out(self) -> list[Place]:
        """Points of which nothing is there."""
        return [place for place, (done, _) in self.counts.items() if not done]

    def sentences(self, names: PlaceNames, folder: object) -> list[str]:
        """What is missing and how to go on; nothing where the sweep is finished."""
        if self.finished:
            return []
        broken = f", {self.failed:,} failed" if self.failed else ""
        head = f"This sweep is not finished: {self.done:,} of {self.of:,} cells are there{broken}."
        lines = [head, *self._missing(names)]
        lines += _listed("Failed", list(self.reasons), lambda p: f"{names.of(*p)}: {self.reasons[p]}", "; ")
        return [*lines, *self._go_on(folder)]

    def _go_on(self, folder: object) -> list[str]:
        lines = []
        if self.done + self.failed < self.of:
            lines.append(f"Go on with: ccsim resume {folder}")
        elif self.given_up < self.failed:
            lines.append(
                f"Go on with: ccsim resume {folder} (it tries failed cells again, up to three times in all)"
            )
        return lines + advice(self.impossible, self.given_up - self.impossible)

    def _missing(self, names: PlaceNames) -> list[str]:
        fewer = [place for place, (done, _) in self.counts.items() if done]

        def said(place: Place) -> str:
            done, of = self.counts[place]
            return f"{names.of(*place)} ({done} of {of} replications)"

        lines = _listed("Left out, as nothing of it is there", self.left_out, lambda p: names.of(*p), "; ")
        return lines + _listed("Only partly there", fewer, said, "; ")


def completeness(store: Store) -> Completeness:
    """What is there of a sweep, and what its plan asks for."""
    done: Counter[Place] = Counter()
    failed = given_up = 0
    for place, _, tries in store.shelf().cells():
        point = store.points[place]
        done[point.case, point.number] += tries == 0
        failed += tries > 0
        given_up += tries >= MOST_TRIES
    wanted = _wanted(store)
    counts = {place: (done[place], of) for place, of in wanted.items() if done[place] < of}
    reasons, impossible = _reasons(store) if failed else ({}, 0)
    return Completeness(
        sum(wanted.values()), sum(done.values()), failed, counts, reasons, given_up, impossible
    )


def _wanted(store: Store) -> dict[Place, int]:
    """Replications of each point: what is planned, or as many as its precision asks for so far."""
    wanted = {(point.case, point.number): store.plan.replications for point in store.points}
    if store.plan.precision is None:
        return wanted
    played: Counter[Place] = Counter()
    stopping = Adding(store.plan).stopping
    for row in store.rows():
        played[row.case, row.point] += 1
        stopping.add(row)
    needs = stopping.needs()
    return {place: needs.get(place, max(count, played[place])) for place, count in wanted.items()}


def advice(impossible: int, tired: int) -> list[str]:
    """What to do about failed cells that are not tried again: of an impossible value, or tried too often."""
    lines = []
    if impossible:
        lines.append(
            "An impossible value is not tried again: correct it in the experiment file, and sweep that into "
            "a new folder (ccsim sweep FILE --out NEW)."
        )
    if tired:
        cells = "1 cell was" if tired == 1 else f"{tired:,} cells were"
        lines.append(f"{cells} tried {MOST_TRIES} times and given up: mend the cause, and sweep anew.")
    return lines


def _reasons(store: Store) -> tuple[dict[Place, str], int]:
    found: dict[Place, CellRow] = {}
    impossible = 0
    for row in store.rows():
        if not row.done:
            found.setdefault((row.case, row.point), row)
            impossible += row.impossible
    return {place: row.error for place, row in found.items()}, impossible


def _listed(head: str, places: Sequence[Place], said: Callable[[Place], str], between: str) -> list[str]:
    if not places:
        return []
    more = f"{between}and {len(places) - MOST_NAMED:,} more" if len(places) > MOST_NAMED else ""
    return [f"{head}: {between.join(said(place) for place in places[:MOST_NAMED])}{more}."]
