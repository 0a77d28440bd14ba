"""Laws of durations: exponential, lognormal, gamma, Weibull, fixed, uniform, never, empirical, mixtures.

A law turns uniforms into durations by its quantile function, so a uniform is one customer's luck: when the
mean changes the same customer scales, when the law changes nobody else moves. Means are seconds;
coefficients of variation (cv) are standard deviation over mean. Drawn durations are seconds as float64; they
are rounded to microseconds once, in :mod:`ccsim.draws`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Law(Protocol):
    """A law of a non-negative duration."""

    def mean(self) -> float:
        """Mean in seconds; ``inf`` for *never*."""
        ...

    def quantile(self, u: Floats) -> Floats:
        """Seconds below which a share ``u`` of durations falls; ``u`` in [0, 1), any shape."""
        ...

    def survival(self, t: float) -> float:
        """Share of durations longer than ``t`` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    value_s: float

    def mean(self) -> float:
        return self.value_s

    def quantile(self, u: Floats) -> Floats:
        return np.full_like(u, self.value_s)

    def survival(self, t: float) -> float:
        return 1.0 if t < self.value_s else 0.0


@dataclass(frozen=True, slots=True)
class Never:
    """Does not come: a customer who waits for ever."""

    def mean(self) -> float:
        return math.inf

    def quantile(self, u: Floats) -> Floats:
        return np.full_like(u, math.inf)

    def survival(self, t: float) -> float:
        return 1.0


@dataclass(frozen=True, slots=True)
class Uniform:
    """Equally likely between two bounds."""

    low_s: float
    high_s: float

    def mean(self) -> float:
        return (self.low_s + self.high_s) / 2

    def quantile(self, u: Floats) -> Floats:
        return self.low_s + (self.high_s - self.low_s) * u

    def survival(self, t: float) -> float:
        if t < self.low_s:
            return 1.0
        if t >= self.high_s:
            return 0.0
        return (self.high_s - t) / (self.high_s - self.low_s)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Memoryless; cv 1."""

    mean_s: float

    def mean(self) -> float:
        return self.mean_s

    def quantile(self, u: Floats) -> Floats:
        seconds = 1.0 - u
        np.log(seconds, out=seconds)
        seconds *= -self.mean_s
        return seconds

    def survival(self, t: float) -> float:
        return math.exp(-max(t, 0.0) / self.mean_s)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Exponential of a normal; the shape of most handle times (Brown et al. 2005)."""

    mean_s: float
    cv: float

    def _sigma(self) -> float:
        return math.sqrt(math.log1p(self.cv * self.cv))

    def mean(self) -> float:
        return self.mean_s

    def quantile(self, u: Floats) -> Floats:
        from scipy.special import ndtri

        sigma = self._sigma()
        # the left end keeps u = 0 finite: half of the smallest step of a 53-bit uniform
        z = np.maximum(u, 2.0**-54)
        ndtri(z, out=z)
        z *= sigma
        z += math.log(self.mean_s) - sigma * sigma / 2
        return np.exp(z, out=z)

    def survival(self, t: float) -> float:
        if t <= 0:
            return 1.0
        sigma = self._sigma()
        z = (math.log(t / self.mean_s) + sigma * sigma / 2) / sigma
        return 0.5 * math.erfc(z / math.sqrt(2))


@dataclass(frozen=True, slots=True)
class Gamma:
    """Sum-of-exponentials shape; cv below 1 is steadier than exponential, above 1 wilder."""

    mean_s: float
    cv: float

    def mean(self) -> float:
        return self.mean_s

    def quantile(self, u: Floats) -> Floats:
        from scipy.special import gammaincinv

        shape = 1 / (self.cv * self.cv)
        return np.asarray(gammaincinv(shape, u) * (self.mean_s / shape), dtype=np.float64)

    def quantile_of_many(self, u: Floats) -> Floats:
        """As :meth:`quantile`, to ten digits and twenty times faster: read from a cubic spline.

        The cube root of a gamma variate is nearly a straight line in the normal variate of the same
        probability (Wilson and Hilferty 1931), so few nodes do.
        """
        from scipy.special import ndtri

        shape = 1 / (self.cv * self.cv)
        coefficients = _cube_roots_of_gamma(shape)
        place = ndtri(u)
        np.clip(place, -_FAR_OUT, _FAR_OUT, out=place)
        place += _FAR_OUT
        place *= _NODES / (2 * _FAR_OUT)
        node = place.astype(np.int64)
        np.minimum(node, _NODES - 1, out=node)
        place -= node
        root = coefficients[0].take(node)
        for c in coefficients[1:]:
            root *= place
            root += c.take(node)
        cube: Floats = root * root
        cube *= root
        cube *= self.mean_s / shape
        return cube

    def survival(self, t: float) -> float:
        from scipy.special import gammaincc

        shape = 1 / (self.cv * self.cv)
        return float(gammaincc(shape, max(t, 0.0) * shape / self.mean_s))


