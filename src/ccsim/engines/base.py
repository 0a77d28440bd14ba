"""What an engine is, and which one to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.errors import CcsimError, EngineError
from ccsim.log import Log

if TYPE_CHECKING:
    from ccsim.engines.router import Router

ENGINES = ("auto", "simpy", "compiled")


@dataclass(frozen=True, slots=True)
class Support:
    """Whether an engine can run a program; ``reason`` says why not."""

    ok: bool
    reason: str = ""


class Engine(Protocol):
    """A pure function of Program and Draws."""

    name: str

    def support(self, program: Program) -> Support:
        """Can this engine run the program, here and now?"""
        ...

    def run(self, program: Program, draws: Draws) -> Log:
        """Play the draws through the program and write down what happened."""
        ...


@dataclass(frozen=True, slots=True)
class Resolved:
    """The engine taken, and why another one was not (empty when the first choice could run)."""

    engine: Engine
    note: str = ""


def resolve(
    name: str,
    program: Program,
    on_compile: Callable[[], None] | None = None,
    policy: type[Router] | None = None,
) -> Resolved:
    """The engine of that name; ``auto`` takes the compiled one and falls back to SimPy with a reason.

    ``on_compile`` is called before the compiled engine is compiled, which happens once a machine. A policy of
    the user's own runs on the SimPy engine only. Raises EngineError when the name is unknown, or the engine
    asked for by name cannot run the program, CcsimError for a ``policy`` that is no :class:`Router`.
    """
    if policy is not None:
        require_policy(policy)
    if name not in ENGINES:
        raise EngineError(f"no engine '{name}'; there is: {', '.join(ENGINES)}")
    if policy is not None:
        return _with_policy(name, policy)
    from ccsim.engines.simpy_engine import SimpyEngine

    if name == "simpy":
        return Resolved(SimpyEngine())
    from ccsim.engines.compiled_engine import CompiledEngine

    compiled = CompiledEngine(on_compile)
    support = compiled.support(program)
    if support.ok:
        return Resolved(compiled)
    if name == "compiled":
        raise EngineError(f"the compiled engine cannot run this: {support.reason}; use --engine simpy")
    return Resolved(SimpyEngine(), f"running on the SimPy engine: {support.reason}")


def require_policy(policy: object) -> None:
    """Raises CcsimError for what is no class derived from :class:`ccsim.Router`."""
    from ccsim.engines.router import Router

    if not (isinstance(policy, type) and issubclass(policy, Router)):
        said = policy.__name__ if isinstance(policy, type) else repr(policy)
        raise CcsimError(f"a policy is a class derived from ccsim.Router, not {said}")


def _with_policy(name: str, policy: type[Router]) -> Resolved:
    """The SimPy engine, which asks the policy who serves whom."""
    from ccsim.engines.simpy_engine import SimpyEngine

    reason = f"the routing policy {policy.__name__} is written in Python"
    if name == "compiled":
        raise EngineError(
            f"the compiled engine cannot run this: {reason}; leave engine out, or write engine='simpy'"
        )
    note = "" if name == "simpy" else f"running on the SimPy engine: {reason}"
    return Resolved(SimpyEngine(policy=policy), note)
