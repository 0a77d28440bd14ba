"""``ccsim rerun``: one cell of a sweep alone, with its full Log."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from ccsim.cli.failures import DONE, FAILED, BadRequest


@click.command(short_help="Play one cell of a sweep alone, with its full log.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.argument("place", metavar="CASE[:POINT]")
@click.argument("replication", type=click.IntRange(min=1))
@click.option("--log", "log_folder", type=click.Path(path_type=Path), metavar="DIR",
              help="Write the tables of the run (contacts, legs, agents, ...) into a folder.")  # fmt: skip
@click.option("--format", "format", type=click.Choice(["parquet", "csv"]),
              help="Of the tables in --log; default Parquet where pyarrow is installed.")  # fmt: skip
@click.option("--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", show_default=True,
              help="The engines give equal results.")  # fmt: skip
def rerun(
    folder: Path,
    place: str,
    replication: int,
    log_folder: Path | None,
    format: Literal["parquet", "csv"] | None,
    engine: str,
) -> int:
    """Play one cell again: report it, and hold its digest against that of the sweep.

    \b
    ccsim rerun headcount baseline 3
    ccsim rerun headcount baseline:12 3 --log cell --format csv
    ccsim rerun headcount "baseline, headcount 12" 3
    """
    if format is not None and log_folder is None:
        raise click.UsageError("--format says how --log writes its tables; name a folder: --log cell")
    from ccsim.experiments.keeping import provenance
    from ccsim.experiments.keeping.store import Store

    store = Store.open(folder)
    case, point = _place(place, store)
    found = provenance.rerun(store, case, point, replication - 1, engine)
    click.echo(str(found.run))
    click.echo(f"digest {found.digest}")
    if log_folder is not None:
        from ccsim.report.tables import write

        files = write(found.run, log_folder, format)
        click.echo(f"wrote {', '.join(files)} into {log_folder}", err=True)
    if found.row is None or not found.row.done:
        click.echo("the sweep has no result of this cell to compare with")
        return DONE
    if found.row.digest != found.digest:
        click.echo(f"the sweep had {found.row.digest}, from ccsim {found.row.version} on {found.row.host}")
        return FAILED
    click.echo("the same as in the sweep")
    return DONE


def _place(text: str, store: Any) -> tuple[str, int]:
    """``baseline:12``, or what tables call it; a case may have colons in its name."""
    from ccsim.experiments.comparing.place_names import PlaceNames

    if text in store.plan.cases:
        count = len(store.points) // len(store.plan.cases)
        if count > 1:
            raise BadRequest(f"{text} has {count} points; name one, e.g. {text}:1 (ccsim results lists them)")
        return text, 1
    named: tuple[str, int] | None = PlaceNames.of_store(store).find(text)
    if named is not None:
        return named
    case, _, number = text.rpartition(":")
    if case not in store.plan.cases or not number.isdigit():
        raise BadRequest(f"there is no case {text!r}; there is: {', '.join(store.plan.cases)}")
    return case, int(number)
