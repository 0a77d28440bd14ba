"""Numbers with a decimal comma, as much of the world writes them: found in texts, and how to write them here.

A comma also parts the entries of lists (``mon,wed-fri``), of dates and of hours; those are left alone.
"""

from __future__ import annotations

import re

_BEGINS = r"(?:(?<![\d.,:/_-])|(?<![\w:]-)(?<=-))"
_THOUSANDS = r"(?P<thousands>[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)"
_COMMA = re.compile(rf"{_BEGINS}(?:{_THOUSANDS}|(?P<whole>\d[\d.]*),(?P<rest>\d+))(?![\d.,:])")


def comma_said(text: str) -> str:
    """What to say of a text with a comma inside a number; nothing of any other text."""
    found = _COMMA.search(text)
    if found is None:
        return ""
    wrong, right = repr(" ".join(text.split())), without_commas(text)
    if found["thousands"]:
        return f"{wrong} has a comma inside a number; write {right}, and decimals with a point"
    return f"{wrong} has a decimal comma; write a point: {right}"


def without_commas(text: str) -> str:
    """The text with points: ``cv 0.7`` of ``cv 0,7``, ``1200.5`` of ``1.200,5``, ``1200`` of ``1,200``."""
    return " ".join(_COMMA.sub(_plain, text).split())


def _plain(found: re.Match[str]) -> str:
    if found["thousands"]:
        return found["thousands"].replace(",", "")
    return f"{found['whole'].replace('.', '')}.{found['rest']}"


def is_only_thousands(text: str) -> bool:
    """Is it a bare number with marks between thousands, ``1,200``? Readers of numbers have their own word."""
    found = _COMMA.fullmatch(text.strip())
    return found is not None and bool(found["thousands"])


def parted_by_comma(before: str, after: str, *, in_list: bool) -> bool:
    """Were two neighbours inside brackets, with a comma and no space between them, meant as one number?

    Among keys always, as ``5m`` alone is no key; in a list where only the second has a unit.
    """
    if not re.search(r"\d$", before) or not re.match(r"\d", after):
        return False
    return re.match(r"\d+\s*[a-z%]", after) is not None if in_list else comma_said(f"{before},{after}") != ""
