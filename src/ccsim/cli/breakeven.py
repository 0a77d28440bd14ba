"""``ccsim breakeven``: how far one thing must go, from the points of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccsim.cli import answering
from ccsim.cli.failures import BadRequest

if TYPE_CHECKING:
    from ccsim.experiments.answering.crossings import Crossing
    from ccsim.experiments.sweep import Sweep


@click.command(short_help="How far one thing must go: what containment saves one agent?")
@answering.folder
@click.option("--of", metavar="NAME",
              help="What must go so far, e.g. containment. Default: the one thing that varies.")  # fmt: skip
@click.option("--reach", metavar="VALUE", help="The measure to reach, e.g. 80% or 20s.")
@click.option("--as-good-as", "point", metavar="NAME",
              help="Or the point whose measure to reach, e.g. 'headcount 8, talk 5m'.")  # fmt: skip
@click.option("--at", "places", multiple=True, metavar="NAME=VALUE,...",
              help="Only where the others stand here, e.g. headcount=11. May be repeated.")  # fmt: skip
@answering.measure
@answering.case
@answering.queue
@answering.output
def breakeven(
    folder: Path,
    of: str | None,
    reach: str | None,
    point: str | None,
    places: tuple[str, ...],
    measure: str | None,
    case: str | None,
    queue: str | None,
    confidence: float,
    figure: Path | None,
    as_json: bool,
) -> int:
    """Say where a measure reaches a goal, or what it is at another point, between the points of a sweep.

    \b
    ccsim breakeven heads --reach 80%
    ccsim breakeven heads --reach 80% --queue service
    ccsim breakeven bot --of containment --as-good-as "headcount 8, containment 30%" --at headcount=7
    """
    from ccsim.report import answer_figures

    if (reach is None) == (point is None):
        raise BadRequest("say either --reach, e.g. --reach 80%, or --as-good-as and a point")
    sweep, name = answering.opened(folder, measure)
    found: list[Crossing] = answering.asked(
        lambda: sweep.crossings(
            name,
            of,
            reach=reach,
            as_good_as=None if point is None else _place(sweep, point, case),
            case=case,
            at=answering.assignments(places),
            confidence=confidence,
            queue=queue,
        )
    )
    document = {
        "measure": name,
        "queue": queue,
        "factor": found[0].factor,
        "wanted": found[0].wanted,
        "confidence": confidence,
        "answers": [_answer(one) for one in found],
    }
    return answering.give(
        sweep,
        lambda: [line for one in found for line in (one.sentence(), one.warning()) if line],
        document,
        as_json=as_json,
        figure=figure,
        draw=lambda: answer_figures.crossings(found),
    )


def _place(sweep: Sweep, text: str, chosen: str | None) -> tuple[str, int]:
    """The point that is called so, alone or within the chosen case (the first), or ``case:number``."""
    within = chosen or next(iter(sweep.plan.cases))
    found = sweep.names.find(text) or sweep.names.find(f"{within}, {text}")
    case, _, number = text.rpartition(":")
    if found is None and number.isdigit() and (case, int(number)) in sweep.names:
        found = case, int(number)
    if found is None:
        raise BadRequest(f"no point is called {text!r}; ccsim results {sweep.store.folder} lists them")
    return found


def _answer(one: Crossing) -> dict[str, Any]:
    reached = one.value is not None
    return {
        "others": one.others,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "said": list(one.said) if reached else [],
        "points": [{"at": float(x), "value": float(y)} for x, y in zip(one.x, one.y, strict=True)],
        "sentence": one.sentence(),
        "missed_by": dict(one.worse),
    }
