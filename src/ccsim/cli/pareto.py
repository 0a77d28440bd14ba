"""``ccsim pareto``: what cannot be had better for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccsim.cli import answering
from ccsim.cli.failures import BadRequest

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.answering.pareto import Better
    from ccsim.experiments.answering.scope import Scope
    from ccsim.experiments.sweep import Sweep


@click.command(short_help="Which points cannot be had better for nothing: cost against service level.")
@answering.folder
@click.option("--measures", callback=answering.names, required=True, metavar="NAMES",
              help="Two or more, e.g. cost,service_level; with :higher or :lower where a measure does not "
              "say which is better (occupancy:lower).")  # fmt: skip
@answering.queue
@answering.output
def pareto(
    folder: Path,
    measures: list[str],
    queue: str | None,
    confidence: float,
    figure: Path | None,
    as_json: bool,
) -> int:
    """Say which cases and points are on the front of several measures, and which are dominated.

    \b
    ccsim pareto heads --measures cost,service_level
    ccsim pareto heads --measures cost,service_level --figure front.png
    """
    from ccsim.cli.run import rows
    from ccsim.experiments.answering.pareto import front_sentence
    from ccsim.experiments.answering.scope import scope_of
    from ccsim.experiments.comparing.saying import better_of
    from ccsim.report import answer_figures

    wanted = dict(_direction(text) for text in measures)
    if len(wanted) < 2:
        raise BadRequest("a front needs at least two measures, e.g. --measures cost,service_level")
    sweep, _ = answering.opened(folder, None)
    for name, end in wanted.items():
        answering.opened(folder, name)
        if end is None and better_of(name) is None:
            raise BadRequest(f"say which end of {name} is better: {name}:higher or {name}:lower")
    front = answering.asked(lambda: sweep.pareto(wanted, confidence=confidence, queue=queue))
    scope = scope_of(sweep.store, list(wanted), queue)
    called = [
        sweep.names.of(case, int(point)) for case, point in zip(front["case"], front["point"], strict=True)
    ]
    front = front.assign(name=called)
    document = {
        "measures": list(wanted),
        "queue": queue,
        "confidence": confidence,
        "front": rows(front),
        "sentence": front_sentence(front, wanted, scope),
    }
    return answering.give(
        sweep,
        lambda: _text(sweep, front, list(wanted), scope),
        document,
        as_json=as_json,
        figure=figure,
        draw=lambda: answer_figures.front(front, list(wanted)[:2]),
    )


def _direction(text: str) -> tuple[str, Better | None]:
    """``occupancy:lower`` as a measure and its better end; a measure may have a colon of its own."""
    name, _, end = text.rpartition(":")
    if name and end in ("higher", "lower"):
        return name, "higher" if end == "higher" else "lower"
    return text, None


def _text(sweep: Sweep, front: pd.DataFrame, names: list[str], scope: Scope) -> list[str]:
    from ccsim.experiments.answering.pareto import front_sentence
    from ccsim.experiments.comparing.saying import spoken, value_text

    on = front[front["efficient"]].sort_values(names[0], kind="stable")
    lines = [[str(row["name"]), *(value_text(name, row[name]) for name in names)] for row in _records(on)]
    off = [
        [str(row["name"]), *(value_text(name, row[name]) for name in names), _by(sweep, row)]
        for row in _records(front[~front["efficient"]])
    ]
    parts = [
        f"{sweep.plan.name}: the front of {' and '.join(spoken(name) + scope.said(name) for name in names)}",
        answering.table(["point", *names], lines),
        "",
    ]
    if off:
        parts += ["dominated", answering.table(["point", *names, "by"], off), ""]
    return [*parts, front_sentence(front, names, scope)]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _by(sweep: Sweep, row: dict[str, Any]) -> str:
    if not row["dominated_by"]:
        return "no value"
    case, _, point = str(row["dominated_by"]).rpartition(":")
    return sweep.names.of(case, int(point)) + ("" if row["surely"] else " (not surely)")
