"""Decimal commas are told from the commas of lists, dates and hours, in texts and inside YAML's brackets."""

from __future__ import annotations

import pytest

from ccsim.commas import comma_said, without_commas
from ccsim.scenario.yaml_marks import read_yaml
from ccsim.units import parse_duration, parse_factor, parse_share


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("cv 0,7", "cv 0.7"),
        ("5,5m", "5.5m"),
        ("5m20,5s", "5m20.5s"),
        ("30,5%", "30.5%"),
        ("-20,5%", "-20.5%"),
        ("x1,5", "x1.5"),
        ("exponential mean 4,5 min", "exponential mean 4.5 min"),
        ("1,5% balk, else weibull mean 3m shape 1,3", "1.5% balk, else weibull mean 3m shape 1.3"),
        ("1.200,5", "1200.5"),
        ("0,125", "0.125"),
        ("1,200s", "1200s"),
    ],
)
def test_a_comma_inside_a_number_is_found(text: str, right: str) -> None:
    assert without_commas(text) == right
    assert f"write a point: {right}" in comma_said(text) or f"write {right}," in comma_said(text)


@pytest.mark.parametrize(
    "text",
    ["mon,wed-fri", "5m,10m", "20%,30%", "1,1.2,1.3", "8-12,13-18", "08:00-12:00,13:00-18:00",
     "2026-03-02,2026-03-04", "5% balk, else fixed 3m", "30% lognormal mean 5m cv 1,else never", "10, 20"],
)  # fmt: skip
def test_a_comma_between_entries_is_not(text: str) -> None:
    assert comma_said(text) == ""
    assert without_commas(text) == text


@pytest.mark.parametrize(
    ("text", "read"), [("1,5h", parse_duration), ("0,5%", parse_share), ("x1,5", parse_factor)]
)
def test_readers_of_units_say_so(text: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match=r"has a decimal comma; write a point"):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["[1,1.2,1.4]", "[1,2,3]", "[20%,30%]", "[5m,10m]", "[45m after 4h,15m after 6h]", "[mon,tue]",
     "{a: 1,b: 2}", "{a: 1, 5m: 2}", "{a: '1','5m': }", "[08:00-12:00,13:00-18:00]"],
)  # fmt: skip
def test_lists_and_maps_in_brackets_remain_what_they_are(text: str) -> None:
    document = read_yaml(text)
    assert document.problems == []
    assert len(document.data) == text.count(",") + 1


def test_a_number_parted_in_brackets_is_told_once_and_read_with_points() -> None:
    document = read_yaml(
        "{talk: lognormal mean 5,5m cv 0,7, retry: 40,5%, delay: 1,5h, breaks: [45m after 4,5h]}"
    )
    assert [problem.path for problem in document.problems] == ["talk", "retry", "delay", "breaks.0"]
    assert document.data == {
        "talk": "lognormal mean 5.5m cv 0.7",
        "retry": "40.5%",
        "delay": "1.5h",
        "breaks": ["45m after 4.5h"],
    }
