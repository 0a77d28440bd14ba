"""What a sweep says of its progress where there is no terminal."""

from __future__ import annotations

import math
import re
import time

import pytest

from ccsim.cli import sweep_progress
from ccsim.cli.sweep_progress import Shown, log_line
from ccsim.cli.sweeping import options
from ccsim.experiments.playing.runner import Progress

A_THIRD = Progress(done=1200, of=12_000, failed=0, seconds=30.0, rate=40.0, left_s=300.0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time is what its first item says."""
    now = [1000.0]
    monkeypatch.setattr(sweep_progress.time, "monotonic", lambda: now[0])
    return now


def lines(shown: Shown, clock: list[float], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is said in ten minutes with rows every minute."""
    with shown:
        for _ in range(10):
            clock[0] += 60
            shown(A_THIRD)
    taken = capsys.readouterr()
    assert taken.out == ""
    return taken.err.splitlines()


def test_a_line_comes_every_so_often_and_names_the_time(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    said = lines(Shown(quiet=False, log_every=300.0), clock, capsys)
    assert len(said) == 2
    for line in said:
        assert re.fullmatch(r"\d\d:\d\d:\d\d 1,200 of 12,000 cells, 40 cells/s, 5 min left", line)


@pytest.mark.parametrize(("quiet", "log_every"), [(False, None), (True, None), (True, 60.0)])
def test_unasked_or_quiet_it_says_nothing(
    quiet: bool, log_every: float | None, clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert lines(Shown(quiet, log_every), clock, capsys) == []


def test_failed_cells_slow_cells_and_an_unknown_end() -> None:
    line = log_line(Progress(done=3, of=90, failed=2, seconds=10.0, rate=0.5, left_s=math.inf))
    assert line.split(" ", 1)[1] == "3 of 90 cells, 2 failed, 0.5 cells/s"
    assert time.strptime(line.split(" ", 1)[0], "%H:%M:%S")


@pytest.mark.parametrize(
    ("text", "said"), [("5", "needs a unit"), ("soon", "is not a length of time"), ("1ms", "less than 1s")]
)
def test_a_time_that_makes_no_sense_is_bad_input(text: str, said: str) -> None:
    import click
    from click.testing import CliRunner

    command = click.command()(options(lambda **_: None))
    result = CliRunner().invoke(command, ["--log-every", text])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert CliRunner().invoke(command, ["--log-every", "5m"]).exit_code == 0
