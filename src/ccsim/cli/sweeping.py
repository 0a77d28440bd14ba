"""What the commands that play cells share: options, progress, a tidy end on Ctrl-C, and what is said."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccsim.cli.failures import DONE, FAILED, INTERRUPTED, BadRequest
from ccsim.cli.sweep_progress import Shown, say_seconds

if TYPE_CHECKING:
    from ccsim.experiments.keeping.rows import CellRow
    from ccsim.experiments.keeping.store import Store
    from ccsim.experiments.planning.plan import Plan
    from ccsim.experiments.playing.executors import Executor
    from ccsim.experiments.playing.one_cell import World
    from ccsim.experiments.playing.runner import Outcome

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_PARTS = 6  # of a sweep, that a line names


def options(command: Command) -> Command:
    """--workers, --engine, --log-every and --quiet."""
    for option in (
        click.option("--quiet", is_flag=True, help="No progress and no notes on standard error."),
        click.option("--log-every", metavar="TIME", default=None, callback=_read_seconds,
                     help="A line of progress on standard error every so often, e.g. 5m; for logs."),
        click.option("--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto",
                     show_default=True, help="The engines give equal results; auto is the fastest that can."),
        click.option("--workers", type=click.IntRange(min=1), default=None, callback=_cores,
                     help="How many cells at once. Default: one a core."),
    ):  # fmt: skip
        command = option(command)
    return command


def cluster(command: Command) -> Command:
    """--cluster."""
    return click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Play on the workers of the dask scheduler at ADDRESS, e.g. tcp://10.0.0.5:8786.",
    )(command)


def _cores(ctx: click.Context, option: click.Parameter, workers: int | None) -> int:
    import os

    if workers is not None:
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_seconds(ctx: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """``5m`` as 300.0."""
    if text is None:
        return None
    from ccsim.units import parse_duration

    try:
        seconds = parse_duration(text) / 1e6
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if seconds < 1:
        raise click.BadParameter(f"{text!r} is less than 1s, which is the least")
    return seconds


def read_shard(ctx: click.Context, option: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """``0/4`` as (0, 4)."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if found is None or not int(found[1]) < int(found[2]):
        raise click.BadParameter(f"{text!r} is not a part: {_parts_of(int(found[2]) if found else 4)}")
    return int(found[1]), int(found[2])


def _parts_of(count: int) -> str:
    """``of 3 they are 0/3, 1/3 and 2/3``."""
    if count < 2:
        return "all there is of 1 is 0/1" if count else "there must be at least 1, e.g. 0/1"
    names = [f"{part}/{count}" for part in range(count)]
    first = ", ".join(names[:-1]) if count <= MOST_PARTS else f"{names[0]}, {names[1]}, ..."
    return f"of {count} they are {first} and {names[-1]}"


def play(
    plan: Plan,
    folder: Path,
    *,
    workers: int,
    engine: str,
    quiet: bool,
    log_every: float | None = None,
    shard: tuple[int, int] | None = None,
    cluster: str | None = None,
) -> int:
    """Play what is missing, say what came of it; returns the exit code."""
    from ccsim.experiments.sweep import run_plan

    try:
        with (
            _executor(plan, folder, cluster, quiet) as executor,
            until_interrupted(quiet) as stop,
            Shown(quiet, log_every) as shown,
        ):
            sweep, outcome = run_plan(
                plan,
                folder,
                workers=workers if executor is None else 1,
                engine=engine,
                shard=shard,
                stop=stop,
                on_progress=shown,
                executor=executor,
            )
    except KeyboardInterrupt:
        click.echo(f"ended at once; go on with: ccsim resume {folder}", err=True)
        return INTERRUPTED
    return _end(sweep.store, outcome, quiet, shard)


@contextlib.contextmanager
def _executor(
    plan: Plan, folder: Path, address: str | None, quiet: bool
) -> Iterator[Callable[[World], Executor] | None]:
    """What makes the executor of a cluster; None without one."""
    if address is None:
        yield None
        return
    from ccsim.experiments.playing.cluster import ClusterError, OnCluster, connected

    with contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(connected(address))
        except ClusterError as error:
            raise BadRequest(str(error)) from None
        # where replications are added until it is precise enough, every value is needed here
        shared = None if plan.precision is not None else folder
        say = (lambda text: None) if quiet else note
        yield lambda world: OnCluster(world, client, shared, say=say)


def note(text: str) -> None:
    """A line on standard error, at once."""
    click.echo(text, err=True)


