"""Errors of the YAML itself in plain words, at the line where the slip is.

A parser complains where it can go on no longer, which is often the line after: a key without the space behind
its colon is a text until the next key comes. Each finder below looks for one such slip around the complaint.
"""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from ccsim.errors import Problem

_GLUED = re.compile(r"\s*(?:- +)*([A-Za-z_][\w.-]*):(?![\s/])(?=.)")
_KEY = re.compile(r"\s*(?:- +)*[A-Za-z_][\w.-]*:(?:\s|$)")
_TEXT_IN_QUOTES = re.compile(r"\s*(?:- +)*[\w.-]+: +(['\"])")
_FOUND = re.compile(r"expected '?<(?:block end|document start)>'?, but found \(?'?([^',)]+|,)")


def key_without_space(text: str) -> str | None:
    """``headcount`` of ``headcount:11``; None for other texts, such as 08:00 or http://there."""
    found = _GLUED.match(text)
    return found[1] if found else None


def space_is_missing(key: str) -> str:
    """What to say of a key whose colon has no space behind it."""
    return f"a space is missing after '{key}:'"


def syntax_problem(error: MarkedYAMLError, text: str) -> Problem:
    """The problem behind a parser's complaint."""
    mark = error.problem_mark or error.context_mark
    message = " ".join(str(error.problem or error.context or "not YAML").split())
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    lines = text.splitlines()
    this_line = lines[line - 1] if 0 < line <= len(lines) else ""
    if "'\\t'" in message or "\t" in this_line[: max(column, 1)]:
        return Problem("", "a tab cannot indent or begin a value; use spaces", line=line, column=column)
    if "single document" in str(error.context or "") + message:
        message = "one file holds one scenario; a second document starts here"
        return Problem("", message, line=line, column=column)
    slip = _slip(error, message, lines, line, column)
    return slip or Problem("", f"not YAML: {message}{_opened(error)}", line=line, column=column)


def _slip(error: MarkedYAMLError, message: str, lines: list[str], line: int, column: int) -> Problem | None:
    context = error.context_mark.line + 1 if error.context_mark else line
    if "mapping values are not allowed" in message:
        before = _before(lines, line)
        slip = _glued(lines, (before,)) or _not_a_key(lines, before, line) or _too_deep(lines, line, column)
        said = "a colon here starts a second key; indent it, or put a text with ': ' in quotes"
        return slip or Problem("", said, line=line, column=column)
    if "quoted scalar" in str(error.context) and "end of stream" in message and error.context_mark:
        return Problem("", "this quote is not closed", line=context, column=error.context_mark.column + 1)
    if "cannot start any token" in message:
        start = lines[line - 1][column - 1 : column]
        return Problem("", f"a text cannot begin with {start}; put it in quotes", line=line, column=column)
    if "could not find expected ':'" in message:
        return _glued(lines, (context,)) or _no_colon(lines, context)
    found = _FOUND.match(message)
    if found is None:
        return None
    if found[1].startswith("<block") or found[1] == "?":
        slip = _glued(lines, (_before(lines, line),)) or _uneven(lines, line, column)
        if slip:
            return slip
    return Problem("", _not_here(found[1], lines[line - 1 : line], column), line=line, column=column)


def _opened(error: MarkedYAMLError) -> str:
    """Where the bracket is that was not closed."""
    if error.context_mark is None or "flow" not in str(error.context):
        return ""
    return f"; the bracket opened in line {error.context_mark.line + 1} is not closed"


def _glued(lines: list[str], numbers: tuple[int, ...]) -> Problem | None:
    """A key without the space behind its colon in one of the lines."""
    for number in numbers:
        if 0 < number <= len(lines):
            key = key_without_space(lines[number - 1])
            if key:
                column = lines[number - 1].index(f"{key}:") + 1
                return Problem("", space_is_missing(key), line=number, column=column)
    return None


def _too_deep(lines: list[str], line: int, column: int) -> Problem | None:
    """A key indented below a value, where no key can be: ``a: 1`` and then, further in, ``b: 2``."""
    before = _before(lines, line)
    if not before or not _KEY.match(lines[line - 1]) or lines[line - 1].find(":") != column - 1:
        return None
    here, there = _indent(lines[line - 1]), _indent(lines[before - 1])
    if here <= there or not _KEY.match(lines[before - 1]):
        return None
    return _odd_one(lines, _levels(lines, line, -1, there), there, line, here)


def _uneven(lines: list[str], line: int, column: int) -> Problem | None:
    """A key or entry further out than the lines before it, and further in than what they belong to."""
    here = column - 1
    if lines[line - 1][:here].strip():
        return None
    above = _levels(lines, line, -1, here + 1)
    if not above:
        return None
    level = min(_indent(lines[number - 1]) for number in above)
    return _odd_one(lines, above, level, line, here)


def _odd_one(lines: list[str], above: list[int], level: int, line: int, here: int) -> Problem:
    """Of the lines above at one level and the lines from here on at another: the ones that slipped.

    An odd number of spaces is the slip where the other side has an even one; else the side of fewer lines is.
    """
    above = [number for number in above if _indent(lines[number - 1]) == level]
    below = [line, *(n for n in _levels(lines, line, 1, here) if _indent(lines[n - 1]) == here)]
    one_is_odd = level % 2 != here % 2
    if len(above) == 1 and (level % 2 if one_is_odd else len(above) < len(below)):
        return _indented(above[0], level, here)
    return _indented(line, here, level)


def _levels(lines: list[str], line: int, step: int, least: int) -> list[int]:
    """Numbers of the lines of content next to this one, as long as they are indented by at least so much."""
    out = []
    number = line + step
    while 0 < number <= len(lines):
        if _has_content(lines[number - 1]):
            if _indent(lines[number - 1]) < least:
                break
            out.append(number)
        number += step
    return out


def _indented(line: int, here: int, neighbours: int) -> Problem:
    return Problem("", f"indented by {here}, its neighbours by {neighbours}", line=line, column=here + 1)


def _not_a_key(lines: list[str], before: int, line: int) -> Problem | None:
    """A line without any colon, indented as the key that follows is."""
    if not before or ":" in lines[before - 1] or _indent(lines[before - 1]) != _indent(lines[line - 1]):
        return None
    return _no_colon(lines, before)


def _no_colon(lines: list[str], line: int) -> Problem | None:
    if not 0 < line <= len(lines):
        return None
    said = lines[line - 1].split(" #")[0].strip()
    if not said or said[0] in "-'\"[]{}&*!":
        return None
    shown = said if len(said) <= 40 else said[:37] + "..."
    message = f"'{shown}' has no colon after its key; write key: value"
    return Problem("", message, line=line, column=_indent(lines[line - 1]) + 1)


def _not_here(found: str, this_line: list[str], column: int) -> str:
    """Plain words for something that a block cannot go on with."""
    if found in ("}", "]"):
        return f"this {found} closes no bracket"
    if found == ",":
        return "a comma cannot stand here; put a text with a comma behind quotes into the quotes"
    if this_line and _TEXT_IN_QUOTES.match(this_line[0][: column - 1]):
        return "nothing can follow a closing quote; put the whole text in quotes"
    if found in ("-", "<block sequence start>"):
        return "a list entry cannot stand among keys; look at the indentation"
    return "this does not go on with the lines before it; look at the indentation and at colons"


def _before(lines: list[str], line: int) -> int:
    """Number of the line of content before this one, 0 if there is none."""
    return next((n for n in range(line - 1, 0, -1) if _has_content(lines[n - 1])), 0)


def _has_content(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
