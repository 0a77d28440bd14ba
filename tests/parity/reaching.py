"""Which statements of the reference engine a number of runs reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import coverage

import ccsim.engines.center
import ccsim.engines.router

CENTER = Path(ccsim.engines.center.__file__).parent
FILES = [*sorted(CENTER.glob("*.py")), Path(ccsim.engines.router.__file__)]


class Reached:
    """Statements that are executed while it watches; watching takes time, so only runs should be watched."""

    def __init__(self) -> None:
        files = [str(path) for path in FILES]
        self._cover = coverage.Coverage(data_file=None, config_file=False, include=files)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what is executed inside."""
        self._cover.start()
        try:
            yield
        finally:
            self._cover.stop()

    def missed(self) -> list[str]:
        """``file:line`` of every statement inside a function that was never executed."""
        found = []
        for path in FILES:
            inside = _lines_inside_functions(path)
            if inside:
                _, _, _, missing, _ = self._cover.analysis2(str(path))
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
