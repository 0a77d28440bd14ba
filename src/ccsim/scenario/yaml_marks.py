"""YAML text -> plain data and the place of every key and value. The only module that calls ruamel.yaml;
``yaml_syntax`` words its errors.

The text is composed once (nodes with marks) and the data is built from the nodes by the core schema of
YAML 1.2: ``no`` is a text, ``12:30`` is a text, a date is a text that the models read. Keys are always text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from ccsim.commas import comma_said, without_commas
from ccsim.errors import Problem
from ccsim.scenario import yaml_commas as commas
from ccsim.scenario.yaml_syntax import syntax_problem

Path = tuple[str | int, ...]

MOST_NODES = 200_000  # aliases of aliases could otherwise unfold without end
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_POINTED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}


class PlusInt(int):
    """A whole number written with a plus: ``+1`` may have been meant as one more."""


class PlusFloat(float):
    """A number written with a plus."""


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, from 1; 0 means unknown."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


@dataclass(slots=True)
class Marks:
    """Where the keys and the values of a document stand, by path, and how odd numbers were written."""

    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    thousands: dict[Path, str] = field(default_factory=dict)  # 2.600: a point may stand between thousands
    parted: dict[Path, str] = field(default_factory=dict)  # of lists: two items that may be one, 1,2

    def key(self, path: Path) -> Place:
        """Place of the key at the end of the path, or of the nearest thing around it."""
        return self.keys.get(path) or self.value(path)

    def value(self, path: Path) -> Place:
        """Place of the value at the path, or of the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, NOWHERE)


@dataclass(slots=True)
class Document:
    """A text as data, with the marks; problems of the YAML itself make ``data`` unusable."""

    data: Any
    marks: Marks
    problems: list[Problem]
    empty: bool = False


def read_yaml(text: str) -> Document:
    """Compose the text and build its data; syntax errors and duplicate keys become problems."""
    document = Document(None, Marks(), [])
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        document.problems.append(syntax_problem(error, text))
        return document
    except RecursionError:
        document.problems.append(Problem("", "nested too deeply"))
        return document
    except (YAMLError, ValueError) as error:
        # a reader error has no mark: a character that YAML does not allow
        document.problems.append(_character_problem(error, text))
        return document
    if root is None:
        document.empty = True
        return document
    builder = _Builder(document)
    try:
        document.data = builder.build(root, ())
    except RecursionError:
        document.problems.append(Problem("", "nested too deeply"))
    return document


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self.open: list[int] = []

    def build(self, node: Any, path: Path) -> Any:
        self.count += 1
        if self.count > MOST_NODES:
            if self.count == MOST_NODES + 1:
                self.complain(node, path, f"more than {MOST_NODES} values; put large tables into CSV files")
            return None
        if id(node) in self.open:
            self.complain(node, path, "an alias inside its own anchor")
            return None
        self.document.marks.values[path] = _place(node)
        self.open.append(id(node))
        try:
            if isinstance(node, MappingNode):
                return self.mapping(node, path)
            if isinstance(node, SequenceNode):
                pair = commas.whole_pair(node)
                if pair:
                    self.document.marks.parted[path] = pair
                return [
                    self.value(pieces, (*path, number)) for number, pieces in enumerate(commas.items(node))
                ]
            if node.style is None and _POINTED.fullmatch(str(node.value)):
                self.document.marks.thousands[path] = str(node.value)
            return self.scalar(node, path)
        finally:
            self.open.pop()

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, pieces in commas.entries(node):
            if not isinstance(key_node, ScalarNode):
                self.complain(key_node, path, "a key must be a plain name")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key == "<<" and key_node.style is None:
                self.complain(key_node, here, "merge keys are not read; use defaults: for what is common")
                continue
            if key in data:
                first = self.document.marks.keys[here]
                self.complain(key_node, here, f"named twice; the first is in line {first.line}")
                continue
            self.document.marks.keys[here] = _place(key_node)
            data[key] = self.value(pieces, here)
            if data[key] is None:
                # an empty value has its mark somewhere behind it, often in the next line
                self.document.marks.values[here] = self.document.marks.keys[here]
        return data

    def value(self, pieces: list[Any], path: Path) -> Any:
        """The value of one node; pieces parted by decimal commas are complained of, and read with points."""
        if len(pieces) == 1:
            return self.build(pieces[0], path)
        self.document.marks.values[path] = _place(pieces[0])
        text = commas.text_of(pieces)
        self.complain(pieces[0], path, comma_said(text))
        return plain_scalar(without_commas(text))

    def scalar(self, node: ScalarNode, path: Path) -> Any:
        tag = str(node.tag or "")
        if not tag.startswith(_TAG):
            self.complain(node, path, f"the tag {tag} is not read; write the plain value")
            return str(node.value)
        text = str(node.value)
        if node.style is not None or tag == _TAG + "str":
            return text
        return plain_scalar(text)

    def complain(self, node: Any, path: Path, message: str) -> None:
        place = _place(node)
        self.document.problems.append(Problem(dotted(path), message, line=place.line, column=place.column))


def plain_scalar(text: str) -> Any:
    """The value of an unquoted scalar by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if text.startswith(("0o", "0x")):
            return int(text, 0)
        # Python refuses to read numbers of thousands of digits; such a text is no number of ours
        if len(text) >= 400:
            return math.inf
        return PlusInt(text) if text.startswith("+") else int(text)
    if _FLOAT.fullmatch(text):
        return PlusFloat(text) if text.startswith("+") else float(text)
    return text


def dotted(path: Path) -> str:
    """``queues.support.talk`` of a path."""
    return ".".join(str(part) for part in path)


def write_yaml(data: dict[str, Any]) -> str:
    """Block style with short maps and lists of plain values on one line; reads back as the same data."""
    from io import StringIO

    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    def styled(value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            out = CommentedMap((key, styled(item, depth + 1)) for key, item in value.items())
            if depth >= 2 and _fits_one_line(value):
                out.fa.set_flow_style()
            return out
        if isinstance(value, list):
            items = CommentedSeq(styled(item, depth + 1) for item in value)
            if _fits_one_line(value):
                items.fa.set_flow_style()
            return items
        return value

    writer = YAML(typ="rt", pure=True)
    writer.version = None
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 4096
    writer.allow_unicode = True
    stream = StringIO()
    writer.dump(styled(data, 0), stream)
    return stream.getvalue()


def _fits_one_line(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    flat = all(
        not isinstance(item, dict | list) or (not isinstance(value, dict) and _fits_one_line(item))
        for item in items
    )
    return flat and len(str(value)) <= 90


def _place(node: Any) -> Place:
    mark = node.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _character_problem(error: Exception, text: str) -> Problem:
    position = getattr(error, "position", None)
    character = getattr(error, "character", None)
    if not isinstance(position, int) or not 0 <= position <= len(text):
        return Problem("", f"not YAML: {' '.join(str(error).split())}")
    before = text[:position]
    line = before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    shown = f"#x{character:04x}" if isinstance(character, int) else repr(character)
    return Problem("", f"the character {shown} is not allowed in YAML", line=line, column=column)
