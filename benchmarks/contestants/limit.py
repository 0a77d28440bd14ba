"""The C program of ``benchmarks/limit.c``, compiled on first use."""

from __future__ import annotations

import hashlib
import math
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.cases import Center
from benchmarks.contestants.stopwatch import Answer, asked

SOURCE = Path(__file__).parents[1] / "limit.c"


def compiled() -> Path:
    """The program; made anew when its text changed."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise SystemExit("gcc is not installed")
    folder = Path(tempfile.gettempdir()) / "ccsim-benchmarks"
    folder.mkdir(exist_ok=True)
    program = folder / f"limit-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}"
    if not program.exists():
        fresh = program.with_suffix(".new")
        subprocess.run([gcc, "-O3", "-o", str(fresh), str(SOURCE), "-lm"], check=True)
        fresh.replace(program)
    return program


def numbers(center: Center) -> str:
    """A center as limit.c reads it."""
    out = [f"{len(center.lines)} {len(center.groups)}"]
    for line in center.lines:
        patience = -1.0 if math.isinf(line.patience_s) else line.patience_s
        means = f"{line.rate!r} {line.talk_s!r} {line.wrap_up_s!r} {patience!r}"
        groups = " ".join(str(group) for group in line.groups)
        out.append(f"{means} {line.priority} {len(line.groups)} {groups}")
    out.append(" ".join(str(count) for count in center.groups))
    out.append(" ".join(repr(factor) for factor in center.profile))
    return "\n".join(out)


def main() -> None:
    center, days, seed = asked()
    answer = Answer()
    program = compiled()
    began = time.perf_counter()
    command = [str(program), str(days), str(seed)]
    done = subprocess.run(command, input=numbers(center), capture_output=True, text=True, check=True)
    wall = time.perf_counter() - began
    told = [float(text) for text in done.stdout.split()]
    for queue in range(len(center.lines)):
        offered, lost, waits = told[5 * queue : 5 * queue + 3]
        answer.count(int(offered), int(lost), waits)
    answer.cpu = {"draws and engine": told[-3], "metrics": told[-2]}
    answer.wall = {"all": wall}
    answer.peak_mb = told[-1]
    answer.tell()


if __name__ == "__main__":
    main()
