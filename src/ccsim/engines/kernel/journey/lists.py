"""Linked lists: rows of heads and tails, links between the members; -1 is nobody."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.memory import ends_at, link_at


@compiled
def append(ends: int, links: int, row: int, member: int) -> None:
    """Put a member at the end of list ``row``."""
    put_behind(ends, links, row, member, ends_at(ends, row).tail)


@compiled
def put_behind(ends: int, links: int, row: int, member: int, before: int) -> None:
    """Put a member behind another one of list ``row``; -1: in front of all."""
    end, link = ends_at(ends, row), link_at(links, member)
    after = link_at(links, before).next if before >= 0 else end.head
    link.before = before
    link.next = after
    if before >= 0:
        link_at(links, before).next = member
    else:
        end.head = member
    if after >= 0:
        link_at(links, after).before = member
    else:
        end.tail = member


@compiled
def unlink(ends: int, links: int, row: int, member: int) -> None:
    """Take a member out of list ``row``, wherever it stands."""
    link = link_at(links, member)
    if link.before >= 0:
        link_at(links, link.before).next = link.next
    else:
        ends_at(ends, row).head = link.next
    if link.next >= 0:
        link_at(links, link.next).before = link.before
    else:
        ends_at(ends, row).tail = link.before
