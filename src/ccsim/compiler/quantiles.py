"""Laws -> tables of quantiles, in which the engines look up what a journey needs; names -> salts."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import STRATA, TABLE_LENGTH
from ccsim.compiler.mixtures import quantiles_of_mixture
from ccsim.distributions import Law, Mixture
from ccsim.kinds import NEVER

LONGEST_US = 2**46  # 2 years; keeps interpolation and factors within int64


def salt_of(name: str) -> int:
    """int64 that stands for a name in the addresses of its numbers."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def table_of(law: Law) -> npt.NDArray[np.int64]:
    """(TABLE_LENGTH,) quantiles of a law of durations, in microseconds."""
    at = levels()
    seconds = quantiles_of_mixture(law, at) if isinstance(law, Mixture) else law.quantile(at)
    with np.errstate(invalid="ignore"):
        table = np.where(np.isfinite(seconds), np.minimum(np.rint(seconds * 1e6), LONGEST_US), NEVER)
    return table.astype(np.int64)


def logistic_table() -> npt.NDArray[np.int64]:
    """(TABLE_LENGTH,) quantiles of the standard logistic law, in micro-logits."""
    u = np.maximum(levels(), 2.0**-25)
    return np.rint((np.log(u) - np.log1p(-u)) * 1e6).astype(np.int64)


def levels() -> npt.NDArray[np.float64]:
    """(TABLE_LENGTH,) the probabilities at which a table holds quantiles."""
    whole = np.arange(STRATA) / STRATA
    last = 1 - 1 / STRATA + np.arange(STRATA + 1) / STRATA**2
    last[-1] = 1 - 2.0**-25
    both = np.concatenate((whole, last))
    assert len(both) == TABLE_LENGTH
    return both
