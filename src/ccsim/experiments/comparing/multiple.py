"""Many comparisons at once: with 20 of them, one in 20 looks like a difference by chance.

*Holm* (1979, Scandinavian Journal of Statistics 6) takes any family of tests, whatever ties them together:
the smallest p-value is multiplied by the number of tests, the next by one less, and so on. The intervals
beside it are Bonferroni's, which hold all at once; Holm's tests are sharper than they are, so a difference
may be there although its interval still touches 0.

*Tukey* takes all pairs of k cases. Replications with shared luck are blocks, so the method is Tukey's for
randomised blocks (Scheffe, *The Analysis of Variance*, 1959, section 4.2; for simulations with common random
numbers Nelson and Matejcik 1995, *Management Science* 41): two cases differ when
|difference| > q(k, (k - 1)(n - 1)) * sqrt(MS / n), where q is the studentized range and MS the mean square
of what neither case nor replication explains. One MS serves all pairs: exact where all pairs vary alike, and
known to be robust where they do not. Judged by the spread of each pair, too many differences would be found
(8 % of families instead of 5 % with 6 cases and 12 replications). Where one case is very unlike the others
(half the staff), its large spread makes all intervals wide: Holm is then sharper.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError

Float64 = npt.NDArray[np.float64]
Multiple = Literal["holm", "tukey"]


def require_multiple(multiple: str | None) -> None:
    """Raises CcsimError for a method that does not exist."""
    if multiple not in (None, "holm", "tukey"):
        raise CcsimError(f"no correction '{multiple}' for many comparisons; there is: holm, tukey")


def two_sided(differences: Float64, errors: Float64, freedom: int) -> Float64:
    """p-values of Student's t; 1 where a difference of 0 never varied, 0 where another never did."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(differences) / errors
    p: Float64 = 2 * stdtr(freedom, -t)
    p = np.where((errors == 0) & (differences == 0), 1.0, p)
    return np.where((errors == 0) & (differences != 0), 0.0, p)


def holm(p: Float64) -> Float64:
    """p-values adjusted so that the chance of one false finding in the family keeps below the level.

    nan is left out of the family and stays nan.
    """
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = (len(order) - np.arange(len(order))) * p[order]
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def bonferroni_t(confidence: float, freedom: int, family: int) -> float:
    """The t value with which ``family`` intervals hold all at once."""
    from ccsim.metrics.estimators import student_t

    return student_t(1 - (1 - confidence) / max(family, 1), freedom)


def pooled_error(influences: Sequence[Float64]) -> Float64:
    """(entries,) standard error of a difference between any two cases, pooled over all of them.

    ``influences``: for each case (entries, replications), every row with the mean 0.
    """
    z = np.stack(influences)
    count, _, n = z.shape
    left = z - z.mean(axis=0)
    mean_square = (left**2).sum(axis=(0, 2)) / ((count - 1) * (n - 1))
    found: Float64 = np.sqrt(2 * mean_square / n)
    return found


@lru_cache(maxsize=256)
def tukey_t(confidence: float, cases: int, freedom: int) -> float:
    """What stands in the place of t for all pairs of ``cases``: the studentized range over sqrt(2)."""
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(confidence, cases, freedom)) / 2**0.5


def tukey_p(differences: Float64, errors: Float64, cases: int, freedom: int) -> Float64:
    """p-values of all pairs, adjusted for their number."""
    from scipy.stats import studentized_range

    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.sqrt(2.0) * np.abs(differences) / errors
    q = np.where((errors == 0) & (differences == 0), 0.0, q)
    far = np.isinf(q)
    p = np.asarray(studentized_range.sf(np.where(far, 0.0, q), cases, freedom), dtype=np.float64)
    return np.where(far, 0.0, p)
