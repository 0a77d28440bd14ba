"""``ccsim``: the group of commands. Help must be quick, so this file and its siblings import only click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ccsim import __version__
from ccsim.cli import failures
from ccsim.cli.breakeven import breakeven
from ccsim.cli.check import check
from ccsim.cli.compare import compare
from ccsim.cli.new import new
from ccsim.cli.pareto import pareto
from ccsim.cli.reproduce import reproduce
from ccsim.cli.rerun import rerun
from ccsim.cli.results import results
from ccsim.cli.resume import resume
from ccsim.cli.run import run
from ccsim.cli.schema import schema
from ccsim.cli.sensitivity import sensitivity
from ccsim.cli.surface import surface
from ccsim.cli.sweep import sweep
from ccsim.cli.trace import trace


class Face(click.Group):
    """A group that ends with one sentence and an exit code instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of use, not of the alphabet."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and leave the process with the exit codes of :mod:`ccsim.cli.failures`."""

        def go() -> Any:
            return super(Face, self).main(args, prog_name or "ccsim", complete_var, False, **extra)

        return failures.run_to_exit(go) if standalone_mode else go()

    def invoke(self, ctx: click.Context) -> Any:
        """A reader who has seen enough (``ccsim trace ... | head``) is no error."""
        try:
            result = super().invoke(ctx)
            failures.flush_output()
            return result
        except BrokenPipeError:
            failures.silence_output()
            return 0


@click.group(cls=Face, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="ccsim %(version)s")
def face() -> None:
    """Simulate a contact center that a YAML file describes.

    \b
    ccsim new center.yaml      write a commented scenario to start from
    ccsim check center.yaml    read it back in plain sentences
    ccsim run center.yaml      simulate it and report
    ccsim sweep plan.yaml      play many what-ifs with the same luck
    """


COMMANDS = (check, run, trace, sweep, resume, compare, sensitivity, surface, breakeven, pareto, results,
            rerun, reproduce, new, schema)  # fmt: skip
for command in COMMANDS:
    face.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of the ``ccsim`` command; always ends the process."""
    face.main(args=arguments)
