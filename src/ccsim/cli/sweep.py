"""``ccsim sweep``: play an experiment file into a folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccsim.cli import sweeping
from ccsim.cli.failures import DONE, FAILED, BadRequest
from ccsim.cli.sweep_progress import say_seconds

if TYPE_CHECKING:
    from ccsim.experiments.planning.plan import Plan


@click.command(short_help="Play an experiment: cases, points and replications with the same luck.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the results. Default: the name of the experiment.")  # fmt: skip
@sweeping.options
@click.option("--shard", callback=sweeping.read_shard, metavar="I/N",
              help="Play part I of N (0/4 to 3/4); parts may share DIR, on one machine or many.")  # fmt: skip
@sweeping.cluster
@click.option(
    "--dry-run", is_flag=True, help="Say cells, contacts, time and disk from a pilot; keep nothing."
)
def sweep(
    file: str,
    out: Path | None,
    workers: int,
    engine: str,
    quiet: bool,
    log_every: float | None,
    shard: tuple[int, int] | None,
    cluster: str | None,
    dry_run: bool,
) -> int:
    """Play an experiment file: named cases, values to vary, replications, one seed.

    What is in DIR already is not played again, so the same command goes on after an interruption.

    \b
    ccsim sweep experiment.yaml --dry-run
    ccsim sweep experiment.yaml --workers 4
    ccsim results headcount --csv headcount.csv
    """
    from ccsim.experiments.planning.plan import load_plan

    plan = load_plan(file)
    if dry_run:
        return _dry_run(plan, workers, engine)
    folder = out if out is not None else Path(_file_name(plan.name))
    if not quiet and not folder.exists():
        _warn(plan, file)
    return sweeping.play(
        plan,
        folder,
        workers=workers,
        engine=engine,
        quiet=quiet,
        log_every=log_every,
        shard=shard,
        cluster=cluster,
    )


def _warn(plan: Plan, file: str) -> None:
    """Say before a sweep begins which points cannot be played, as far as a second tells."""
    from ccsim.experiments.playing.trying import try_points

    failing = try_points(plan, most_s=1.0).failures
    if failing:
        first, error = failing[0]
        click.echo(
            f"{sweeping.plural(len(failing), 'point')} cannot be played, e.g. case {first.case}, point "
            f"{first.number}: {error}; the others are. All of them: ccsim sweep {file} --dry-run",
            err=True,
        )


def _file_name(name: str) -> str:
    found = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    if not found:
        raise BadRequest(f"the name {name!r} makes no folder; say --out DIR")
    return found


def _dry_run(plan: Plan, workers: int, engine: str) -> int:
    """Cells, contacts, time and disk, as far as a few cells tell."""
    from ccsim.experiments.planning.designs import points_of
    from ccsim.experiments.playing.one_cell import World
    from ccsim.experiments.playing.pilot import fly
    from ccsim.experiments.playing.trying import try_points

    points = points_of(plan)
    cells = len(points) * plan.replications
    pilot = fly(plan, World.of(plan, engine))
    cases, per_case = len(plan.cases), len(points) // len(plan.cases)
    click.echo(
        f"{plan.name}: {sweeping.plural(cases, 'case')} x {sweeping.plural(per_case, 'point')} x "
        f"{sweeping.plural(plan.replications, 'replication')} = {cells:,} cells"
    )
    if plan.precision is not None:
        most = len(points) * plan.precision.at_most
        click.echo(f"  up to {most:,} cells where the precision asks for more replications")
    if pilot.engine:
        seconds = pilot.seconds(len(points), cells, workers)
        click.echo(f"  contacts  about {pilot.contacts * cells:,.0f} ({pilot.contacts:,.0f} a cell)")
        click.echo(
            f"  time      about {say_seconds(seconds)} with {sweeping.plural(workers, 'worker')} "
            f"({pilot.cell_s * 1000:,.1f} ms a cell on the {pilot.engine} engine)"
        )
        click.echo(f"  disk      about {_say_bytes(pilot.row_bytes * cells)}")
        click.echo(f"  from a pilot of {sweeping.plural(pilot.cells, 'cell')}; nothing was kept")
    tried = try_points(plan)
    for line in tried.sentences():
        click.echo(f"  {line}")
    others = [row for row in pilot.failures if not row.impossible]
    for row in others:
        click.echo(f"  fails: {sweeping.say_failure(row)}")
    return FAILED if others or tried.failures else DONE


def _say_bytes(count: float) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
