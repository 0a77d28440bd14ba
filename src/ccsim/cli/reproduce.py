"""``ccsim reproduce``: are the results of a sweep what this machine gives?"""

from __future__ import annotations

from pathlib import Path

import click

from ccsim.cli.failures import DONE, FAILED
from ccsim.cli.sweeping import plural


@click.command(short_help="Play a sample of cells again and compare their digests.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--sample", type=click.IntRange(min=0), default=5, show_default=True,
              help="How many cells; 0 takes all.")  # fmt: skip
@click.option("--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", show_default=True,
              help="The engines give equal results.")  # fmt: skip
def reproduce(folder: Path, sample: int, engine: str) -> int:
    """Play a sample of cells again: each must give the same log to the last bit, and the same values.

    Exit code 0 when all are equal, 1 when one is not.
    """
    from ccsim.experiments.keeping import provenance
    from ccsim.experiments.keeping.store import Store

    found = provenance.reproduce(Store.open(folder), sample, engine)
    different = [again for again in found if not again.equal]
    for again in different:
        then, now = again.then, again.now
        place = f"case {then.case}, point {then.point}, replication {then.replication + 1}"
        came = f"{then.digest or then.error} with ccsim {then.version} ({then.engine}) on {then.host}"
        click.echo(f"{place}: {came}; {now.digest or now.error} now ({now.engine})")
    click.echo(f"{len(found) - len(different):,} of {plural(len(found), 'cell')} came out the same")
    return FAILED if different else DONE
