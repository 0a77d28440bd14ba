"""``ccsim sweep`` and its siblings as typed: what they say, how they end, and that no crash costs a row."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import ccsim
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.planning.plan import load_plan
from ccsim.experiments.playing.trying import try_points

Cli = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]

PLAN = """\
format: 1
name: heads
scenario: tiny.yaml
seed: 3
replications: {replications}
cases:
  base: {{}}
  slow: {{queues.cards.talk.mean: 7m}}
vary:
  agent_groups.desk.headcount: [7, 9]
measure: [service_level, asa, offered]
{more}
"""


@pytest.fixture
def plan(tiny: Path) -> Callable[..., Path]:
    """Writes the experiment file beside ``tiny.yaml``."""

    def write(more: str = "", replications: int = 3) -> Path:
        path = tiny.parent / "heads.yaml"
        path.write_text(PLAN.format(more=more, replications=replications))
        return path

    return write


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def sweep(cli: Cli, file: Path, out: Path, *more: object) -> Result:
    return cli("sweep", file, "--out", out, "--engine", "simpy", "--workers", "1", *more)


def test_a_sweep_from_file_to_table(cli: Cli, plan: Callable[..., Path], out: Path, tmp_path: Path) -> None:
    result = sweep(cli, plan(), out)
    assert result.exit_code == 0, result.stderr
    assert re.match(r"heads: 12 of 12 cells done in .*out \(12 now in .*, 0 before\)$", result.stdout.strip())
    shown = cli("results", out)
    assert "slow, headcount 9  (slow:2, 3 replications)" in shown.stdout
    assert re.search(r"service_level +[\d.]+% \+/- [\d.]+%", shown.stdout)
    for name, rows in (("t.csv", 36), ("t.parquet", 36)):
        written = cli("results", out, f"--{name[2:]}", tmp_path / name)
        assert f"wrote {rows} rows" in written.stderr
        assert (tmp_path / name).exists()
    assert "wrote 12 rows" in cli("results", out, "--wide", "--csv", tmp_path / "w.csv").stderr
    assert "wrote 12 rows" in cli("results", out, "--provenance", "--csv", tmp_path / "p.csv").stderr
    for name in ("t.csv", "w.csv", "p.csv"):
        head = (tmp_path / name).read_text().splitlines()[0]
        assert head.startswith("case,point,agent_groups.desk.headcount,replication,")
    assert "5 of 5 cells came out the same" in cli("reproduce", out, "--engine", "simpy").stdout


def test_the_default_folder_is_the_name_of_the_experiment(
    cli: Cli, plan: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("sweep", plan(), "--engine", "simpy", "--workers", "1").exit_code == 0
    assert len(Store.open("heads").shelf()) == 12


def test_quiet_says_how_much_and_not_how_long(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    result = sweep(cli, plan(), out, "--quiet")
    assert (result.stdout, result.stderr) == (f"heads: 12 of 12 cells done in {out}\n", "")


def test_a_dry_run_says_what_it_takes_and_keeps_nothing(
    cli: Cli, plan: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = plan("precision: {service_level: +/- 1%, at_most: 50}")
    before = sorted(tmp_path.iterdir())
    result = cli("sweep", file, "--dry-run", "--engine", "simpy", "--workers", "2")
    assert result.exit_code == 0
    assert "2 cases x 2 points x 3 replications = 12 cells" in result.stdout
    assert "up to 200 cells where the precision asks for more" in result.stdout
    for word in ("contacts  about", "time      about", "disk      about", "2 workers", "simpy engine"):
        assert word in result.stdout
    assert sorted(tmp_path.iterdir()) == before


def test_a_failed_cell_is_1_and_named(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    path = plan()
    path.write_text(path.read_text().replace("[7, 9]", "[7, -9]"))
    result = sweep(cli, path, out)
    assert result.exit_code == 1
    assert "heads: 6 of 12 cells done" in result.stdout
    said = "failed: case slow, point 2, replication 1 (scenario): agent_groups.desk.headcount must be"
    assert said in result.stderr
    assert "(and 2 other replications)" in result.stderr
    assert "sweep that into a new folder" in result.stderr


def test_every_point_is_tried_before_a_sweep(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    path = plan()
    counts = [*range(7, 27), -3, *range(27, 47), -4]
    path.write_text(path.read_text().replace("[7, 9]", str(counts)))
    dry = cli("sweep", path, "--dry-run", "--engine", "simpy")
    assert dry.exit_code == 1
    for case in ("base", "slow"):
        for point in (21, 42):
            assert f"fails: case {case}, point {point} (scenario): agent_groups.desk.headcount" in dry.stdout
    assert dry.stdout.count("fails:") == 4
    path.write_text(path.read_text().replace(str(counts), "[7, -9]"))
    assert "2 points cannot be played, e.g. case base, point 2: " in sweep(cli, path, out).stderr
    assert "cannot be played" not in sweep(cli, path, out.with_name("quiet"), "--quiet").stderr


def test_not_all_of_many_points_are_tried(plan: Callable[..., Path]) -> None:
    found = try_points(load_plan(plan()), most=3)
    assert (found.count, found.of) == (3, 4)
    assert found.sentences() == ["3 of 4 points were tried"]
    assert try_points(load_plan(plan()), most_s=-1).count == 1


def test_an_impossible_value_is_not_tried_again(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    path = plan()
    path.write_text(path.read_text().replace("[7, 9]", "[7, -9]"))
    sweep(cli, path, out)
    again = cli("resume", out, "--engine", "simpy", "--workers", "1")
    assert again.exit_code == 1
    assert "(0 now in " in again.stdout
    assert "An impossible value is not tried again" in again.stderr
    shown = cli("results", out).stdout
    assert "sweep that into a new folder" in shown
    assert "ccsim resume" not in shown


def test_what_failed_three_times_is_given_up(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    metrics = plan().parent / "mine.py"
    metrics.write_text("def mine(log):\n    raise ValueError('no')\n")
    path = plan()
    path.write_text(path.read_text().replace("asa, offered]", "mine.py:mine]"))
    for number in (1, 2, 3):
        ended = sweep(cli, path, out) if number == 1 else cli("resume", out, "--workers", "1")
        assert ended.exit_code == 1
        assert ("12 cells were tried 3 times and given up" in ended.stderr) == (number == 3)
        assert ("it tries failed cells again" in cli("results", out).stdout) == (number < 3)


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ('targets: {service_level: ">= 1%"}', 0, ""),
        (
            'targets: {service_level: ">= 99.9%"}',
            1,
            r"missed: base, headcount 7: service_level is [\d.]+%, not >= 99.9%",
        ),
        ('targets: {asa: "<= 1h"}', 0, ""),
        ('by: [queue]\ntargets: {service_level: {cards: ">= 1%"}}', 0, ""),
        (
            'by: [queue]\ntargets: {service_level: {cards: ">= 99.9%"}}',
            1,
            r"missed: base, headcount 7: service_level in queue cards is [\d.]+%, not >= 99.9%",
        ),
        ("precision: {asa: +/- 1h}", 0, ""),
        (
            "precision: {asa: +/- 1ms}",
            1,
            r"missed: base, headcount 7: asa is [\d.]+ s \+/- [\d.]+ s, not \+/- 1ms",
        ),
    ],
)
def test_a_missed_target_or_precision_is_1(
    cli: Cli, plan: Callable[..., Path], out: Path, more: str, code: int, says: str
) -> None:
    result = sweep(cli, plan(more.replace("}", ", at_most: 3}") if "precision" in more else more), out)
    assert result.exit_code == code, result.stdout
    assert re.search(says, result.stdout)


def test_shards_fill_one_folder(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    for part in ("1/3", "0/3", "2/3"):
        played = sweep(cli, plan(), out, "--shard", part)
        assert played.exit_code == 0
        assert f" of part {part} done in {out}" in played.stdout
        others = [other for other in ("0/3", "1/3", "2/3") if other != part]
        assert f"--shard {', '.join(others)}" in played.stderr
    assert len(Store.open(out).shelf()) == 12
    assert len(Store.open(out).parts()) == 3


def test_a_part_judges_the_points_that_are_its_own(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    """Bounds and half-widths of others may be missed only because they are not played yet."""
    file = plan('targets: {service_level: ">= 99.9%"}')
    codes = [sweep(cli, file, out, "--shard", part).exit_code for part in ("0/2", "1/2")]
    assert codes == [0, 0]
    assert cli("resume", out, "--engine", "simpy", "--workers", "1").exit_code == 1
    narrow = out.with_name("narrow")
    result = sweep(cli, plan("precision: {asa: +/- 1ms, at_most: 3}"), narrow, "--shard", "1/4")
    assert result.exit_code == 1
    assert re.findall(r"missed: ([^:]+):", result.stdout) == ["base, headcount 9"]


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("3/3", "of 3 they are 0/3, 1/3 and 2/3"),
        ("9/9", "of 9 they are 0/9, 1/9, ... and 8/9"),
        ("1/1", "of 1 is 0/1"),
        ("0/0", "at least 1, e.g. 0/1"),
        *((part, "of 4 they are 0/4, 1/4, 2/4 and 3/4") for part in ("1", "a/b", "-1/2")),
    ],
)
def test_a_part_that_is_none_is_2(
    cli: Cli, plan: Callable[..., Path], out: Path, part: str, says: str
) -> None:
    result = sweep(cli, plan(), out, "--shard", part)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert not out.exists()


def test_a_bad_experiment_is_2_with_its_lines(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    result = sweep(cli, plan("sead: 4"), out)
    assert result.exit_code == 2
    assert "line 12:1  sead" in result.stderr
    assert not out.exists()


def test_another_experiment_in_the_folder_is_2_with_a_way_out(
    cli: Cli, plan: Callable[..., Path], out: Path
) -> None:
    sweep(cli, plan(), out)
    result = sweep(cli, plan(replications=4), out)
    assert result.exit_code == 2
    assert "holds another experiment (different: replications); name a new folder with --out" in result.stderr


def test_resume_needs_the_folder_alone(cli: Cli, plan: Callable[..., Path], tiny: Path, out: Path) -> None:
    file = plan()
    sweep(cli, file, out, "--shard", "0/2")
    file.unlink()
    tiny.unlink()
    result = cli("resume", out, "--engine", "simpy", "--workers", "1")
    assert result.exit_code == 0, result.stderr
    assert "12 of 12 cells done" in result.stdout


def test_rerun_one_cell(cli: Cli, plan: Callable[..., Path], out: Path, tmp_path: Path) -> None:
    sweep(cli, plan(), out)
    result = cli("rerun", out, "slow:2", "3", "--log", tmp_path / "log", "--engine", "simpy")
    assert result.exit_code == 0, result.stderr
    assert "the same as in the sweep" in result.stdout
    (row,) = [r for r in Store.open(out).rows() if (r.case, r.point, r.replication) == ("slow", 2, 2)]
    assert f"digest {row.digest}" in result.stdout
    named = cli("rerun", out, "slow, headcount 9", "3", "--engine", "simpy")
    assert f"digest {row.digest}" in named.stdout
    assert any((tmp_path / "log").iterdir())
    for place, says in (
        ("slow", "slow has 2 points"),
        ("fast:1", "no case 'fast:1'"),
        ("slow:9", "no point 9"),
    ):
        wrong = cli("rerun", out, place, "1")
        assert wrong.exit_code == 2
        assert says in wrong.stderr


def test_the_log_of_a_cell_as_csv_for_a_spreadsheet(
    cli: Cli, plan: Callable[..., Path], out: Path, tmp_path: Path
) -> None:
    sweep(cli, plan(), out)
    result = cli("rerun", out, "slow:2", "3", "--log", tmp_path / "log", "--format", "csv")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "log" / "legs.csv").read_text("utf-8").startswith("issue,contact,leg,")
    alone = cli("rerun", out, "slow:2", "3", "--format", "csv")
    assert alone.exit_code == 2
    assert "name a folder: --log cell" in alone.stderr


def test_a_forged_row_is_noticed(cli: Cli, plan: Callable[..., Path], out: Path) -> None:
    sweep(cli, plan(), out)
    store = Store.open(out)
    (path,) = store.parts()
    row = next(store.rows())
    path.write_bytes(path.read_bytes().replace(row.digest.encode(), b"0" * 32))
    result = cli("reproduce", out, "--sample", "0", "--engine", "simpy")
    assert result.exit_code == 1
    assert "11 of 12 cells came out the same" in result.stdout
    assert f"case base, point 1, replication 1: {'0' * 32}" in result.stdout
    assert cli("rerun", out, "base:1", "1", "--engine", "simpy").exit_code == 1


# -- processes that are interrupted and killed --------------------------------------------------------------


def start(*arguments: object, **more: object) -> subprocess.Popen[str]:
    source = str(Path(ccsim.__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-m", "ccsim.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        start_new_session=True,
        **more,  # type: ignore[call-overload]
    )


def written(out: Path) -> int:
    """Bytes of rows so far."""
    return sum(path.stat().st_size for path in (out / "parts").glob("*.jsonl"))


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    began = time.monotonic()
    while not condition() and process.poll() is None:
        assert time.monotonic() - began < 120
        time.sleep(0.005)


def csv_of(cli: Cli, out: Path) -> bytes:
    file = out.parent / "table.csv"
    assert cli("results", out, "--csv", file).exit_code == 0
    return file.read_bytes()


def test_ctrl_c_finishes_what_runs_and_says_how_to_go_on(
    cli: Cli, plan: Callable[..., Path], out: Path
) -> None:
    process = start("sweep", plan(replications=400), "--out", out, "--engine", "simpy", "--workers", "1")
    wait_until(lambda: written(out) > 0, process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    done = len(Store.open(out).shelf())
    assert 0 < done < 1600
    assert f"heads: {done:,} of 1,600 cells done" in stdout
    assert "finishing the running cells" in stderr
    assert f"interrupted; go on with: ccsim resume {out}" in stderr
    (path,) = Store.open(out).parts()
    assert path.read_bytes().endswith(b"}\n")


def test_ctrl_c_of_a_terminal_reaches_the_worker_processes_too(plan: Callable[..., Path], out: Path) -> None:
    """The whole group of processes gets the signal; the workers leave it to the parent."""
    process = start("sweep", plan(replications=3000), "--out", out, "--engine", "simpy", "--workers", "2")
    wait_until(lambda: written(out) > 0, process)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert all(row.done for row in Store.open(out).rows())


def test_ctrl_c_twice_ends_at_once(plan: Callable[..., Path], out: Path) -> None:
    process = start("sweep", plan(replications=3000), "--out", out, "--engine", "simpy", "--workers", "1")
    wait_until(lambda: written(out) > 0, process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "finishing the running cells" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    # it may be on its way out already, where the signal itself ends it: a shell says 130 for both
    assert process.returncode in (130, -signal.SIGINT)
    assert f"ccsim resume {out}" in stderr
    assert "Traceback" not in stderr
    assert all(row.done for row in Store.open(out).rows())


@pytest.fixture(scope="module")
def chances() -> random.Random:
    return random.Random(20260302)


def killed_often(cli: Cli, file: Path, out: Path, kills: int, workers: int, chances: random.Random) -> None:
    """Kill a sweep at random moments; what is whole stays, and in the end the table is right."""
    undisturbed = out.parent / "undisturbed"
    assert sweep(cli, file, undisturbed).exit_code == 0
    expected, size = csv_of(cli, undisturbed), written(undisturbed)
    count = round_number = 0
    while count < kills:
        folder = out.parent / f"killed-{round_number}"
        round_number += 1
        while True:
            done = (
                {row.key for row in Store.open(folder).rows()}
                if (folder / "manifest.json").exists()
                else set()
            )
            process = start("sweep", file, "--out", folder, "--engine", "simpy", "--workers", workers)
            if count >= kills:
                process.communicate(timeout=300)
                break
            limit = written(folder) + chances.randint(0, size // 8) if folder.exists() else 0
            wait_until(lambda folder=folder, limit=limit: written(folder) > limit, process)
            time.sleep(chances.random() * 0.02)
            ended = process.poll() is not None
            with contextlib.suppress(ProcessLookupError):  # it may just have ended
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if ended:
                break
            count += 1
            assert done <= {row.key for row in Store.open(folder).rows()}
        assert csv_of(cli, folder) == expected


def test_killing_a_sweep_costs_no_row(
    cli: Cli, plan: Callable[..., Path], out: Path, chances: random.Random
) -> None:
    killed_often(cli, plan(replications=60), out, 3, 1, chances)


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "kills"), [(1, 35), (2, 15)])
def test_killing_sweeps_fifty_times_costs_no_row(
    cli: Cli, plan: Callable[..., Path], out: Path, chances: random.Random, workers: int, kills: int
) -> None:
    killed_often(cli, plan(replications=150), out, kills, workers, chances)


def test_a_pipe_gets_no_progress_and_a_terminal_does(plan: Callable[..., Path], out: Path) -> None:
    import pty

    arguments = ("sweep", plan(replications=100), "--engine", "simpy", "--workers", "1")
    piped = start(*arguments, "--out", out)
    assert "cells (" not in piped.communicate(timeout=120)[1]
    parent, child = pty.openpty()
    source = str(Path(ccsim.__file__).parent.parent)
    shown = subprocess.Popen(
        [sys.executable, "-m", "ccsim.cli", *map(str, arguments), "--out", str(out) + "2"],
        stdout=subprocess.DEVNULL, stderr=child, env={**os.environ, "PYTHONPATH": source, "TERM": "xterm"},
    )  # fmt: skip
    os.close(child)
    seen = b""
    while True:
        try:
            block = os.read(parent, 4096)
        except OSError:  # the other side has closed
            break
        if not block:
            break
        seen += block
    os.close(parent)
    assert shown.wait(timeout=60) == 0
    text = seen.decode("utf-8", "replace")
    assert re.search(r"\d+ of 400 cells \(\d+%\), [\d.]+/s, [\d.]+ (s|min) left, service_level of ", text), (
        text
    )


@pytest.mark.parametrize("command", ["sweep", "resume", "results", "rerun", "reproduce"])
def test_help_of_each_command_is_light(process: Process, command: str) -> None:
    code = (
        "import sys\nfrom ccsim.cli.main import main\n"
        f"try:\n    main([{command!r}, '--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('numpy', 'pandas', 'scipy', 'rich', 'pydantic', 'joblib') if m in sys.modules])"
    )
    source = str(Path(ccsim.__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": source})  # fmt: skip
    assert done.stdout.strip().endswith("[]")
