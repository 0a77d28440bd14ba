"""``ccsim results``: the results of a sweep as one table."""

from __future__ import annotations

from pathlib import Path

import click

from ccsim.cli import written
from ccsim.cli.failures import DONE
from ccsim.cli.sweeping import plural


@click.command(short_help="Export the results of a sweep as CSV or Parquet, or show them.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              callback=written.ending(".csv"), help="Write a CSV file.")  # fmt: skip
@click.option("--parquet", "parquet_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              callback=written.ending(".parquet"), help="Write a Parquet file.")  # fmt: skip
@click.option("--wide", is_flag=True, help="A cell a row and a metric a column, instead of a value a row.")
@click.option("--provenance", is_flag=True,
              help="Where cells come from (digest, engine, version, host) instead of values.")  # fmt: skip
def results(
    folder: Path, csv_file: Path | None, parquet_file: Path | None, wide: bool, provenance: bool
) -> int:
    """Export the values of every cell; without a file, show every point's values with their intervals.

    The file has the same bytes for any number of workers, parts and restarts and for either engine.
    """
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping import tables
    from ccsim.experiments.keeping.completeness import completeness
    from ccsim.experiments.keeping.store import Store

    if wide and provenance:
        raise click.UsageError("--wide and --provenance are two tables; choose one")
    store = Store.open(folder)
    if csv_file is None and parquet_file is None:
        return _show(store)
    make = tables.cell_rows if provenance else tables.wide_rows if wide else tables.tidy_rows
    for line in completeness(store).sentences(PlaceNames.of_store(store), folder):
        click.echo(line, err=True)
    for file, write in ((csv_file, tables.write_csv), (parquet_file, tables.write_parquet)):
        if file is not None:
            click.echo(f"wrote {plural(write(make(store), file), 'row')} into {file}", err=True)
    return DONE


def _show(store: object) -> int:
    """Every point with its values over replications."""
    from ccsim.experiments.comparing.estimates import Estimates
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping.completeness import completeness
    from ccsim.experiments.keeping.store import Store
    from ccsim.experiments.planning.criteria import say_amount

    assert isinstance(store, Store)
    names = PlaceNames.of_store(store)
    notice = completeness(store).sentences(names, store.folder)
    click.echo("".join(f"{line}\n" for line in (*notice, *([""] if notice else []))), nl=False)
    estimates = Estimates(block=store.plan.block)
    for row in store.rows(failed=False):
        estimates.add(row)
    for point in store.points:
        name, place = names.of(point.case, point.number), f"{point.case}:{point.number}"
        count = plural(estimates.replications(point.case, point.number), "replication")
        click.echo(f"{name}  ({count})" if name == point.case else f"{name}  ({place}, {count})")
        for found in estimates.of(point.case, point.number):
            by = " ".join(str(word) for word in found.by)
            value, half = say_amount(found.metric, found.value), say_amount(found.metric, found.half_width)
            click.echo(f"  {found.metric:<24} {by:<16} {value:>12} +/- {half}".rstrip())
    return DONE
