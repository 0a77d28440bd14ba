"""The front door: version, public names, and a start that costs little."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ccsim

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "helpdesk.yaml"
SLOW_TO_IMPORT = ("matplotlib", "numba", "pandas", "scipy", "simpy", "pyarrow")


def _python(code: str, *arguments: str) -> str:
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("file", "pattern"),
    [("CITATION.cff", r"^version: (\S+)$"), ("CHANGELOG.md", r"^## \[(\d\S+)\]")],
)
def test_one_version_everywhere(file: str, pattern: str) -> None:
    found = re.search(pattern, (ROOT / file).read_text("utf-8"), re.MULTILINE)
    assert found is not None
    assert found[1] == ccsim.__version__


def test_public_names_are_the_documented_ones() -> None:
    """A name is public when docs/reference/python.md has a heading for it, and the other way round."""
    page = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    documented = re.findall(r"^#+ `ccsim\.(\w+)", page, re.MULTILINE)
    assert sorted(documented) == sorted(ccsim.__all__)


@pytest.mark.parametrize("name", ccsim.__all__)
def test_public_name_exists(name: str) -> None:
    assert getattr(ccsim, name) is not None
    assert name in dir(ccsim)


def test_types_seen_by_a_checker_are_the_ones_seen_at_run_time() -> None:
    """The imports under TYPE_CHECKING and the table of homes say the same."""
    tree = ast.parse(Path(ccsim.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    stated = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert stated == ccsim._HOME_OF
    assert {*stated, "__version__"} == set(ccsim.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'symulate'"):
        ccsim.symulate  # noqa: B018


def test_simulate_is_the_function_after_its_module_was_imported() -> None:
    code = (
        "import ccsim.simulate, ccsim; from ccsim.simulate import simulate; print(ccsim.simulate is simulate)"
    )
    assert _python(code).strip() == "True"


def test_plain_import_loads_nothing_else() -> None:
    loaded = _python("import sys, ccsim; print(*sorted(m for m in sys.modules if m.startswith('ccsim')))")
    assert loaded.split() == ["ccsim"]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["check", str(SCENARIO)], ["--version"]],
    ids=lambda a: a[0] + a[-1][-6:],
)
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from ccsim.cli.main import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as exit:\n"
        "    assert not exit.code, exit.code\n"
        f"loaded = [m for m in {SLOW_TO_IMPORT!r} if m in sys.modules]\n"
        "print('LOADED', *loaded)\n"
    )
    assert _python(code, *arguments).splitlines()[-1] == "LOADED"
