"""Text that fits a terminal: wrapped paragraphs, and tables split into blocks where they are too wide."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP = 2  # columns between two cells
WIDEST_TEXT = 100
_UNIT = re.compile(r"(\d|±) (?=(?:%|s\b|h\b|Erlang\b|\d))")


@dataclass(frozen=True, slots=True)
class Page:
    """What the reader's terminal can show."""

    width: int = 80
    colour: bool = False
    unicode: bool = True

    def heading(self, text: str) -> str:
        """A bold line, or several, where there is colour."""
        lines = self.paragraph(text).split("\n")
        return "\n".join(f"\x1b[1m{line}\x1b[0m" if self.colour else line for line in lines)

    def paragraph(self, text: str, indent: int = 0, hanging: int | None = None) -> str:
        """``text`` wrapped to the page; lines after the first are indented by ``hanging``."""
        later = indent if hanging is None else hanging
        text = _UNIT.sub("\\1\u00a0", text)  # no line begins with a lonely unit
        filled = textwrap.fill(
            text,
            min(self.width, WIDEST_TEXT),
            initial_indent=" " * indent,
            subsequent_indent=" " * later,
            break_on_hyphens=False,
        )
        return filled.replace("\u00a0", " ")

    def items(self, texts: Iterable[str]) -> str:
        """A list, one dash each."""
        return "\n".join(self.paragraph(f"- {text}", 2, 4) for text in texts)

    def command(self, text: str, indent: int) -> str:
        """A shell command on lines of its own that can be copied, whatever the width of the page."""
        lines = textwrap.wrap(
            text,
            self.width - indent - 2,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return " \\\n".join(" " * indent + line for line in lines)

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], keys: int = 1, longest: int | None = None
    ) -> str:
        """A table whose first ``keys`` columns name the rows; what does not fit goes into blocks below.

        A name is cut where it is longer than ``longest`` (default: its part of half the page).
        """
        most = self._longest_key(keys) if longest is None else longest
        blocks = self._blocks(header, rows, keys, most)
        return "\n\n".join(self._block(header, rows, keys, block, most) for block in blocks)

    def _blocks(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], keys: int, most: int
    ) -> list[list[int]]:
        widths = [max(_width(header[i]), *(_width(r[i]) for r in rows), 0) for i in range(len(header))]
        room = self.width + GAP  # the last column needs no gap
        for i in range(keys):
            room -= min(widths[i], most) + GAP
        blocks: list[list[int]] = [[]]
        left = room
        for i in range(keys, len(header)):
            if blocks[-1] and widths[i] + GAP > left:
                blocks.append([])
                left = room
            blocks[-1].append(i)
            left -= widths[i] + GAP
        return blocks

    def _longest_key(self, keys: int) -> int:
        return max(8, (self.width // 2) // max(keys, 1))

    def _block(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        keys: int,
        columns: Sequence[int],
        most: int,
    ) -> str:
        """One table of the key columns and some others, by rich."""
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        rule = box.SIMPLE_HEAD
        if not self.unicode:
            rule = box.Box(str(rule).replace("─", "-"), ascii=True)
        table = Table(
            box=rule, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold", show_edge=False
        )
        for i in (*range(keys), *columns):
            table.add_column(Text(header[i]), justify="left" if i < keys else "right", no_wrap=True)
        for row in rows:
            cells = [shortened(row[i], most, self.unicode) for i in range(keys)] + [row[i] for i in columns]
            table.add_row(*(Text(cell) for cell in cells))
        out = io.StringIO()
        Console(
            file=out,
            width=self.width,
            force_terminal=self.colour,
            no_color=not self.colour,
            color_system="standard" if self.colour else None,
            legacy_windows=False,
            highlight=False,
        ).print(table)
        return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))


def in_ascii(text: str) -> str:
    """``text`` for a terminal that knows nothing but ASCII."""
    for sign, plain in (("±", "+-"), ("–", "-"), ("…", ".."), ("×", "x"), ("·", "-")):
        text = text.replace(sign, plain)
    return text.encode("ascii", "replace").decode("ascii")


def shortened(text: str, most: int, unicode: bool = True) -> str:
    """``text``, its end cut off where it is longer than ``most``."""
    if len(text) <= most:
        return text
    end = "…" if unicode else ".."
    return text[: most - len(end)] + end


def _width(text: str) -> int:
    return max((len(line) for line in text.split("\n")), default=0)
