"""The wheel, not the tree: built, installed elsewhere, and run from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(piece) for piece in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in the running environment, so that the test needs no network."""
    room = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", room, ROOT, cwd=room)
    (built,) = room.glob("ccsim-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the wheel's contents; the dependencies come from the running environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    _run(*pip, "--target", folder, wheel, cwd=folder)
    return folder


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "ccsim/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"ccsim"}
    in_tree = {p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src" / "ccsim").rglob("*.py")}
    assert in_tree <= set(names)


def test_installed_wheel_runs_a_scenario(installed: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "scenarios" / "helpdesk.yaml", tmp_path)
    where = _run(
        sys.executable, "-c", "import ccsim; print(ccsim.__file__)", cwd=tmp_path, PYTHONPATH=str(installed)
    )
    assert Path(where.stdout.strip()).is_relative_to(installed)
    ran = _run(installed / "bin" / "ccsim", "run", "helpdesk.yaml", cwd=tmp_path, PYTHONPATH=str(installed))
    assert "service level" in ran.stdout.lower()
    assert "helpdesk" in ran.stdout
