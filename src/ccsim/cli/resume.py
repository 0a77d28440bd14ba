"""``ccsim resume``: go on with a sweep, from its folder alone."""

from __future__ import annotations

from pathlib import Path

import click

from ccsim.cli import sweeping


@click.command(short_help="Go on with an interrupted sweep.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@sweeping.options
@click.option("--shard", callback=sweeping.read_shard, metavar="I/N", help="Play part I of N only.")
@sweeping.cluster
def resume(
    folder: Path,
    workers: int,
    engine: str,
    quiet: bool,
    log_every: float | None,
    shard: tuple[int, int] | None,
    cluster: str | None,
) -> int:
    """Play what is missing in DIR: cells that an interruption left out, and failed ones up to three times.

    The folder holds all that is needed; the experiment file and the scenario may have moved or changed.
    """
    from ccsim.experiments.keeping.store import Store

    plan = Store.open(folder).plan
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
