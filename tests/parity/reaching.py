"""Which statements of the reference engine a number of runs reach."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import coverage

import ccsim.engines.center
import ccsim.engines.router

CENTER = Path(ccsim.engines.center.__file__).parent
FILES = [*sorted(CENTER.glob("*.py")), Path(ccsim.engines.router.__file__)]


def not_reached(play: Callable[[], object]) -> list[str]:
    """``file:line`` of every statement inside a function that ``play()`` does not execute."""
    cover = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in FILES])
    cover.start()
    try:
        play()
    finally:
        cover.stop()
    found = []
    for path in FILES:
        inside = _lines_inside_functions(path)
        if inside:
            _, _, _, missing, _ = cover.analysis2(str(path))
            found += [f"{path.name}:{line}" for line in missing if line in inside]
    return found


def _lines_inside_functions(path: Path) -> set[int]:
    """First lines of the statements in the bodies of functions; what runs on import is left out."""
    return {
        statement.lineno
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for child in function.body
        for statement in ast.walk(child)
        if isinstance(statement, ast.stmt)
    }
