"""A small scenario file, and ways to run the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import ccsim
from ccsim.cli.main import face

TINY = """\
format: 1
name: tiny
time: {start: 2026-03-02, days: 2, open: 10:00-12:00, interval: 30m}
queues:
  cards:
    arrivals: {hourly: {10:00-12:00: 60}}
    talk: exponential mean 5m
    wrap_up: fixed 1m
    patience: exponential mean 3m
    service_level: 80% in 20s
agent_groups:
  desk: {headcount: 8, skills: [cards], shifts: {day: 100%}}
shifts:
  day: {hours: 10:00-12:00}
"""

Cli = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY)
    return path


@pytest.fixture
def cli() -> Cli:
    """The command in this process; ``result.stdout`` and ``result.stderr`` are apart."""

    def invoke(*arguments: object, **environment: str) -> Result:
        return CliRunner().invoke(face, [str(a) for a in arguments], env=environment)

    return invoke


@pytest.fixture
def process() -> Process:
    """The command in a process of its own."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        source = str(Path(ccsim.__file__).parent.parent)
        return subprocess.run(
            [sys.executable, "-m", "ccsim.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONPATH": source, "PYTHONIOENCODING": "utf-8", **environment},
        )

    return run