@contextlib.contextmanager
def until_interrupted(quiet: bool) -> Iterator[Callable[[], bool]]:
    """Asks whether somebody has pressed Ctrl-C or wants the process to end; the second time ends it."""
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        if not quiet:
            sys.stderr.write("\nfinishing the running cells; once more ends at once\n")
            sys.stderr.flush()

    former = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def plural(count: int, noun: str) -> str:
    """``1 cell``, ``1,200 cells``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def say_failure(row: CellRow) -> str:
    """``case base, point 3, replication 1 (scenario): agent_groups.desk.headcount must be ...``."""
    return f"case {row.case}, point {row.point}, replication {row.replication + 1} ({row.stage}): {row.error}"


def _end(store: Store, outcome: Outcome, quiet: bool, shard: tuple[int, int] | None) -> int:
    """Say how it ended, on standard output; returns the exit code."""
    cells = plural(outcome.of, "cell") + _part(shard)
    text = f"{store.plan.name}: {outcome.done:,} of {cells} done in {store.folder}"
    before = max(outcome.done + outcome.failed - outcome.played, 0)
    now = f" ({outcome.played:,} now in {say_seconds(outcome.seconds)}, {before:,} before)"
    click.echo(text if quiet else text + now)
    _say_failures(store, outcome)
    if outcome.interrupted:
        click.echo(f"interrupted; go on with: ccsim resume {store.folder}", err=True)
        return INTERRUPTED
    missed = [] if outcome.done + outcome.failed < outcome.of else missed_targets(store, shard)
    for text in missed[:20]:
        click.echo(f"missed: {text}")
    if len(missed) > 20:
        click.echo(f"and {len(missed) - 20:,} more missed")
    if not quiet:
        if shard is not None and shard[1] > 1:
            click.echo(_others(shard, store.folder), err=True)
        click.echo(f"next: ccsim results {store.folder} --csv {store.folder}.csv", err=True)
    return FAILED if outcome.failed or missed else DONE


def _part(shard: tuple[int, int] | None) -> str:
    """`` of part 1/3``; nothing where all is played."""
    return "" if shard is None else f" of part {shard[0]}/{shard[1]}"


def _others(shard: tuple[int, int], folder: Path) -> str:
    """Who has played a part has not played the others."""
    others = [f"{part}/{shard[1]}" for part in range(shard[1]) if part != shard[0]]
    more = ", ..." if len(others) > MOST_PARTS else ""
    return (
        f"the other parts are played by themselves, into {folder}, too: "
        f"--shard {', '.join(others[:MOST_PARTS])}{more}"
    )


def _say_failures(store: Store, outcome: Outcome) -> None:
    """One line a point and reason, on standard error."""
    places: dict[tuple[str, int, str], list[CellRow]] = {}
    cases = list(store.plan.cases)
    for row in sorted(outcome.failures, key=lambda row: (cases.index(row.case), row.point, row.replication)):
        places.setdefault((row.case, row.point, row.error), []).append(row)
    for rows in places.values():
        more = f" (and {plural(len(rows) - 1, 'other replication')})" if len(rows) > 1 else ""
        click.echo(f"failed: {say_failure(rows[0])}{more}", err=True)
    if outcome.failed > len(outcome.failures):
        click.echo(f"and {outcome.failed - len(outcome.failures):,} more failed", err=True)
    _say_given_up(outcome.failures)


def _say_given_up(failures: list[CellRow]) -> None:
    from ccsim.experiments.keeping.completeness import advice
    from ccsim.experiments.keeping.rows import MOST_TRIES

    impossible = sum(row.impossible for row in failures)
    tired = sum(row.tries_so_far >= MOST_TRIES for row in failures) - impossible
    for line in advice(impossible, tired):
        click.echo(line, err=True)


def missed_targets(store: Store, shard: tuple[int, int] | None = None) -> list[str]:
    """One sentence for each target or half-width that a point misses; of a shard, of the points that it plays
    alone.
    """
    from ccsim.experiments.comparing.estimates import Estimates
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.planning.criteria import BY_QUEUE, say_amount
    from ccsim.experiments.playing.measuring import WHOLE
    from ccsim.experiments.playing.runner import own_points

    targets = store.plan.read_targets()
    precision = store.plan.precision
    criteria = precision.read() if precision is not None else ()
    if (not targets and not criteria) or (shard is not None and precision is None):
        return []
    own = {(store.points[place].case, store.points[place].number) for place in own_points(store, shard)}
    judged = [*(target.metric for target in targets), *(wish.metric for wish in criteria)]
    estimates = Estimates(judged, block=store.plan.block)
    for row in store.rows(failed=False):
        if (row.case, row.point) in own:
            estimates.add(row)
    texts = []
    names, by = PlaceNames.of_store(store), store.plan.by
    by_keys = precision is not None and bool(precision.by)
    for found in estimates.all():
        whole = all(word == WHOLE for word in found.by)
        queue = str(found.by[0]) if by == BY_QUEUE and not whole else None
        words = "" if whole else " of " + " ".join(map(str, found.by))
        words = words if queue is None else f" in queue {queue}"
        value, half = (say_amount(found.metric, amount) for amount in (found.value, found.half_width))
        said = f"{names.of(found.case, found.point)}: {found.metric}{words} is {value}"
        for target in targets:
            own_scope = target.queue == queue and (whole or queue is not None)
            if own_scope and target.metric == found.metric and not target.met(found.value):
                texts.append(f"{said}, not {target.text}")
        for wish in criteria:
            reached = wish.metric != found.metric or wish.reached(found.value, found.half_width)
            if (whole or by_keys) and not reached:
                texts.append(f"{said} +/- {half}, not {wish.text}")
    return texts
