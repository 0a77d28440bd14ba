"""Each mechanism of a journey in a plain sentence with its numbers, only where it is used."""

from __future__ import annotations

from ccsim.report.mechanisms.telling import Sections, group_items, queue_items, sections

__all__ = ["Sections", "group_items", "queue_items", "sections"]
