"""``ccsim sensitivity``: what moves a measure, from the points of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccsim.cli import answering

if TYPE_CHECKING:
    from ccsim.experiments.answering.effects import Effects
    from ccsim.experiments.answering.sensitivity import Method


@click.command(short_help="What moves a measure most: tornado, shares of its variance, Morris' screening.")
@answering.folder
@answering.measure
@answering.case
@answering.queue
@click.option("--method", type=click.Choice(["tornado", "sobol", "morris"]),
              help="Default: the one that goes with the design of the sweep.")  # fmt: skip
@answering.output
def sensitivity(
    folder: Path,
    measure: str | None,
    case: str | None,
    queue: str | None,
    method: Method | None,
    confidence: float,
    figure: Path | None,
    as_json: bool,
) -> int:
    """Say what moves a measure most, from the points that a sweep has played.

    \b
    one_at_a_time   tornado: each factor from its low to its high end
    grid            tornado, averaged over the others; or sobol, exact shares of the variance
    latin_hypercube, sobol, a table of points
                    sobol: shares of the variance of a fitted surface
    morris          morris: how far each moves it on average, and whether others matter for that

    \b
    ccsim sensitivity levers --measure service_level
    ccsim sensitivity levers --figure tornado.png
    """
    from ccsim.cli.run import rows
    from ccsim.report import answer_figures

    sweep, name = answering.opened(folder, measure)
    found: Effects = answering.asked(
        lambda: sweep.effects(name, case=case, method=method, confidence=confidence, queue=queue)
    )
    document = {
        "measure": name,
        "queue": queue,
        "case": found.case,
        "method": found.method,
        "design": found.design,
        "confidence": confidence,
        "factors": rows(found.table),
        "surface_explains": None if found.surface is None else found.surface.cv_r2,
        "sentence": found.sentence(),
    }
    return answering.give(
        sweep,
        lambda: _text(sweep.plan.name, found),
        document,
        as_json=as_json,
        figure=figure,
        draw=lambda: answer_figures.effects(found),
    )


def _text(title: str, found: Effects) -> list[str]:
    from ccsim.experiments.comparing.saying import change_text, signed_range, signed_text, value_text

    name, said = found.measure, {"tornado": "from one end to the other", "sobol": "shares of its variance",
                                 "morris": "on average over the paths"}  # fmt: skip
    header = {
        "tornado": ["at low", "at high", "change", "interval"],
        "sobol": ["alone", "+/-", "with others", "+/-"],
        "morris": ["moves it by", "interval", "spread"],
    }[found.method]
    lines = []
    for row in found.table.to_dict("records"):
        if found.method == "tornado":
            cells = [value_text(name, row[key]) for key in ("at_low", "at_high")]
            cells += [signed_text(name, row["change"]), signed_range(name, row["from"], row["to"])]
        elif found.method == "sobol":
            cells = [f"{row[key]:.1%}" for key in ("first", "first_error", "total", "total_error")]
        else:
            ends = f"{change_text(name, row['from'])} to {change_text(name, row['to'])}"
            cells = [change_text(name, row["mu_star"]), ends, change_text(name, row["sigma"])]
        lines.append([str(row["factor"]), f"{row['low']} to {row['high']}", *cells])
    return [
        f"{title}: what moves the {found.name()}, {said[found.method]}",
        answering.table(["factor", "range", *header], lines),
        "",
        found.sentence(),
    ]
