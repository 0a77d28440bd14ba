"""``ccsim run``: simulate a scenario and say what came out."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from ccsim.cli import options
from ccsim.cli import policy as policies
from ccsim.cli.failures import BadRequest
from ccsim.cli.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.engines.router import Router
    from ccsim.report.cells import Cell
    from ccsim.result import Run
    from ccsim.scenario.model import Scenario

DEFAULT_REPLICATIONS = 10
MOST_COUNTERPARTS = 5  # replications without bots, for what bots save
Command = TypeVar("Command", bound=Callable[..., Any])


def _names(ctx: click.Context, option: click.Parameter, text: str | None) -> list[str] | None:
    """``queue,interval`` as a list."""
    if text is None:
        return None
    return [name.strip() for name in text.split(",") if name.strip()]


def _chosen(names: list[str] | None) -> list[str] | None:
    """For Run.metrics: None stands for every standard metric."""
    return None if names == ["all"] else names


def _experiment(command: Command) -> Command:
    """Options that say how often and how lucky."""
    for option in (
        policies.option,
        click.option("--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto",
                     show_default=True, help="The engines give equal results; auto is the fastest that can."),
        click.option("--replications", type=click.IntRange(min=1), default=DEFAULT_REPLICATIONS,
                     show_default=True, help="How often the same world is run, each time with other luck."),
        options.seed,
    ):  # fmt: skip
        command = option(command)
    return command


def _measure(command: Command) -> Command:
    """Options that say what is measured."""
    for option in (
        click.option("--since", metavar="DATE", help="Measure from this day on (2026-03-04)."),
        click.option("--warm-up", metavar="TIME", help="Leave the first part out of the numbers (1d, 2h)."),
        click.option("--metrics", "names", callback=_names, metavar="NAMES",
                     help="Which metrics: service_level,asa,wait_p95 or all."),
        click.option("--by", callback=_names, metavar="KEYS",
                     help="A table by queue, channel, group, agent, front (bot, ...), interval, hour, day, "
                     "weekday or several: queue,interval."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(short_help="Simulate a scenario and report what came out.")
@options.scenario_file
@_experiment
@_measure
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, nothing else.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write tables, figures and the scenario into a folder.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["parquet", "csv"]),
    help="Of the tables in --out; csv opens in Excel. Default: Parquet where pyarrow is installed.",
)
@click.option("--quiet", is_flag=True, help="No progress and no notes on standard error.")
def run(
    file: str,
    assignments: tuple[str, ...],
    seed: int,
    replications: int,
    engine: str,
    policy: type[Router] | None,
    by: list[str] | None,
    names: list[str] | None,
    warm_up: str | None,
    since: str | None,
    as_json: bool,
    out: Path | None,
    format: Literal["parquet", "csv"] | None,
    quiet: bool,
) -> None:
    """Simulate a scenario and report: service level, waits, occupancy, warnings, what to try next.

    \b
    ccsim run center.yaml --set agent_groups.desk.headcount=13
    ccsim run center.yaml --by queue,interval --metrics service_level,asa
    ccsim run center.yaml --out results --format csv
    """
    window = {"warm_up": warm_up, "since": since}
    policies.check_engine(engine, policy)
    check_request(by, names, out, format)
    scenario = options.open_scenario(file, assignments)
    check_window(scenario, warm_up, since)
    result = _simulate(scenario, seed, replications, engine, policy, quiet)
    if out is not None:
        from ccsim.report.tables import write

        files = write(result, out, format, by=by, names=_chosen(names), **window)
        if not quiet:
            hint = "; --format csv writes tables for Excel" if "metrics.parquet" in files else ""
            click.echo(f"wrote {', '.join(files)} into {out}{hint}", err=True)
            _caution(out, files)
    if as_json:
        click.echo(json.dumps(document(result, names, by, window), ensure_ascii=False, allow_nan=False))
    else:
        click.echo(_text(result, by, names, window, policy), nl=False)


def _caution(out: Path, files: list[str]) -> None:
    """Say which files are too long for a spreadsheet."""
    from ccsim.report.spreadsheets import too_long

    if text := too_long(out, files):
        click.echo(f"caution: {text}", err=True)


def check_request(
    by: list[str] | None, names: list[str] | None, out: Path | None, format: Literal["parquet", "csv"] | None
) -> None:
    """Find what cannot be done before anything is simulated; raises CcsimError or ClickException."""
    from ccsim.metrics.keys import check_by
    from ccsim.metrics.registry import UnknownMetricError, choose

    check_by(by or [])
    try:
        choose(_chosen(names), by or [])
    except UnknownMetricError as problem:
        text = f"there is no metric {problem.name!r}{problem.hint or ';'}"
        raise BadRequest(f"{text} ccsim run FILE --metrics all shows every name") from None
    if format is not None and out is None:
        raise click.UsageError("--format says how --out writes its tables; name a folder: --out results")
    if out is not None:
        from ccsim.report.tables import check_folder, check_format

        check_folder(out)
        check_format(format)


def check_window(scenario: Scenario, warm_up: str | None, since: str | None) -> None:
    """Refuse, before anything is simulated, a window in which there is nothing; raises BadRequest."""
    from ccsim.compiler import compile_scenario
    from ccsim.errors import MetricError
    from ccsim.metrics.window import measured_from

    if warm_up is None and since is None:
        return
    try:
        measured_from(compile_scenario(scenario).labels, warm_up, since)
    except MetricError as problem:
        raise BadRequest(f"--{str(problem).replace('warm_up', 'warm-up', 1)}") from None


def _simulate(
    scenario: Scenario, seed: int, replications: int, engine: str, policy: type[Router] | None, quiet: bool
) -> Run:
    from ccsim.simulate import simulate

    progress = Progress(quiet)
    try:
        return simulate(
            scenario,
            seed,
            replications,
            engine,
            policy=policy,
            progress=progress,
            on_compile=progress.compiling,
        )
    finally:
        progress.close()


def _text(
    result: Run,
    by: list[str] | None,
    names: list[str] | None,
    window: dict[str, Any],
    policy: type[Router] | None,
) -> str:
    from ccsim.report.layout import Page
    from ccsim.report.terminal import render, wide_table

    page = Page(options.width(), options.colour(), options.unicode())
    if by is not None or names is not None:
        return wide_table(result, by or [], names, page, **window) + "\n"
    elapsed = result.seconds if sys.stdout.isatty() else None
    return render(
        result,
        page.width,
        colour=page.colour,
        unicode=page.unicode,
        elapsed_s=elapsed,
        deflection=deflected(result, policy),
        **window,
    )


def deflected(result: Run, policy: type[Router] | None = None) -> Cell | None:
    """Contacts with people that bots saved: against the same customers without bots, simulated here.

    Of the first replications only; None where the scenario has no bot.
    """
    from ccsim.metrics.sessions import deflection
    from ccsim.report.cells import Cells
    from ccsim.result import Run
    from ccsim.simulate import simulate

    bots = result.scenario.bots
    if not bots:
        return None
    count = min(len(result.logs), MOST_COUNTERPARTS)
    without = result.scenario.override({f"bots.{name}.entry": "0%" for name in bots})
    other = simulate(without, result.seed, count, result.engine, policy=policy)
    some = Run(result.scenario, result.seed, result.engine, result.logs[:count])
    return Cells(deflection(some, other), ()).get("deflection")


def document(
    result: Run, names: list[str] | None, by: list[str] | None, window: dict[str, Any]
) -> dict[str, Any]:
    """What ``--json`` prints; without ``--by`` the metrics come by queue."""
    keys = by if by is not None else ["queue"]
    return {
        "scenario": result.scenario.name,
        "seed": result.seed,
        "replications": len(result.logs),
        "engine": result.engine,
        "digests": list(result.digests),
        "metrics": rows(result.metrics(_chosen(names), by=keys, **window)),
        **_journey(result, window),
    }


def _journey(result: Run, window: dict[str, Any]) -> dict[str, Any]:
    """Issues of one replication on average by what became of them, and what was lost; nothing if plain."""
    from ccsim.metrics.window import measured_from
    from ccsim.report.paths import document_of, losses, paths_of

    labels = result.logs[0].labels
    if not any(len(log.issues.get("outcome", ())) for log in result.logs):
        return {}
    since_us = measured_from(labels, **window)
    lost = losses(result.logs, since_us)
    return {
        "journey": document_of(paths_of(result.logs, since_us), labels),
        "lost": [
            {"place": one.place, "how": one.how, "contacts": one.contacts, "share": one.share} for one in lost
        ],
    }


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The table as plain JSON types; nan and infinity become null, dates become text."""
    columns = [str(name) for name in table.columns]
    values = zip(*(table[name].tolist() for name in columns), strict=True)
    return [{name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in values]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value.date()) if isinstance(value, dt.datetime) else str(value)