_NODES = 2048
_FAR_OUT = 8.3  # normal deviates; beyond them lies less than the smallest step of a uniform number


@lru_cache(maxsize=64)
def _cube_roots_of_gamma(shape: float) -> Floats:
    """(4, _NODES) coefficients of the cube root of a gamma variate of mean ``shape``, by normal deviates."""
    from scipy.interpolate import CubicSpline
    from scipy.special import gammainccinv, gammaincinv, ndtr

    z = np.linspace(-_FAR_OUT, _FAR_OUT, _NODES + 1)
    x = np.where(z < 0, gammaincinv(shape, ndtr(z)), gammainccinv(shape, ndtr(-z)))
    step = z[1] - z[0]
    powers = step ** np.array([3.0, 2.0, 1.0, 0.0])[:, None]
    return np.ascontiguousarray(CubicSpline(z, np.cbrt(x)).c * powers)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Hazard that grows (shape above 1) or falls (below 1) with time."""

    mean_s: float
    shape: float

    def _scale(self) -> float:
        return self.mean_s / math.gamma(1 + 1 / self.shape)

    def mean(self) -> float:
        return self.mean_s

    def quantile(self, u: Floats) -> Floats:
        seconds = 1.0 - u
        np.log(seconds, out=seconds)
        np.negative(seconds, out=seconds)
        seconds **= 1 / self.shape
        seconds *= self._scale()
        return seconds

    def survival(self, t: float) -> float:
        return math.exp(-((max(t, 0.0) / self._scale()) ** self.shape))


@dataclass(frozen=True, slots=True)
class Empirical:
    """Straight lines between given quantiles; the share beyond the last one never comes to an end.

    ``shares`` ascend from 0 to at most 1 and ``values_s`` ascend beside them. Where the last share is below 1
    (a Kaplan-Meier curve that stops early), the tail follows ``tail_s``, an exponential mean beyond the last
    value; with ``tail_s`` None it is at the last value.
    """

    shares: tuple[float, ...]
    values_s: tuple[float, ...]
    tail_s: float | None = None

    def mean(self) -> float:
        body = sum(
            (s1 - s0) * (v0 + v1) / 2
            for s0, s1, v0, v1 in zip(
                self.shares, self.shares[1:], self.values_s, self.values_s[1:], strict=False
            )
        )
        return body + (1 - self.shares[-1]) * (self.values_s[-1] + (self.tail_s or 0.0))

    def quantile(self, u: Floats) -> Floats:
        body = np.interp(u, self.shares, self.values_s)
        left = 1.0 - self.shares[-1]
        if self.tail_s is None or left <= 0:
            return body
        beyond = np.maximum(u - self.shares[-1], 0.0) / left
        return np.where(u > self.shares[-1], body - self.tail_s * np.log(1.0 - beyond), body)

    def survival(self, t: float) -> float:
        if t < self.values_s[-1]:
            return 1.0 - float(np.interp(t, self.values_s, self.shares, left=0.0))
        left = 1.0 - self.shares[-1]
        if self.tail_s is None or left <= 0:
            return 0.0
        return left * math.exp(-(t - self.values_s[-1]) / self.tail_s)


@dataclass(frozen=True, slots=True)
class Mixture:
    """One of several laws, chosen by share: for example 5 % who do not wait at all, else exponential."""

    shares: tuple[float, ...]
    laws: tuple[Law, ...]

    def mean(self) -> float:
        return sum(share * law.mean() for share, law in zip(self.shares, self.laws, strict=True))

    def quantile(self, u: Floats) -> Floats:
        """One uniform chooses the law and, rescaled, the place within it (not monotone across laws)."""
        out = np.empty_like(u)
        low = 0.0
        for number, (share, law) in enumerate(zip(self.shares, self.laws, strict=True)):
            high = 1.0 if number == len(self.laws) - 1 else low + share
            inside = (u >= low) & (u < high)
            if share > 0:
                within = np.minimum((u[inside] - low) / (high - low), 1 - 2.0**-53)
                out[inside] = law.quantile(within)
            low = high
        return out

    def survival(self, t: float) -> float:
        return sum(share * law.survival(t) for share, law in zip(self.shares, self.laws, strict=True))
