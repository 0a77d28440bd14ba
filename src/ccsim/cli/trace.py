"""``ccsim trace``: what happened, event by event, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from ccsim.cli import options
from ccsim.cli import policy as policies
from ccsim.cli.failures import BadRequest

if TYPE_CHECKING:
    from ccsim.engines.router import Router
    from ccsim.log import Log
    from ccsim.report.story import Story


@click.command(short_help="Tell what happened, event by event, in words.")
@options.scenario_file
@options.seed
@click.option(
    "--replication", type=click.IntRange(min=1), default=1, show_default=True, help="Which piece of luck."
)
@click.option("--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", show_default=True)
@policies.option
@click.option("--contact", type=click.IntRange(min=0), metavar="N", help="The whole story of one contact.")
@click.option("--from", "from_", metavar="TIME", help="From this time of day on (10:00).")
@click.option("--to", metavar="TIME", help="Up to this time of day (10:05).")
@click.option("--day", metavar="DAY", help="Day of the run, counted from 1, or its date. Default: the first.")
def trace(
    file: str,
    assignments: tuple[str, ...],
    seed: int,
    replication: int,
    engine: str,
    policy: type[Router] | None,
    contact: int | None,
    from_: str | None,
    to: str | None,
    day: str | None,
) -> None:
    """Tell what happened, event by event: who arrived, waited, answered, gave up, went on break.

    \b
    ccsim trace center.yaml --from 10:00 --to 10:05
    ccsim trace center.yaml --contact 318
    """
    if contact is not None and (from_ or to or day):
        raise BadRequest("--contact tells one contact's whole story; leave --from, --to and --day out")
    policies.check_engine(engine, policy)
    story = _story(file, assignments, seed, replication - 1, engine, policy)
    lines = (
        story.window(*_window(story.log, from_, to, day))
        if contact is None
        else story.contact(_existing(story.log, contact))
    )
    told = 0
    for line in lines:
        click.echo(line)
        told += 1
    if not told:
        click.echo("nothing happened in that time", err=True)


def _story(
    file: str,
    assignments: tuple[str, ...],
    seed: int,
    replication: int,
    engine: str,
    policy: type[Router] | None,
) -> Story:
    """One replication, with what luck gave each contact."""
    from ccsim.cli.progress import Progress
    from ccsim.compiler import compile_scenario
    from ccsim.draws import draw
    from ccsim.engines.base import resolve
    from ccsim.report.story import Drawn, Story

    program = compile_scenario(options.open_scenario(file, assignments))
    draws = draw(program, seed, replication)
    log = resolve(engine, program, Progress(quiet=False).compiling, policy).engine.run(program, draws)
    return Story(log, Drawn(draws.patience, draws.talk, draws.wrap_up))


def _existing(log: Log, contact: int) -> int:
    contacts = len(log.contacts["queue"])
    if contact >= contacts:
        numbers = f"they are numbered from 0 to {contacts - 1}" if contacts else "nothing arrived"
        raise BadRequest(f"there is no contact {contact}; {numbers}")
    return contact


def _window(log: Log, from_: str | None, to: str | None, day: str | None) -> tuple[int, int]:
    """Microseconds from midnight of day 0; a window that ends before it starts runs past midnight."""
    from ccsim.units import DAY, HOUR, format_duration

    longest_us = 12 * HOUR  # past midnight; whoever asks for more has most likely mixed up the two
    first = _day(log, day) * DAY
    start = 0 if from_ is None else _time(from_, "--from")
    end = DAY if to is None else _time(to, "--to")
    if to is None and day is None and from_ is None and log.labels.days == 1:
        end = max(DAY, log.labels.ends_at + 1)  # the drain after midnight belongs to the only day
    if end <= start and end + DAY - start > longest_us:
        longest = format_duration(longest_us)
        raise BadRequest(
            f"--from {from_ or '00:00'} is not before --to {to or '24:00'}; "
            f"a window past midnight may last {longest} at most"
        )
    if end <= start:
        end += DAY
    return first + start, first + end


def _time(text: str, option: str) -> int:
    from ccsim.units import parse_time_of_day

    try:
        return parse_time_of_day(text)
    except ValueError as error:
        raise BadRequest(f"{option}: {error}") from None


def _day(log: Log, text: str | None) -> int:
    """The day's number from 0, of ``2`` or ``2026-03-03``."""
    if text is None:
        return 0
    labels = log.labels
    last = labels.start + dt.timedelta(days=labels.days - 1)
    try:
        day = int(text) - 1 if text.isdigit() else (dt.date.fromisoformat(text) - labels.start).days
    except ValueError:
        raise BadRequest(f"--day {text!r} is neither a number nor a date such as {labels.start}") from None
    if not 0 <= day < labels.days:
        raise BadRequest(f"--day {text}: the run has days 1 to {labels.days}, {labels.start} to {last}")
    return day
