"""Exit codes: 0 done, 2 bad input, 130 interrupted, 1 anything else; one sentence each, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import ccsim
from ccsim.errors import EngineError

from .conftest import Cli

QUICK = ("--engine", "simpy", "--replications", "1")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "agent_groups.desk.head_count=9"], "head_count"),
        (["--set", "agent_groups.desk.headcount"], "PATH=VALUE"),
        (["--metrics", "servce_level"], "did you mean service_level?"),
        (["--by", "que"], "queue, channel"),
        (["--by", "group", "--metrics", "asa,offered"], "offered does not go with group"),
        (["--engine", "fast"], "'compiled'"),
        (["--seed", "-1"], "--seed"),
        (["--replications", "0"], "--replications"),
        (["--warm-up", "soon"], "soon"),
        (["--since", "yesterday"], "yesterday"),
        (["--sett", "a=b"], "--set"),
        (["--since", "2026-03-09"], "--since 2026-03-09 is after the last day of the run, 2026-03-03"),
        (["--since", "2026-03-04"], "--since 2026-03-04 is after the last day of the run, 2026-03-03"),
        (["--since", "2026-03-03T12:00"], "--since 2026-03-03T12:00 leaves nothing to measure"),
        (["--warm-up", "20d"], "--warm-up 20d is longer than the run (2 days)"),
        (["--warm-up", "2d"], "--warm-up 2d leaves nothing to measure"),
        (["--metrics", "sl"], "no metric 'sl'; did you mean service_level? ccsim run FILE --metrics all"),
        (["--metrics", "xyz"], "no metric 'xyz'; ccsim run FILE --metrics all shows every name"),
        (["--format", "csv"], "name a folder: --out results"),
    ],
)
def test_bad_requests_are_2_with_a_hint(
    cli: Cli, tiny: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    if "--engine" not in arguments:
        monkeypatch.setattr(
            import_module("ccsim.simulate"), "simulate", lambda *_, **__: pytest.fail("simulated")
        )
    result = cli("run", tiny, *QUICK, *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_all_problems_of_a_scenario_at_once(cli: Cli, tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace("mean 3m", "mean 3").replace("headcount", "head_count"))
    for command in ("check", "run", "trace"):
        result = cli(command, tiny)
        assert result.exit_code == 2
        assert "queues.cards.patience" in result.stderr
        assert "did you mean" in result.stderr
        assert "line 9" in result.stderr


def test_an_experiment_is_no_scenario_and_says_which_command_takes_it(cli: Cli, tiny: Path) -> None:
    plan = tiny.with_name("plan.yaml")
    plan.write_text(
        "format: 1\nname: plan\nscenario: tiny.yaml\nseed: 1\nvary: {queues.cards.lines: [5, 6]}\n"
    )
    for command in ("check", "run", "trace"):
        result = cli(command, plan)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"ccsim sweep {plan} (its scenario is tiny.yaml)" in result.stderr
        assert "1 problem\n  line 3:1" in result.stderr
    result = cli("sweep", tiny)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "1 problem\n" in result.stderr
    assert f"this is a scenario, not an experiment; simulate it with: ccsim run {tiny}" in result.stderr


def test_long_lists_wrap_at_the_width_of_the_terminal(cli: Cli, tiny: Path) -> None:
    """Beside the place where there is room, else below it; in a pipe a problem stays on one line."""
    tiny.write_text(tiny.read_text().replace("headcount", "people").replace("patience", "hold_on"))
    long = cli("check", tiny).stderr.split("\n")[1:]
    wrapped = cli("check", tiny, COLUMNS="100").stderr.split("\n")[1:]
    assert max(map(len, long)) > 110 > 100 >= max(map(len, wrapped))
    assert " ".join(" ".join(wrapped).split()) == " ".join(" ".join(long).split())
    place = next(line for line in wrapped if "queues.cards.hold_on" in line)
    rest = wrapped[wrapped.index(place) + 1]
    assert rest.startswith(" " * place.index("unknown; there is:"))
    narrow = cli("check", tiny, COLUMNS="50").stderr.split("\n")[1:]
    assert max(map(len, narrow)) <= 50
    assert any(line.startswith("      unknown; there is:") for line in narrow)


def test_other_complaints_wrap_too(cli: Cli, tiny: Path) -> None:
    result = cli("run", tiny, "--by", "que", COLUMNS="60")
    assert result.exit_code == 2
    assert len(result.stderr.split("\n")) > 2
    assert max(map(len, result.stderr.split("\n"))) <= 60
    assert "queue, channel" in result.stderr
    result = cli("run", tiny, "--metrics", "xyz", COLUMNS="60")
    assert max(map(len, result.stderr.split("\n"))) <= 60
    assert result.stderr.startswith("Error: there is no metric 'xyz';")


def test_a_missing_file_is_2(cli: Cli) -> None:
    for command in ("check", "run", "trace"):
        result = cli(command, "nowhere.yaml")
        assert result.exit_code == 2
        assert "nowhere.yaml" in result.stderr


def test_a_folder_with_other_files_is_2_before_anything_runs(
    cli: Cli, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        import_module("ccsim.simulate"), "simulate", lambda *_, **__: pytest.fail("simulated")
    )
    result = cli("run", tiny, *QUICK, "--out", tiny.parent)
    assert result.exit_code == 2
    assert "holds other files" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--contact", "100000"], "there is no contact 100000; they are numbered from 0 to"),
        (["--day", "3"], "the run has days 1 to 2"),
        (["--day", "monday"], "neither a number nor a date"),
        (["--from", "25:00"], "--from"),
        (["--contact", "3", "--from", "10:00"], "whole story"),
        (["--from", "12:00", "--to", "11:00"], "--from 12:00 is not before --to 11:00"),
        (["--from", "12:00", "--to", "12:00"], "--from 12:00 is not before --to 12:00"),
    ],
)
def test_bad_traces_are_2(cli: Cli, tiny: Path, arguments: list[str], says: str) -> None:
    result = cli("trace", tiny, "--engine", "simpy", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (EngineError("the engine is out of coffee"), 1, "ccsim: the engine is out of coffee"),
        (ZeroDivisionError("division by zero"), 1, "ccsim: unexpected ZeroDivisionError: division by zero"),
        (OSError(28, "No space left on device", "/x"), 1, "ccsim: No space left on device: /x"),
        (MemoryError(), 1, "ccsim: out of memory"),
        (KeyboardInterrupt(), 130, "ccsim: interrupted"),
    ],
)
def test_failures_are_one_sentence(
    cli: Cli, tiny: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, says: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(import_module("ccsim.simulate"), "simulate", fail)
    result = cli("run", tiny, *QUICK)
    assert result.exit_code == code
    assert says in result.stderr
    assert len(result.stderr.strip().split("\n")) == 1


def test_debug_shows_where(cli: Cli, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_module("ccsim.simulate"), "simulate", fail)
    assert isinstance(cli("run", tiny, *QUICK, CCSIM_DEBUG="1").exception, ZeroDivisionError)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell with pipes")
def test_a_closed_pipe_is_quiet(tiny: Path) -> None:
    source = str(Path(ccsim.__file__).parent.parent)
    trace = f"{sys.executable} -m ccsim.cli trace {tiny} --engine simpy --from 10:00"
    command = f"{trace} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.split("\n")[:2] == ["Monday 2 March", "0"]
