"""Problems as text."""

from __future__ import annotations

from ccsim.errors import InputError, Problem


def test_lines_of_a_message_stay_lines_where_it_is_wrapped() -> None:
    message = "not known; say it with one of\n  tidy: a header\n  wide: a spreadsheet with days across"
    text = InputError([Problem("layout_of_it", message, line=1)], "v.csv").text(width=40)
    assert text.split("\n")[1:] == [
        "  line 1  layout_of_it",
        "      not known; say it with one of",
        "        tidy: a header",
        "        wide: a spreadsheet with days",
        "          across",
    ]
