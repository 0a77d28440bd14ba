"""Decimal commas inside brackets, where YAML reads them as the end of an entry: ``{mean: 5,5m}``.

Such a piece stands right behind the comma. Among keys it is a key without a value; in a list it has a unit
that the piece before it lacks.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ccsim.commas import parted_by_comma

Entry = tuple[Any, list[Any]]  # the node of a key, and the one or more pieces of its value


def entries(node: MappingNode) -> list[Entry]:
    """Keys with their values, where what a decimal comma has parted is together again."""
    out: list[Entry] = []
    for key, value in node.value:
        if out and _is_empty(value) and _goes_on(node, out[-1][1][-1], key, in_list=False):
            out[-1][1].append(key)
        else:
            out.append((key, [value]))
    return out


def items(node: SequenceNode) -> list[list[Any]]:
    """The pieces of each item of a list."""
    out: list[list[Any]] = [[item] for item in node.value[:1]]
    for before, item in pairwise(node.value):
        if _goes_on(node, before, item, in_list=True):
            out[-1].append(item)
        else:
            out.append([item])
    return out


def whole_pair(node: SequenceNode) -> str:
    """``1,2`` of two whole numbers in a list with a comma and no blank between them; none: empty.

    Of several in a row, ``1,1,2``, the last two.
    """
    tight: list[str] = []
    for before, item in pairwise(node.value):
        if _are_tight(node, before, item) and before.value.isdigit() and item.value.isdigit():
            tight = [before.value, item.value]
        elif tight:
            break
    return ",".join(tight)


def text_of(pieces: list[Any]) -> str:
    """What the user wrote."""
    return ",".join(str(piece.value) for piece in pieces)


def _is_empty(node: Any) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.value == ""


def _goes_on(around: Any, before: Node, after: Node, *, in_list: bool) -> bool:
    return _are_tight(around, before, after) and parted_by_comma(
        str(before.value), str(after.value), in_list=in_list
    )


def _are_tight(around: Any, before: Any, after: Any) -> bool:
    """Two plain values inside brackets with a comma and no blank between them."""
    return (
        bool(around.flow_style)
        and _is_plain(before)
        and _is_plain(after)
        and before.end_mark.index + 1 == after.start_mark.index
    )


def _is_plain(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None
