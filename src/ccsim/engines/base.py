"""What an engine is, and which one to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.errors import EngineError
from ccsim.log import Log

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


def resolve(name: str, program: Program, on_compile: Callable[[], None] | None = None) -> Resolved:
    """The engine of that name; ``auto`` takes the compiled one and falls back to SimPy with a reason.

    ``on_compile`` is called before the compiled engine is compiled, which happens once a machine.
    Raises EngineError when the name is unknown, or the engine asked for by name cannot run the program.
    """
    if name not in ENGINES:
        raise EngineError(f"no engine '{name}'; there is: {', '.join(ENGINES)}")
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
