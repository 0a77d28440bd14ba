"""Help and check stay quick: the heavy libraries are not even imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ccsim

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "numba", "rich", "pydantic", "ruamel", "simpy", "pyarrow")


def imported(arguments: list[str], modules: tuple[str, ...]) -> list[str]:
    """Which of the modules a command imports, by asking a process that has run it."""
    code = (
        "import sys\n"
        "from ccsim.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([m for m in {modules!r} if m in sys.modules], file=sys.stderr)\n"
    )
    source = str(Path(ccsim.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip
    found: list[str] = eval(done.stderr.strip().split("\n")[-1])
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert imported(arguments, HEAVY) == []


def test_check_needs_no_engine_and_no_frames(tiny: Path) -> None:
    heavy = ("pandas", "scipy", "matplotlib", "numba", "simpy", "pyarrow", "rich")
    assert imported(["check", str(tiny)], heavy) == []


def test_new_and_schema_need_no_numbers() -> None:
    assert imported(["new", "-"], ("pandas", "scipy", "matplotlib", "numba")) == []
    assert imported(["schema"], ("pandas", "scipy", "matplotlib", "numba")) == []


def test_a_run_draws_no_figure_that_nobody_asked_for(tiny: Path) -> None:
    arguments = ["run", str(tiny), "--engine", "simpy", "--replications", "2"]
    assert imported(arguments, ("matplotlib", "numba", "pyarrow.parquet")) == []
