"""Volume that changes, patience and handle times of one exponential law: the number there is Poisson.

With exponential patience and handle times of one mean, everybody leaves at one rate, waiting or served:
M(t)/M/c(t)+M is M(t)/M/infinity in its total number, whatever the staffing does (Garnett, Mandelbaum and
Reiman 2002; Feldman, Mandelbaum, Massey and Whitt 2008). Starting empty, the number at t is exactly
Poisson, with mean integral of rate(s) exp(-(t - s) / mean) ds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean_number(rates: Sequence[float], length_s: float, mean_s: float, at_s: float) -> float:
    """Mean at ``at_s`` seconds after the empty start; ``rates`` per second, each for ``length_s``."""
    number = 0.0
    for step, rate in enumerate(rates):
        span = min(at_s - step * length_s, length_s)
        if span <= 0:
            break
        fades = math.exp(-span / mean_s)
        number = number * fades + rate * mean_s * (1 - fades)
    return number
