"""The house rules, checked on the source text: imports point down, files are small and well named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ccsim

PACKAGE = Path(ccsim.__file__).parent

# Lowest first. A part may import parts of a lower level, and itself.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("errors", "commas"),
    ("units",),
    ("kinds",),
    ("distributions", "theory"),
    ("scenario",),
    ("compiler",),
    ("draws",),
    ("log",),
    ("engines",),
    ("metrics",),
    ("result",),
    ("simulate",),
    ("experiments",),
    ("report",),
    ("cli",),
)
LEVEL_OF = {part: level for level, parts in enumerate(LEVELS) for part in parts}

# What prepares a run may use the types of the log that it will become; log itself imports no other part.
ALLOWED_UPWARD = {("compiler", "log"), ("draws", "log")}
# Convenience at the moment of asking: allowed inside a function only, so that importing the part stays cheap.
ALLOWED_WHEN_CALLED = {("result", "report")}
# Downward, and still wrong: each would tie together two things that are kept apart on purpose.
FORBIDDEN = {
    ("engines", "scenario"): "an engine sees a Program and Draws, never what the user wrote",
    ("metrics", "engines"): "a metric is a function of the Log, whoever wrote it",
    ("metrics", "scenario"): "a metric is a function of the Log, whoever asked for it",
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "core"}
MOST_LINES = 400
SAMPLERS = {"draws"}  # the only part that draws random numbers


def _source_files(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def _part_of(file: Path, package: Path) -> str:
    first = file.relative_to(package).parts[0]
    return first.removesuffix(".py")


def _part_of_module(module: str) -> str | None:
    """``ccsim.engines.base`` -> ``engines``; None for a module of somebody else, or the package itself."""
    pieces = module.split(".")
    return pieces[1] if pieces[0] == "ccsim" and len(pieces) > 1 else None


def _imported_modules(file: Path, package: Path) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import of the file, those inside functions included."""
    here = ["ccsim", *file.relative_to(package).with_suffix("").parts]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*here[: -node.level], *([base] if base else [])])
            for alias in node.names:
                yield node.lineno, _home_of(base, alias.name)


def _lines_within_functions(file: Path) -> set[int]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {line for f in functions for line in range(f.lineno, (f.end_lineno or f.lineno) + 1)}


def _home_of(base: str, name: str) -> str:
    """The module that ``from base import name`` depends on; a public name stands for its module."""
    if base == "ccsim":
        return ccsim._HOME_OF.get(name, f"ccsim.{name}" if name in LEVEL_OF else "ccsim")
    return base


def broken_imports(package: Path) -> list[str]:
    """One sentence for each import that points up, sideways or where it must not."""
    broken = []
    for file in _source_files(package):
        part = _part_of(file, package)
        if part in ("__init__", "__main__"):
            continue
        name = file.relative_to(package).as_posix()
        if part not in LEVEL_OF:
            broken.append(f"{name}: no level for '{part}'; give it one in LEVELS")
            continue
        for line, module in _imported_modules(file, package):
            other = _part_of_module(module)
            if other is None or other == part:
                continue
            if (part, other) in FORBIDDEN:
                broken.append(f"{name}:{line} imports {module}: {FORBIDDEN[part, other]}")
            elif other not in LEVEL_OF:
                broken.append(f"{name}:{line} imports {module}: no level for '{other}'")
            elif (part, other) in ALLOWED_WHEN_CALLED and line in _lines_within_functions(file):
                continue
            elif LEVEL_OF[other] >= LEVEL_OF[part] and (part, other) not in ALLOWED_UPWARD:
                broken.append(f"{name}:{line} imports {module}: {part} is not above {other}")
    return broken


def samplers(package: Path) -> list[str]:
    """Places outside :mod:`ccsim.draws` that reach for a random generator."""
    found = []
    for file in _source_files(package):
        if _part_of(file, package) in SAMPLERS:
            continue
        name = file.relative_to(package).as_posix()
        for line, module in _imported_modules(file, package):
            if module in ("random", "secrets") or module.startswith("numpy.random"):
                found.append(f"{name}:{line} imports {module}")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name):
                found.append(f"{name}:{node.lineno} uses {node.value.id}.random")
    return found


def test_imports_point_down() -> None:
    assert broken_imports(PACKAGE) == []


def test_log_imports_no_other_part() -> None:
    modules = [module for _, module in _imported_modules(PACKAGE / "log.py", PACKAGE)]
    assert [module for module in modules if module.startswith("ccsim")] == []


def test_only_draws_samples() -> None:
    assert samplers(PACKAGE) == []


def test_files_are_small() -> None:
    sizes = {
        f.relative_to(PACKAGE).as_posix(): len(f.read_bytes().splitlines()) for f in _source_files(PACKAGE)
    }
    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}


def test_files_are_named_by_what_they_hold() -> None:
    names = [f.relative_to(PACKAGE) for f in _source_files(PACKAGE)]
    wrong = [n.as_posix() for n in names if FORBIDDEN_NAMES & set(n.with_suffix("").parts)]
    assert wrong == []


def test_every_folder_of_sources_is_a_package() -> None:
    folders = {f.parent for f in _source_files(PACKAGE)}
    assert [f.name for f in sorted(folders) if not (f / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    ("where", "text", "complaint"),
    [
        ("kinds.py", "from ccsim.scenario.model import Queue", "kinds.py:1 imports ccsim.scenario.model"),
        ("engines/base.py", "import ccsim.scenario", "an engine sees a Program"),
        (
            "engines/base.py",
            "def f():\n    from ..metrics import rates",
            "engines/base.py:2 imports ccsim.metrics",
        ),
        ("metrics/rates.py", "from ccsim.engines.base import run", "a metric is a function of the Log"),
        ("draws.py", "from ccsim import simulate", "draws.py:1 imports ccsim.simulate"),
        ("result.py", "from ccsim.report.terminal import render", "result is not above report"),
        ("theory.py", "from . import distributions", "theory is not above distributions"),
        ("utils.py", "import math", "no level for 'utils'"),
    ],
)
def test_a_broken_import_is_named(tmp_path: Path, where: str, text: str, complaint: str) -> None:
    file = tmp_path / where
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    complaints = broken_imports(tmp_path)
    assert len(complaints) == 1
    assert complaint in complaints[0]


def test_an_allowed_import_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "draws.py").write_text(
        "import numpy\nfrom ccsim.errors import CcsimError\nfrom ccsim import __version__\n"
    )
    assert broken_imports(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["import random", "from numpy.random import PCG64", "import numpy as np\nnp.random"]
)
def test_a_second_sampler_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "metrics.py").write_text(text)
    assert len(samplers(tmp_path)) == 1
