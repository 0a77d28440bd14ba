"""Volume and staffing that change with the hour, patience and handle times of one law: exactly Poisson.

Every day starts empty and is independent of the others. At several times of the day the number of customers
there is counted over many days: mean, variance and the whole law. Confidence: 4 standard errors for mean
and variance, a p-value above 6e-5 (the same band) for the law.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from tests.theory.conftest import Effort
from tests.theory.exact.poisson_number import mean_number
from tests.theory.long_run import DAY, HOUR, SECOND, run_logs

pytestmark = pytest.mark.statistical

HOURLY = (200.0, 420.0, 150.0, 300.0)
MEAN_S = 180.0
LOOKS_S = (300, 1800, 3600, 3700, 5400, 7300, 9000, 12_600, 14_399)  # after 08:00
BAND = 4.0


def world(days: int) -> dict[str, Any]:
    """Two teams; one goes home in the middle of the second hour's rush."""
    hours = {f"{8 + i:02}:00-{9 + i:02}:00": volume for i, volume in enumerate(HOURLY)}
    return {
        "format": 1,
        "name": "stepped demand",
        "time": {"start": "2026-03-02", "days": days, "open": "08:00-12:00"},
        "queues": {
            "line": {
                "arrivals": {"hourly": hours},
                "patience": f"exponential mean {MEAN_S:g}s",
                "talk": f"exponential mean {MEAN_S:g}s",
                "closing": "clear",
            }
        },
        "agent_groups": {
            "early": {"headcount": 9, "skills": ["line"], "shifts": {"early": "100%"}},
            "late": {"headcount": 6, "skills": ["line"], "shifts": {"late": "100%"}},
        },
        "shifts": {"early": {"hours": "08:00-09:30"}, "late": {"hours": "09:00-12:00"}},
    }


def numbers(days: int, *, seed: int, runs: int) -> npt.NDArray[np.int64]:
    """(days of all runs, looks) customers there."""
    rows = []
    for log in run_logs(world(days), seed=seed, runs=runs):
        day = log.legs["queued_at"] // DAY
        came, left = log.legs["queued_at"] - day * DAY, log.legs["ended_at"] - day * DAY
        columns = []
        for look in LOOKS_S:
            at = 8 * HOUR + look * SECOND
            columns.append(np.bincount(day[(came <= at) & (left > at)], minlength=days))
        rows.append(np.column_stack(columns))
    return np.concatenate(rows)


def test_the_number_there_is_poisson(short: Effort) -> None:
    got = numbers(2000, seed=2801, runs=short.runs(8))
    count = len(got)
    for column, look in enumerate(LOOKS_S):
        mean = mean_number([volume / 3600 for volume in HOURLY], 3600, MEAN_S, look)
        found = got[:, column].astype(float)
        z = (found.mean() - mean) / np.sqrt(mean / count)
        # of a Poisson variate with mean m the squared deviation has variance 2 m^2 + m
        spread = ((found - mean) ** 2).mean()
        z_spread = (spread - mean) / np.sqrt((2 * mean**2 + mean) / count)
        law = stats.poisson(mean)
        edges = np.unique(law.ppf(np.arange(1, 20) / 20))
        cells = np.searchsorted(edges, found, "left")
        expected = np.diff(np.concatenate(([0.0], law.cdf(edges), [1.0]))) * count
        p = stats.chisquare(np.bincount(cells, minlength=len(edges) + 1), expected).pvalue
        print(
            f"{look} s: mean {mean:.4f}, found {found.mean():.4f}, z {z:+.2f}; "
            f"variance z {z_spread:+.2f}; p {p:.3g}"
        )
        assert max(abs(z), abs(z_spread)) <= BAND, look
        assert p > 6e-5, look
        assert np.sqrt(mean / count) < 0.005 * short.scale * max(mean, 5)


def test_the_day_tests_what_it_says() -> None:
    """Both lines and empty desks happen: at some times all are busy nearly always, at others hardly ever."""
    means = [mean_number([volume / 3600 for volume in HOURLY], 3600, MEAN_S, look) for look in LOOKS_S]
    assert stats.poisson(means[5]).sf(5) > 0.95  # at 10:01, six on duty
    assert stats.poisson(means[0]).sf(8) < 0.5
