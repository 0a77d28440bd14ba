"""Indices of functions whose indices are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ccsim.errors import CcsimError
from ccsim.experiments.answering.indices import (
    elementary_effects,
    grid_shares,
    morris_numbers,
    surface_shares,
)
from ccsim.experiments.answering.response import fit_surface


def full_grid(*counts: int) -> np.ndarray:
    return np.array(list(itertools.product(*(range(count) for count in counts))))


def test_the_shares_of_a_grid() -> None:
    """y = x + z of 3 and 2 values: variances 2/3 and 1/4, no interaction."""
    levels = full_grid(3, 2)
    first, total = grid_shares(levels, levels.sum(axis=1).astype(float))
    assert first.tolist() == pytest.approx([8 / 11, 3 / 11])
    assert total.tolist() == pytest.approx(first.tolist())


def test_what_two_do_only_together() -> None:
    """Exclusive or: nothing alone, everything together."""
    levels = full_grid(2, 2)
    first, total = grid_shares(levels, np.array([0.0, 1.0, 1.0, 0.0]))
    assert first.tolist() == [0, 0]
    assert total.tolist() == [1, 1]
    assert grid_shares(levels, np.ones(4)).tolist() == [[0, 0], [0, 0]]


def test_a_grid_with_a_hole_has_no_shares() -> None:
    with pytest.raises(CcsimError, match="every combination"):
        grid_shares(full_grid(2, 2)[:3], np.ones(3))


def test_the_shares_of_a_quadratic() -> None:
    """By 400,000 draws: y = 1 + 2a + b^2 + 3ab with a and b uniform on -1..1."""
    x = np.array(list(itertools.product(np.linspace(-1, 1, 5), repeat=2)))

    def y(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return 1 + 2 * a + b**2 + 3 * a * b

    first, total = surface_shares(fit_surface(["a", "b"], x, y(x[:, 0], x[:, 1])))
    a, b, other = np.random.default_rng(1).uniform(-1, 1, (3, 400_000))
    whole = y(a, b)
    for place, again in enumerate((y(a, other), y(other, b))):
        assert first[place] == pytest.approx(np.cov(whole, again)[0, 1] / whole.var(), abs=0.01)
    for place, again in enumerate((y(other, b), y(a, other))):
        assert total[place] == pytest.approx(((whole - again) ** 2).mean() / 2 / whole.var(), abs=0.01)


def test_elementary_effects_of_a_straight_line_are_its_slopes() -> None:
    points = np.array([[0, 0], [2, 0], [2, 9], [3, 9], [3, 0], [0, 0]], dtype=float)
    effects = elementary_effects(points, 5 - 2 * points[:, 0] + points[:, 1])
    star, mean, spread = morris_numbers(effects)
    assert star.tolist() == pytest.approx([6, 9])  # over the ranges 3 and 9
    assert mean.tolist() == pytest.approx([-6, 9])
    assert spread.tolist() == pytest.approx([0, 0])


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(CcsimError, match="not whole"):
        elementary_effects(np.zeros((4, 2)), np.zeros(4))
    with pytest.raises(CcsimError, match="one factor changes"):
        elementary_effects(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]), np.zeros(3))
