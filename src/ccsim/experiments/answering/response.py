"""A fitted response surface: what a measure is between the points that were played.

A quadratic in the factors, each scaled to -1..1 over the range played, with every product of two factors, by
least squares (Box and Wilson 1951; Kleijnen, *Design and Analysis of Simulation
Experiments*, 2015, chapter 2). Its error is cross-validated: each point is predicted by the surface fitted to
all others, which for least squares needs no refitting, as the left-out residual is e / (1 - h) (Allen 1974).
A surface with 3 factors has 10 coefficients; it needs more points than that, and at least 3 values of each
factor that has a square.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surface:
    """A quadratic of named factors. ``terms``: for each coefficient, the places of its factors.

    ``cv_error``: root mean square of the left-out residuals, in the unit of the measure; ``cv_r2``: share of
    the spread of the points that left-out predictions explain (1: all of it, 0 or less: none);
    ``left_out``: (points,) each point's left-out residual.
    """

    names: tuple[str, ...]
    low: Float64
    high: Float64
    terms: tuple[tuple[int, ...], ...]
    coefficients: Float64
    cv_error: float
    cv_r2: float
    left_out: Float64

    def predict(self, points: Float64 | Sequence[Sequence[float]]) -> Float64:
        """(n, factors) values of the factors -> (n,) predicted values of the measure."""
        x = self._scaled(np.atleast_2d(np.asarray(points, dtype=np.float64)))
        found: Float64 = _columns(x, self.terms) @ self.coefficients
        return found

    def table(self) -> pd.DataFrame:
        """One row a coefficient: term, coefficient (of factors scaled to -1..1)."""
        import pandas as pd

        named = [" x ".join(self.names[i] for i in term) or "1" for term in self.terms]
        return pd.DataFrame({"term": named, "coefficient": self.coefficients})

    def solve(self, name: str, target: float, at: Mapping[str, float] | None = None) -> list[float]:
        """The values of one factor within its range where the surface has the value ``target``.

        ``at``: values of the other factors (default: the middle of their ranges). Raises CcsimError for an
        unknown factor.
        """
        place = self._place(name)
        middle = (self.low + self.high) / 2
        for other, value in (at or {}).items():
            middle[self._place(other)] = value
        # a quadratic in one factor is given by three of its values
        ends = np.array([self.low[place], (self.low[place] + self.high[place]) / 2, self.high[place]])
        points = np.tile(middle, (3, 1))
        points[:, place] = ends
        y = self.predict(points)
        roots = np.roots(_trimmed(np.polyfit(np.array([-1.0, 0.0, 1.0]), y - target, 2)))
        inside = sorted(
            float(r.real) for r in roots if abs(r.imag) < 1e-9 and -1 - 1e-9 <= r.real <= 1 + 1e-9
        )
        return [float(ends[1] + r * (ends[2] - ends[1])) for r in inside]

    def __str__(self) -> str:
        """One sentence about how far to trust it."""
        return (
            f"quadratic surface of {len(self.left_out)} points in {', '.join(self.names)}: it predicts a "
            f"point left out to {self.cv_error:.3g} (root mean square) and explains "
            f"{max(self.cv_r2, 0):.0%} of the spread"
        )

    def _place(self, name: str) -> int:
        if name not in self.names:
            hint = did_you_mean(name, self.names) or "; there is: " + ", ".join(self.names)
            raise CcsimError(f"the surface has no factor '{name}'{hint}")
        return self.names.index(name)

    def _scaled(self, points: Float64) -> Float64:
        found: Float64 = (2 * points - self.low - self.high) / (self.high - self.low)
        return found


def fit_surface(names: Sequence[str], points: Float64, values: Float64) -> Surface:
    """Fit a quadratic.

    ``points``: (n, factors); ``values``: (n,). A factor with two values gets no square. Raises CcsimError for
    too few points, a factor that does not vary, or points that do not tell the coefficients apart.
    """
    points, values = np.asarray(points, dtype=np.float64), np.asarray(values, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    still = [name for name, a, b in zip(names, low, high, strict=True) if a == b]
    if still:
        raise CcsimError(f"{', '.join(still)} did not vary, so nothing can be said about it")
    if np.isnan(values).any():
        raise CcsimError(f"{int(np.isnan(values).sum())} points have no value")
    squares = [(i, i) for i in range(len(names)) if len(np.unique(points[:, i])) > 2]
    terms = ((), *((i,) for i in range(len(names))), *squares, *combinations(range(len(names)), 2))
    if len(values) <= len(terms):
        raise CcsimError(
            f"a quadratic surface in {len(names)} factors has {len(terms)} coefficients and needs more "
            f"points than that, not {len(values)}"
        )
    scaled = (2 * points - low - high) / (high - low)
    columns = _columns(scaled, terms)
    if np.linalg.matrix_rank(columns) < len(terms):
        raise CcsimError(
            "the points do not tell the coefficients of the surface apart; play a grid, or sample them "
            "(latin_hypercube, sobol)"
        )
    q, r = np.linalg.qr(columns)
    coefficients = np.linalg.solve(r, q.T @ values)
    leverage = (q**2).sum(axis=1)
    left_out = (values - columns @ coefficients) / np.maximum(1 - leverage, 1e-12)
    spread = ((values - values.mean()) ** 2).sum()
    r2 = 1 - float((left_out**2).sum() / spread) if spread > 0 else float("nan")
    error = float(np.sqrt((left_out**2).mean()))
    return Surface(tuple(names), low, high, terms, coefficients, error, r2, left_out)


def _columns(x: Float64, terms: Sequence[tuple[int, ...]]) -> Float64:
    return np.column_stack([x[:, list(term)].prod(axis=1) if term else np.ones(len(x)) for term in terms])


def _trimmed(polynomial: Float64) -> Float64:
    """Without leading coefficients that are nothing but rounding."""
    tiny = 1e-9 * np.abs(polynomial).max(initial=0.0)
    kept = np.flatnonzero(np.abs(polynomial) > tiny)
    return polynomial[kept[0] :] if len(kept) else polynomial[:0]
