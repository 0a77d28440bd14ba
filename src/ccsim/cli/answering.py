"""What the commands share that answer a question from the results of a sweep."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccsim.cli import options, written
from ccsim.cli.failures import DONE, BadRequest
from ccsim.errors import CcsimError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ccsim.experiments.sweep import Sweep

Command = TypeVar("Command", bound=Callable[..., Any])
PICTURES = (".png", ".svg", ".pdf")


def folder(command: Command) -> Command:
    """DIR."""
    return click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")(command)


def measure(command: Command) -> Command:
    """--measure."""
    return click.option(
        "--measure", metavar="NAME", help="Which of the measures. Default: the first of the experiment."
    )(command)


def case(command: Command) -> Command:
    """--case."""
    return click.option("--case", metavar="CASE", help="Which case. Default: the first.")(command)


def queue(command: Command) -> Command:
    """--queue."""
    return click.option(
        "--queue", metavar="NAME",
        help="Of this queue instead of all together; the sweep must be measured by: [queue].",
    )(command)  # fmt: skip


def output(command: Command) -> Command:
    """--confidence, --figure and --json."""
    for option in (
        click.option("--json", "as_json", is_flag=True,
                     help="One JSON document on standard output, nothing else."),
        click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                     callback=written.ending(*PICTURES), help="Draw it, too (.png, .svg or .pdf)."),
        click.option("--confidence", type=click.FloatRange(0.5, 1, min_open=True, max_open=True),
                     default=0.95, show_default=True, help="Of the intervals."),
    ):  # fmt: skip
        command = option(command)
    return command


def names(ctx: click.Context, option: click.Parameter, text: str | None) -> list[str]:
    """``a,b`` as a list."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """``headcount=11, talk=5m`` by name."""
    found = {}
    for text in texts:
        for part in text.split(","):
            name, sign, value = (piece.strip() for piece in part.partition("="))
            if not (name and sign and value):
                raise BadRequest(f"{part.strip()!r} is not NAME=VALUE, e.g. headcount=11")
            found[name] = value
    return found


def opened(folder: Path, measure: str | None) -> tuple[Sweep, str]:
    """The sweep, and the measure asked for or the first; raises BadRequest for one that is not there."""
    from ccsim.experiments.sweep import Sweep
    from ccsim.units import did_you_mean

    sweep = Sweep.open(folder)
    known = sweep.plan.measure
    if measure is not None and measure not in known:
        hint = did_you_mean(measure, known) or "; there is: " + ", ".join(known)
        raise BadRequest(f"the experiment did not measure {measure!r}{hint}")
    return sweep, measure or known[0]


def asked(question: Callable[[], Any]) -> Any:
    """The answer; what cannot be asked of these results is a bad request."""
    try:
        return question()
    except CcsimError as error:
        raise BadRequest(str(error)) from None


def give(
    sweep: Sweep,
    text: Callable[[], Sequence[str]],
    document: dict[str, Any],
    *,
    as_json: bool,
    figure: Path | None,
    draw: Callable[[], Figure],
) -> int:
    """Print the answer, what is missing first, and draw it where asked; returns the exit code."""
    from ccsim.experiments.keeping.completeness import completeness

    found = completeness(sweep.store)
    if figure is not None:
        _save(draw(), figure)
    if as_json:
        cells = {"of": found.of, "done": found.done, "failed": found.failed}
        data = {"experiment": sweep.plan.name, "cells": cells, **document}
        click.echo(json.dumps(finite(data), ensure_ascii=False, allow_nan=False))
        return DONE
    notice = found.sentences(sweep.names, sweep.store.folder)
    click.echo("\n".join([*notice, *([""] if notice else []), *text()]))
    if figure is not None:
        click.echo(f"wrote {figure}", err=True)
    return DONE


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names the rows."""
    from ccsim.report.layout import Page

    page = Page(options.width(), options.colour(), options.unicode())
    return page.table(header, rows, longest=max((len(row[0]) for row in rows), default=1))


def finite(data: Any) -> Any:
    """Plain JSON types: what is not a number is null."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and data - data != 0 else data


def _save(figure: Figure, file: Path) -> None:
    import matplotlib as mpl

    from ccsim.report.figures import STYLE

    more = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {"Software": None}}
    try:
        with mpl.rc_context(STYLE):
            figure.savefig(file, dpi=150, metadata=more[file.suffix.lower()])
    except OSError as error:
        raise BadRequest(f"{file} cannot be written: {error.strerror or error}") from None
