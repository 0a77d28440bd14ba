"""``ccsim new``: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from ccsim.cli.failures import BadRequest


@click.command(short_help="Write a commented scenario to start from.")
@click.argument("file", default="center.yaml", metavar="[FILE]")
@click.option("--journey", is_flag=True, help="With chat, email, a bot, two tiers and customers who return.")
def new(file: str, journey: bool) -> None:
    """Write a commented scenario to start from (default: center.yaml; "-" prints it).

    An existing file is never overwritten.
    """
    from ccsim.scenario.starter import journey_text, starter_text

    text = journey_text() if journey else starter_text()
    if file == "-":
        click.echo(text, nl=False)
        return
    path = Path(file)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise BadRequest(f"{file} exists already and is left as it is; name another file") from None
    except (FileNotFoundError, NotADirectoryError):
        raise BadRequest(f"there is no folder {path.parent}") from None
    click.echo(f"wrote {file}; next: ccsim check {file}, then ccsim run {file}")
