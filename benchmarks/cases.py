"""The centers that every contestant simulates, in plain numbers, and what theory says about them.

All arrivals are Poisson, talk and patience are exponential, wrap-up is fixed, everybody works around the
clock. So each contestant can express each center in its own words, and the answers can be compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_S = 86_400.0
FLAT = (1.0,) * 24


@dataclass(frozen=True)
class Line:
    """A queue: mean contacts per second over the day, seconds, and its groups, preferred ones first."""

    name: str
    rate: float
    talk_s: float
    wrap_up_s: float
    patience_s: float  # inf: waits for ever
    priority: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Center:
    """One case: queues, headcounts of the groups, and the factor on the rates in each hour of a day.

    A freed agent takes the waiting contact of highest priority, then of longest wait.
    """

    key: str
    title: str
    lines: tuple[Line, ...]
    groups: tuple[int, ...]
    profile: tuple[float, ...]
    days: int  # what "full size" is

    def contacts_per_day(self) -> float:
        """Expected contacts of one day."""
        return sum(line.rate for line in self.lines) * DAY_S * sum(self.profile) / 24

    def scenario(self, days: int) -> dict[str, Any]:
        """The same center as a ccsim scenario."""
        queues = {
            line.name: {
                "arrivals": {
                    "hourly": {
                        f"{hour:02}:00-{hour + 1:02}:00": line.rate * 3600 * factor
                        for hour, factor in enumerate(self.profile)
                    }
                },
                "talk": f"exponential mean {line.talk_s:g}s",
                "wrap_up": f"fixed {line.wrap_up_s:g}s",
                "patience": "never"
                if math.isinf(line.patience_s)
                else f"exponential mean {line.patience_s:g}s",
                "priority": line.priority,
                "service_level": "80% in 20s",
                "prefers": [f"group{group}" for group in line.groups],
            }
            for line in self.lines
        }
        skills: list[list[str]] = [[] for _ in self.groups]
        for line in self.lines:
            for group in line.groups:
                skills[group].append(line.name)
        return {
            "format": 1,
            "name": f"benchmark {self.key}",
            "time": {"start": "2026-03-02", "days": days, "open": "00:00-24:00", "interval": "30m"},
            "queues": queues,
            "agent_groups": {
                f"group{group}": {"headcount": count, "skills": skills[group], "shifts": {"always": "100%"}}
                for group, count in enumerate(self.groups)
            },
            "shifts": {"always": {"hours": "00:00-24:00", "days": "every day"}},
        }


def _one_line(
    key: str, title: str, rate: float, talk_s: float, patience_s: float, agents: int, days: int
) -> Center:
    return Center(key, title, (Line("line", rate, talk_s, 0.0, patience_s, 1, (0,)),), (agents,), FLAT, days)


# quiet nights, a morning peak that overloads some groups, a lower one in the afternoon
_DAY = (
    *(0.35, 0.3, 0.3, 0.3, 0.35, 0.5, 0.75, 1.0, 1.25, 1.45, 1.5, 1.45),
    *(1.3, 1.3, 1.4, 1.45, 1.4, 1.3, 1.25, 1.2, 1.1, 0.85, 0.6, 0.45),
)

CASES = {
    "a": _one_line("a", "M/M/1, load 0.9", 0.9, 1.0, math.inf, 1, 13),
    "b": _one_line("b", "M/M/100+M, load 0.97", 0.97 * 100 / 180, 180.0, 180.0, 100, 43),
    "c": Center(
        "c",
        "4 queues, 5 groups, 98 agents, preference lists",
        (
            Line("premium", 0.04, 240.0, 40.0, 120.0, 2, (4, 0, 1)),
            Line("sales", 0.09, 210.0, 40.0, 90.0, 1, (0, 4)),
            Line("support", 0.105, 200.0, 30.0, 240.0, 1, (1, 3, 4)),
            Line("billing", 0.07, 160.0, 20.0, 180.0, 1, (2, 3)),
        ),
        (26, 24, 16, 20, 12),
        _DAY,
        40,
    ),
}


@dataclass(frozen=True)
class Expected:
    """Long-run values of one line, and the standard error of their estimates per square root of a second."""

    abandon_rate: float
    mean_wait_s: float
    abandon_error: float
    wait_error: float


def theory(center: Center) -> Expected | None:
    """Erlang A (or C) for a center of one line; None for the others.

    Stationary probabilities p of the birth-death chain. The mean wait follows from the mean queue length by
    Little's law, the abandonment rate from the wait by the patience's rate. The time average of the queue
    length f over T has variance ``-2 sum p f g / T`` with ``Q g = f - mean`` (Asmussen, Applied Probability
    and Queues, 2003, section IV.4).
    """
    if len(center.lines) != 1:
        return None
    line, agents = center.lines[0], center.groups[0]
    states = 1000 if math.isinf(line.patience_s) else 400
    up = np.full(states, line.rate)
    up[-1] = 0.0
    n = np.arange(states, dtype=float)
    waiting = np.maximum(n - agents, 0)
    down = np.minimum(n, agents) / (line.talk_s + line.wrap_up_s) + waiting / line.patience_s
    p = np.cumsum(np.concatenate(([0.0], np.log(up[:-1]) - np.log(down[1:]))))
    p = np.exp(p - p.max())
    p /= p.sum()
    mean = float(p @ waiting)
    wait = mean / line.rate
    error = math.sqrt(_variance(up, p, waiting - mean)) / line.rate
    lost = 0.0 if math.isinf(line.patience_s) else 1 / line.patience_s
    return Expected(wait * lost, wait, error * lost, error)


def _variance(up: Floats, p: Floats, f: Floats) -> float:
    """Asymptotic variance of the time average of f on a birth-death chain, by its differences of g.

    Summing ``p Q g = p f`` up to state n leaves ``p[n] up[n] (g[n + 1] - g[n]) = sum of p f up to n``.
    """
    sums = np.cumsum(p * f)[:-1]
    flow = p[:-1] * up[:-1]
    steps = np.divide(sums, flow, out=np.zeros_like(sums), where=flow > 1e-250)
    g = np.concatenate(([0.0], np.cumsum(steps)))
    return float(-2 * np.sum(p * f * (g - p @ g)))
