"""``--policy``: a routing policy from a file of the user's own, ``rules.py:ClosestFirst``."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccsim.cli.failures import BadRequest

if TYPE_CHECKING:
    from ccsim.engines.router import Router

Command = TypeVar("Command", bound=Callable[..., Any])


def option(command: Command) -> Command:
    """--policy; the command gets a class derived from ccsim.Router, or None."""
    return click.option(
        "--policy",
        callback=lambda ctx, option, text: None if text is None else read_policy(text),
        metavar="FILE.py:CLASS",
        help="Who serves whom, by a class of your own; on the SimPy engine.",
    )(command)


def check_engine(engine: str, policy: type[Router] | None) -> None:
    """Refuse a policy on the compiled engine, before anything is read; raises BadRequest."""
    if policy is not None and engine == "compiled":
        raise BadRequest("--policy needs the SimPy engine: leave --engine out, or write --engine simpy")


def read_policy(text: str) -> type[Router]:
    """The class that ``file.py:Class`` names; raises BadRequest where there is none."""
    file, colon, name = text.rpartition(":")
    if not (colon and file.endswith(".py") and name):
        raise BadRequest(f"--policy {text!r} is not a file and a class, e.g. rules.py:ClosestFirst")
    module = _module(Path(file))
    found = getattr(module, name, None)
    if _is_policy(found):
        return found  # type: ignore[return-value]
    there = [key for key, value in vars(module).items() if _is_policy(value)]
    hint = f"; there is: {', '.join(there)}" if there else "; derive one: class Mine(ccsim.Router)"
    raise BadRequest(f"--policy: {file} has no class {name} derived from ccsim.Router{hint}")


def _is_policy(value: object) -> bool:
    from ccsim.engines.router import Router

    return isinstance(value, type) and issubclass(value, Router) and value is not Router


def _module(file: Path) -> ModuleType:
    """The file, run; raises BadRequest."""
    if not file.is_file():
        raise BadRequest(f"--policy: there is no file {file}")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None, "a file that ends in .py has a loader"
    assert spec.loader is not None, "a file that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)  # the user's own file, named by the user
    except Exception as error:
        raise BadRequest(f"--policy: {file} does not run: {type(error).__name__}: {error}") from error
    return module
