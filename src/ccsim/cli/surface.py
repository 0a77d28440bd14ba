"""``ccsim surface``: what a measure is between the points of a sweep."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccsim.cli import answering
from ccsim.cli.failures import BadRequest

if TYPE_CHECKING:
    from ccsim.experiments.answering.response import Surface
    from ccsim.experiments.sweep import Sweep


@click.command(short_help="What a measure is between the points of a sweep, and how far to trust that.")
@answering.folder
@answering.measure
@answering.case
@answering.queue
@click.option("--at", "places", multiple=True, metavar="NAME=VALUE,...",
              help="Predict here, e.g. headcount=11,talk=5m15s; what is not named is in the middle. "
              "May be repeated.")  # fmt: skip
@answering.output
def surface(
    folder: Path,
    measure: str | None,
    case: str | None,
    queue: str | None,
    places: tuple[str, ...],
    confidence: float,
    figure: Path | None,
    as_json: bool,
) -> int:
    """Fit a quadratic surface to the points of a sweep; its error is that of points left out of the fit.

    \b
    ccsim surface heads --measure service_level
    ccsim surface heads --at headcount=11,talk=5m15s --figure surface.png
    """
    from ccsim.experiments.answering.scope import scope_of
    from ccsim.report import answer_figures

    sweep, name = answering.opened(folder, measure)
    fitted: Surface = answering.asked(lambda: sweep.surface(name, case, queue))
    scope = scope_of(sweep.store, [name], queue).said(name)
    predicted = [_predicted(sweep, fitted, name, scope, place) for place in places]
    document = {
        "measure": name,
        "queue": queue,
        "factors": list(fitted.names),
        "points": len(fitted.left_out),
        "cv_error": fitted.cv_error,
        "cv_r2": fitted.cv_r2,
        "terms": [
            {"factors": [fitted.names[i] for i in term], "coefficient": float(coefficient)}
            for term, coefficient in zip(fitted.terms, fitted.coefficients, strict=True)
        ],
        "low": fitted.low.tolist(),
        "high": fitted.high.tolist(),
        "predictions": [{"at": at, "value": value} for at, value, _ in predicted],
    }
    return answering.give(
        sweep,
        lambda: [*_text(sweep, fitted, name, scope), *(sentence for _, _, sentence in predicted)],
        document,
        as_json=as_json,
        figure=figure,
        draw=lambda: answer_figures.surface(
            fitted, name, [sweep.names.labels[address] for address in fitted.names], _examples(sweep, fitted)
        ),
    )


def _examples(sweep: Sweep, fitted: Surface) -> list[object]:
    """A value of each factor, to write numbers like it."""
    return [
        next(point.varied[address] for point in sweep.store.points if address in point.varied)
        for address in fitted.names
    ]


def _predicted(
    sweep: Sweep, fitted: Surface, name: str, scope: str, text: str
) -> tuple[dict[str, str], float, str]:
    """(where, value, sentence) of one ``--at``."""
    from ccsim.experiments.answering.levels import as_number, like
    from ccsim.experiments.comparing.saying import change_text, is_plural, spoken, value_text
    from ccsim.scenario.yaml_marks import plain_scalar

    x = (fitted.low + fitted.high) / 2
    for label, value in answering.assignments([text]).items():
        address = answering.asked(partial(sweep.names.address, label))
        if address not in fitted.names:
            raise BadRequest(f"{label} does not vary in this case")
        place = fitted.names.index(address)
        x[place] = answering.asked(partial(as_number, plain_scalar(value)))
        low, high = fitted.low[place], fitted.high[place]
        if not low <= x[place] <= high:
            ends = " to ".join(like(float(end), _examples(sweep, fitted)[place]) for end in (low, high))
            raise BadRequest(f"{label} {value} was not played ({ends} was); the surface says nothing there")
    at = {
        sweep.names.labels[address]: like(float(x[i]), _examples(sweep, fitted)[i])
        for i, address in enumerate(fitted.names)
    }
    found = float(fitted.predict(x[None, :])[0])
    where = ", ".join(sweep.names.told(sweep.names.address(label), value) for label, value in at.items())
    verb = "are" if is_plural(name) else "is"
    return (
        at,
        found,
        (
            f"At {where} the {spoken(name)}{scope} {verb} about {value_text(name, found)}, give or take "
            f"{change_text(name, 2 * fitted.cv_error)}."
        ),
    )


def _text(sweep: Sweep, fitted: Surface, name: str, scope: str) -> list[str]:
    import numpy as np

    from ccsim.experiments.answering.levels import like
    from ccsim.experiments.comparing.saying import change_text, spoken, value_text

    middle, lines = (fitted.low + fitted.high) / 2, []
    for i, address in enumerate(fitted.names):
        places = np.tile(middle, (3, 1))
        places[:, i] = fitted.low[i], middle[i], fitted.high[i]
        example = _examples(sweep, fitted)[i]
        values = [value_text(name, float(value)) for value in fitted.predict(places)]
        ends = f"{like(float(fitted.low[i]), example)} to {like(float(fitted.high[i]), example)}"
        lines.append([sweep.names.labels[address], ends, *values])
    trust = "" if fitted.cv_r2 >= 0.8 else " That is too little to rely on it."
    return [
        f"{sweep.plan.name}: {spoken(name)}{scope} on a quadratic surface through "
        f"{len(fitted.left_out)} points; the others in the middle",
        answering.table(["factor", "range", "at low", "in the middle", "at high"], lines),
        "",
        f"A point left out of the fit is predicted to within {change_text(name, fitted.cv_error)} (root mean "
        f"square), and {max(fitted.cv_r2, 0):.1%} of the spread between points is explained.{trust}",
    ]
