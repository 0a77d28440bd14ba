"""Built-in day shapes and shapes from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ccsim.compiler.tables.shapes import CELLS, CORNERS, builtin_shape, read_shape
from ccsim.errors import InputFileError
from ccsim.units import DAY, HOUR

Written = Callable[..., Path]


@pytest.mark.parametrize("name", CORNERS)
def test_built_in_shapes_are_shares(name: str) -> None:
    shape = builtin_shape(name)
    assert shape.shape == (CELLS,)
    assert shape.sum() == pytest.approx(1, abs=1e-12)
    assert (shape > 0).all()


@pytest.mark.parametrize("name", CORNERS)
def test_the_table_is_the_integral_of_the_curve(name: str) -> None:
    at, height = zip(*CORNERS[name], strict=True)
    fine = (
        np.interp((np.arange(CELLS * 400) + 0.5) / (CELLS * 400), at, height).reshape(CELLS, 400).sum(axis=1)
    )
    assert builtin_shape(name) == pytest.approx(fine / fine.sum(), rel=1e-4)


def test_the_names_say_what_they_are() -> None:
    assert np.ptp(builtin_shape("flat")) < 1e-15
    two = builtin_shape("two_peaks")
    peaks = [cell for cell in range(1, CELLS - 1) if two[cell - 1] < two[cell] >= two[cell + 1]]
    assert len(peaks) == 2
    assert two[peaks[0]] > two[peaks[1]] > two[peaks[0] : peaks[1]].min()
    assert 0.2 < peaks[0] / CELLS < 0.3  # mid-morning
    assert builtin_shape("morning").argmax() < CELLS / 3
    assert builtin_shape("evening").argmax() > 2 * CELLS / 3


def test_unknown_shapes() -> None:
    with pytest.raises(ValueError, match="no shape 'two_peak'; did you mean two_peaks"):
        builtin_shape("two_peak")


def test_from_to_share(written: Written) -> None:
    path = written("From;To;Share", "10:00;12:00;62,5%", "08:00;10:00;37,5 %")
    assert read_shape(path) == [(8 * HOUR, 10 * HOUR, 37.5), (10 * HOUR, 12 * HOUR, 62.5)]


def test_times_last_until_the_next(written: Written) -> None:
    path = written("time,volume", "08:00,10", "09:00,20", "11:00,")
    assert read_shape(path) == [
        (8 * HOUR, 9 * HOUR, 10),
        (9 * HOUR, 11 * HOUR, 20),
        (11 * HOUR, 13 * HOUR, 0),
    ]


def test_ranges_in_one_column_and_past_midnight(written: Written) -> None:
    path = written("time,share", "18:00-22:00,3", "22:00-02:00,1")
    assert read_shape(path) == [(18 * HOUR, 22 * HOUR, 3), (22 * HOUR, 26 * HOUR, 1)]
    assert read_shape(written("time,share", "00:00,1")) == [(0, DAY, 1)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["from,to,share", "08:00,10:00,1", "09:00,11:00,1"], "08:00 to 10:00 overlaps the next part"),
        (["time,share", "08:00,x"], "'x' is not a number"),
        (["time,share", "8 o'clock,1"], "is not a time of day"),
        (["time,share", "08:00,-1"], "-1 is negative"),
        (["time,share", "08:00,0"], "the shares sum to nothing"),
        (["time,share"], "there are no rows below the header"),
        (["time,weigth", "08:00,1"], "there is no column share or volume"),
        (["08:00,1", "09:00,1"], "there is no column from or time"),
    ],
)
def test_what_is_no_shape(written: Written, lines: list[str], message: str) -> None:
    with pytest.raises(InputFileError, match=message):
        read_shape(written(*lines))
