"""Files with several channels: only voice is simulated yet."""

from __future__ import annotations

from collections import Counter

from ccsim.compiler.tables.complaints import counted
from ccsim.compiler.tables.dialect import Row
from ccsim.compiler.tables.sheet import Sheet

VOICE = frozenset({"voice", "call", "calls", "phone", "telephony", ""})


def voice_only(sheet: Sheet, column: str) -> tuple[list[Row], list[str]]:
    """The rows of the voice channel, and a note on the others. Raises ``InputFileError`` if none is left."""
    if not sheet.has(column):
        return sheet.rows, []
    rows = [row for row in sheet.rows if sheet.text(row, column).casefold() in VOICE]
    others = Counter(sheet.text(row, column) for row in sheet.rows)
    skipped = [f"{name}: {counted(n, 'row')}" for name, n in others.items() if name.casefold() not in VOICE]
    if skipped and not rows:
        raise sheet.complaints.fatal(0, sheet.title(column), f"no voice rows ({', '.join(skipped)})")
    return rows, [f"only voice is simulated; skipped {', '.join(skipped)}"] if skipped else []
