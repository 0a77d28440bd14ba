"""One value from many replications, with its interval.

Replication r gives a numerator N_r and a denominator D_r. The estimate is the ratio of sums
R = sum(N) / sum(D), not the mean of ratios: busy replications weigh more, and an empty one does no harm.
Delta method (Law, *Simulation Modeling and Analysis*, section 9.4; Cochran, *Sampling Techniques*, 6.4):
var(R) = sum((N_r - R D_r)**2) / (n (n - 1) mean(D)**2), and the interval is R -+ t(n - 1) * sqrt(var(R)).
With D_r = 1 this is the mean with Student's t interval, which serves counts and hours.

Only means and co-moments are kept (Welford's updates), so that memory does not grow with the replications.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]


class RatioEstimator:
    """Running means and co-moments of (numerator, denominator) for an array of ratios."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.replications = 0
        self.mean_n = np.zeros(shape)
        self.mean_d = np.zeros(shape)
        self._nn: Float64 | float = 0.0  # arrays from the second replication on
        self._nd: Float64 | float = 0.0
        self._dd: Float64 | float = 0.0

    def add(self, numerator: Float64, denominator: Float64) -> None:
        """Take one replication; both arrays have the estimator's shape."""
        self.replications += 1
        off_n = numerator - self.mean_n
        off_d = denominator - self.mean_d
        self.mean_n += off_n / self.replications
        self.mean_d += off_d / self.replications
        if self.replications > 1:
            left_n = numerator - self.mean_n
            self._nn = self._nn + off_n * left_n
            self._nd = self._nd + off_d * left_n
            self._dd = self._dd + off_d * (denominator - self.mean_d)

    def ratio(self) -> Float64:
        """sum(N) / sum(D); nan where sum(D) is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.mean_d > 0, self.mean_n / self.mean_d, np.nan)

    def half_width(self, confidence: float) -> Float64:
        """Half of the interval around the ratio; nan with fewer than two replications or no denominator."""
        if self.replications < 2:
            return np.full(self.mean_n.shape, np.nan)
        ratio = self.ratio()
        residual = np.maximum(self._nn - 2 * ratio * self._nd + ratio * ratio * self._dd, 0.0)
        n = self.replications
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(residual / (n * (n - 1))) / self.mean_d
        return np.where(self.mean_d > 0, student_t(confidence, n - 1) * error, np.nan)


def student_t(confidence: float, freedom: float) -> float:
    """The t value of a two-sided interval."""
    from scipy.special import stdtrit  # costs a tenth of a second: only when replications ask for it

    return float(stdtrit(freedom, 0.5 + confidence / 2))
