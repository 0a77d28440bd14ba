"""What it costs to start: commands as typed, in a fresh process each."""

from __future__ import annotations

import sys
import tempfile
from statistics import median
from typing import Any

from benchmarks.field import ROOT, cpu_of, environment

HELPDESK = str(ROOT / "scenarios" / "helpdesk.yaml")
COMMANDS = {
    "ccsim --help": ["--help"],
    "ccsim check scenarios/helpdesk.yaml": ["check", HELPDESK],
    "ccsim run scenarios/helpdesk.yaml": ["run", HELPDESK],
    "ccsim run scenarios/helpdesk.yaml --engine simpy": ["run", HELPDESK, "--engine", "simpy"],
}


def measure(repeats: int) -> list[dict[str, Any]]:
    """CPU and wall seconds of each command, warm, and of a first run that has to compile."""
    ccsim = [sys.executable, "-m", "ccsim.cli"]
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for words in COMMANDS.values():  # once unmeasured: byte code and kernel are there afterwards
        cpu_of([*ccsim, *words], environment())
    for _ in range(repeats):
        for name, words in COMMANDS.items():
            seconds[name].append(cpu_of([*ccsim, *words], environment())[:2])
    rows: list[dict[str, Any]] = [
        {"command": name, "cpu_s": median(t[0] for t in times), "wall_s": median(t[1] for t in times)}
        for name, times in seconds.items()
    ]
    with tempfile.TemporaryDirectory() as empty:
        cpu, wall, text = cpu_of([*ccsim, "run", HELPDESK], environment(CCSIM_CACHE_DIR=empty))
    says = [line.strip() for line in text.splitlines() if "compiling" in line]
    rows.append({"command": "first run ever", "cpu_s": cpu, "wall_s": wall, "says": says})
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text."""
    lines = ["", f"{'start':52}{'CPU s':>8}{'wall s':>8}"]
    for row in rows:
        lines.append(f"{row['command']:52}{row['cpu_s']:>8.2f}{row['wall_s']:>8.2f}")
        lines.extend(f"  says: {sentence}" for sentence in row.get("says", []))
    return "\n".join(lines)
