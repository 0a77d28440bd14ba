"""Scenario -> Program: names become integer ids, phrases become arrays."""

from __future__ import annotations

from ccsim.compiler.compiling import compile_scenario
from ccsim.compiler.program import Program

__all__ = ["Program", "compile_scenario"]
