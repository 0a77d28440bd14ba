"""Sensitivity indices from points that were played: of a full grid, of a fitted surface, of Morris' paths.

*Grid*: the shares of the variance over the grid, each value of a factor as likely as the other: ``first`` is
the spread of the means over all other factors, ``total`` what is left when all other factors are known. Exact
for the grid (the decomposition of Sobol 1993, which for a table is the analysis of variance).

*Surface*: the same shares of a quadratic surface over its ranges, in closed form: with x uniform on -1..1 the
variance is 1/3 of x, 4/45 of x squared and 1/9 of a product of two.

*Morris*: along a path one factor changes at a time; the change of the measure over the change of the factor,
times its range, is an elementary effect. ``mu_star`` is the mean of their sizes, ``mu`` their mean, ``sigma``
their spread (Morris 1991, *Technometrics* 33).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.answering.response import Surface

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


def grid_shares(levels: Int64, values: Float64) -> Float64:
    """(2, factors) first and total shares.

    ``levels``: (points, factors) which value of each factor, from 0; every combination once.
    """
    counts = levels.max(axis=0) + 1
    if len(values) != counts.prod() or len(np.unique(levels, axis=0)) < len(values):
        raise CcsimError("the shares of a grid need every combination of the values once")
    table = np.empty(tuple(counts))
    table[tuple(levels.T)] = values
    whole = table.var()
    if whole == 0:
        return np.zeros((2, levels.shape[1]))
    axes = range(table.ndim)
    first = [table.mean(axis=tuple(a for a in axes if a != axis)).var() / whole for axis in axes]
    total = [1 - table.mean(axis=axis).var() / whole for axis in axes]
    return np.array([first, total])


def surface_shares(surface: Surface) -> Float64:
    """(2, factors) first and total shares of a surface."""
    first, joint = np.zeros(len(surface.names)), np.zeros(len(surface.names))
    whole = 0.0
    for term, coefficient in zip(surface.terms, surface.coefficients, strict=True):
        if not term:
            continue
        size = {1: 1 / 3, 2: 4 / 45 if term[0] == term[-1] else 1 / 9}[len(term)]
        variance = size * float(coefficient) ** 2
        whole += variance
        if len(set(term)) == 1:
            first[term[0]] += variance
        else:
            joint[list(term)] += variance
    return np.array([first, first + joint]) / whole if whole else np.zeros((2, len(first)))


def elementary_effects(points: Float64, values: Float64) -> list[Float64]:
    """For each factor the elementary effects over its range.

    ``points``: (paths x (factors + 1), factors) values of the factors, path after path. Raises CcsimError
    where they are no paths on which one factor changes at a time.
    """
    factors = points.shape[1]
    if len(points) % (factors + 1):
        raise CcsimError("the paths are not whole")
    span = np.ptp(points, axis=0)
    found: list[list[float]] = [[] for _ in range(factors)]
    paths = points.reshape(-1, factors + 1, factors), values.reshape(-1, factors + 1)
    for places, measured in zip(*paths, strict=True):
        for step, gap in zip(np.diff(places, axis=0), np.diff(measured), strict=True):
            (moved,) = np.nonzero(step)
            if len(moved) != 1:
                raise CcsimError("on a path of Morris' design one factor changes at a time")
            found[moved[0]].append(float(gap / step[moved[0]] * span[moved[0]]))
    return [np.array(effects) for effects in found]


def morris_numbers(effects: Sequence[Float64]) -> Float64:
    """(3, factors): mu_star, mu and sigma."""
    return np.array(
        [
            [np.abs(one).mean() for one in effects],
            [one.mean() for one in effects],
            [one.std(ddof=1) if len(one) > 1 else np.nan for one in effects],
        ]
    )
