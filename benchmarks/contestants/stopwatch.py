"""What a contestant's program shares: its arguments, its clock, and the line that it prints."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.cases import CASES, Center


@dataclass
class Answer:
    """What was simulated, and how long each part took.

    ``contacts`` that arrived, ``abandoned`` ones, ``waits_s``: sum of the waits of all; for each queue.
    ``cpu`` and ``wall``: seconds of each part of the line from draws to metrics. ``beside``: seconds of CPU
    of what does not belong to that line (warm-up, further metrics).
    """

    contacts: list[int] = field(default_factory=list)
    abandoned: list[int] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    peak_mb: float = 0.0  # 0: this process's

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure a part of the line."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall

    @contextmanager
    def aside(self, name: str) -> Iterator[None]:
        """Measure something that the line does not need."""
        cpu = time.process_time()
        yield
        self.beside[name] = time.process_time() - cpu

    def count(self, contacts: int, abandoned: int, waits_s: float) -> None:
        """The results of the next queue."""
        self.contacts.append(int(contacts))
        self.abandoned.append(int(abandoned))
        self.waits_s.append(float(waits_s))

    def tell(self) -> None:
        """Print the answer as one line of JSON, with the process's greatest memory in megabytes."""
        told: dict[str, Any] = dict(vars(self))
        told["peak_mb"] = self.peak_mb or peak_mb()
        print(json.dumps(told))


def peak_mb() -> float:
    """Greatest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def asked() -> tuple[Center, float, int]:
    """The case, days and seed of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=CASES)
    parser.add_argument("days", type=float)
    parser.add_argument("seed", type=int)
    arguments = parser.parse_args()
    return CASES[arguments.case], arguments.days, arguments.seed
