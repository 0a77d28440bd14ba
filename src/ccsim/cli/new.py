"""``ccsim new``: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from ccsim.cli.failures import BadRequest


@click.command(short_help="Write a commented scenario to start from.")
@click.argument("file", default="center.yaml", metavar="[FILE]")
@click.option("--journey", is_flag=True, help="With chat, email, a bot, two tiers and customers who return.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def new(file: str, journey: bool, force: bool) -> None:
    """Write a commented scenario to start from (default: center.yaml; "-" prints it).

    An existing file is left as it is, unless --force says otherwise.
    """
    from ccsim.scenario.starter import journey_text, starter_text

    text = journey_text() if journey else starter_text()
    if file == "-":
        click.echo(text, nl=False)
        return
    path = Path(file)
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise BadRequest(
            f"{file} exists already and is left as it is; name another file, or overwrite it with --force"
        ) from None
    except IsADirectoryError:
        raise BadRequest(f"{file} is a folder; name a file in it, e.g. {path / 'center.yaml'}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise BadRequest(f"there is no folder {path.parent}") from None
    what = "the whole journey: channels, a bot, two tiers, returns" if journey else "one queue, one team"
    click.echo(f"wrote {file} ({what}); next: ccsim check {file}, then ccsim run {file}")
