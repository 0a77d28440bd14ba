"""The kernel is compiled once a machine, said once, and kept; where nothing can be kept it still runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys
from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.compiled_engine import CompiledEngine
from ccsim.scenario import load

program = compile_scenario(load(sys.argv[1]))
engine = CompiledEngine(on_compile=lambda: print("compiles"))
for replication in range(2):
    digest = engine.run(program, draw(program, 1, replication)).digest()
print(digest)
"""


def start(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(ROOT / "scenarios" / "helpdesk.yaml")],
        env={**os.environ, "CCSIM_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_of(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.split()


def test_two_cold_processes_compile_once_and_a_third_not_at_all(tmp_path: Path) -> None:
    pair = [start(tmp_path), start(tmp_path)]
    said = [lines_of(process) for process in pair]
    assert sorted(len(lines) for lines in said) == [1, 2], "one of them compiles and says so"
    digests = {lines[-1] for lines in said}
    assert len(list(tmp_path.rglob("*.nbc"))) == 1
    assert lines_of(start(tmp_path)) == list(digests)


def test_a_folder_that_cannot_be_written_does_not_stop_a_run(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert lines_of(start(in_the_way))[:1] == ["compiles"]
