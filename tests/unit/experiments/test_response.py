"""Response surfaces are exact for quadratics; their error is what leaving points out gives."""

from __future__ import annotations

import numpy as np
import pytest

import ccsim
from ccsim.experiments.answering.response import fit_surface


def grid(*values: list[float]) -> np.ndarray:  # type: ignore[type-arg]
    return np.stack(np.meshgrid(*values, indexing="ij"), axis=-1).reshape(-1, len(values))


def test_a_quadratic_is_found_exactly() -> None:
    x = grid([10, 12, 14, 16], [0.2, 0.3, 0.4])
    y = 3 - 2 * x[:, 0] + 40 * x[:, 1] + 0.1 * x[:, 0] ** 2 - 5 * x[:, 0] * x[:, 1]
    surface = fit_surface(["people", "share"], x, y)
    assert surface.predict([[11, 0.25]]) == pytest.approx([3 - 22 + 10 + 12.1 - 13.75])
    assert surface.cv_error == pytest.approx(0, abs=1e-9)
    assert surface.cv_r2 == pytest.approx(1)
    assert surface.table()["term"].tolist() == [
        "1", "people", "share", "people x people", "share x share", "people x share"
    ]  # fmt: skip


def test_the_error_is_that_of_refitting_without_each_point() -> None:
    rng = np.random.default_rng(1)
    x = grid([1, 2, 3, 4], [1, 2, 3])
    y = np.sin(x[:, 0]) * x[:, 1] + rng.normal(size=12) * 0.1
    surface = fit_surface(["a", "b"], x, y)
    by_hand = []
    for i in range(12):
        kept = np.arange(12) != i
        terms = np.column_stack([np.ones(12), x, x**2, x.prod(axis=1)])
        weights = np.linalg.lstsq(terms[kept], y[kept], rcond=None)[0]
        by_hand.append(y[i] - terms[i] @ weights)
    assert surface.left_out == pytest.approx(by_hand)
    assert surface.cv_error == pytest.approx(np.sqrt(np.mean(np.square(by_hand))))
    assert "12 points in a, b" in str(surface)


def test_a_factor_with_two_values_has_no_square() -> None:
    x = grid([0, 1], [1, 2, 3])
    surface = fit_surface(["switch", "n"], x, x[:, 0] + x[:, 1] ** 2)
    assert "switch x switch" not in surface.table()["term"].tolist()
    assert surface.predict([[1, 2]]) == pytest.approx([5])


def test_where_the_surface_has_a_value() -> None:
    x = grid([0, 1, 2, 3, 4], [0, 1, 2])
    surface = fit_surface(["a", "b"], x, (x[:, 0] - 1) ** 2 + x[:, 1])
    assert surface.solve("a", 4, {"b": 0}) == pytest.approx([3])
    assert surface.solve("a", 1.5, {"b": 1}) == pytest.approx([1 - 0.5**0.5, 1 + 0.5**0.5])
    assert surface.solve("a", 2) == pytest.approx([0, 2])  # b in the middle
    assert surface.solve("a", 99) == []
    line = fit_surface(["a", "b"], x, 2 * x[:, 0] + x[:, 1])
    assert line.solve("a", 5, {"b": 1}) == pytest.approx([2])
    with pytest.raises(ccsim.CcsimError, match="no factor 'c'"):
        line.solve("c", 1)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (grid([1, 2, 3], [5]), np.arange(3.0), "b did not vary"),
        (grid([1, 2], [1, 2]), np.arange(4.0), "has 4 coefficients and needs more points than that, not 4"),
        (grid([1, 2, 3], [1, 2, 3]), np.full(9, np.nan), "9 points have no value"),
        (np.repeat(np.arange(5.0), 3)[:, None] * [1, 2], np.arange(15.0), "play a grid"),
    ],
)
def test_points_that_make_no_surface(x: np.ndarray, y: np.ndarray, message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(ccsim.CcsimError, match=message):
        fit_surface(["a", "b"], x, y)
