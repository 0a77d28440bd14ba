"""The journey of 100 issues as text: lines that split, with a bar each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ccsim.kinds import Front, IssueOutcome
from ccsim.log import Labels
from ccsim.report.layout import Page, shortened
from ccsim.report.paths import CAUSES, FRONT_ENDS, FRONT_NAMES, Paths
from ccsim.report.wording import number

EIGHTHS = " ▏▎▍▌▋▊▉"
WIDEST_BAR = 40
LEAST = 0.05  # of 100 issues: what would be shown as 0.0 is left out
MOST_QUEUES = 8
INDENT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how deep it stands, what it says, and how many of 100 issues it is about (None: a title)."""

    depth: int
    text: str
    amount: float | None


def journey_text(paths: Paths, labels: Labels, page: Page) -> str:
    """The heading and all lines, aligned, no wider than the page; empty where there is no issue."""
    if paths.issues <= 0:
        return ""
    lines = [line for line in _lines(paths, labels) if line.amount is None or line.amount >= LEAST]
    widest = max(len(line.text) + INDENT * line.depth for line in lines if line.amount is not None)
    room = min(widest, page.width - 20)
    bar = min(WIDEST_BAR, page.width - room - 11)
    heading = page.heading(f"The journey of 100 issues, the mean of {number(paths.issues)} in a run")
    return "\n".join([heading, *(_drawn(line, room, bar, page) for line in lines)])


def _drawn(line: Line, room: int, bar: int, page: Page) -> str:
    text = " " * (INDENT * line.depth) + line.text
    if line.amount is None:
        return f"  {shortened(text, page.width - 2, page.unicode)}"
    text = shortened(text, room, page.unicode)
    return f"  {text:<{room}}  {line.amount:5.1f}  {_bar(line.amount, bar, page.unicode)}".rstrip()


def _bar(amount: float, width: int, unicode: bool) -> str:
    """``amount`` of 100 as a row of blocks; in ASCII as a row of number signs."""
    eighths = round(min(amount, 100.0) / 100 * width * 8)
    if not unicode:
        return "#" * round(eighths / 8) or "."
    whole, rest = divmod(max(eighths, 1), 8)
    return "█" * whole + EIGHTHS[rest].strip()


def _lines(paths: Paths, labels: Labels) -> list[Line]:
    of_100 = 100 / paths.issues
    people = sum(paths.queues.values())
    lines = [Line(0, "issues", 100.0), *_fronts(paths, labels, of_100)]
    if labels.fronts:
        lines.append(Line(0, "the first contact reached people", people * of_100))
    if len(labels.queues) > 1:
        lines += _queues(paths, labels, of_100)
    lines.append(Line(0, "how it ended there", None))
    lines += [Line(1, words, amount * of_100) for words, amount in _fates(paths.fates)]
    lines.append(Line(1, "(escalated on the way)", paths.escalated * of_100))
    lines += _later(paths, of_100)
    lines.append(Line(0, "issues in the end", None))
    for outcome, words in (
        (IssueOutcome.RESOLVED, "resolved"),
        (IssueOutcome.GIVEN_UP, "given up"),
        (IssueOutcome.OPEN, "open when the run ended"),
    ):
        lines.append(Line(1, words, paths.ends[outcome] * of_100))
    return lines


def _fates(fates: Counter[str]) -> list[tuple[str, float]]:
    """Resolved first, then what happened most."""
    rest = sorted((item for item in fates.items() if item[0] != "resolved"), key=lambda item: -item[1])
    return [("resolved", fates["resolved"]), *rest]


def _fronts(paths: Paths, labels: Labels, of_100: float) -> list[Line]:
    """A line for each front that ended first contacts, and below it how."""
    lines = []
    for front, name in enumerate(labels.fronts):
        ends = {end: amount for (row, end), amount in paths.fronts.items() if row == front}
        if sum(ends.values()) * of_100 < LEAST:
            continue
        kind = FRONT_NAMES[Front(labels.front_kinds[front])]
        total = sum(ends.values()) * of_100
        known = [(words, ends[end] * of_100) for end, words in FRONT_ENDS.items() if end in ends]
        if len(known) == 1:
            lines.append(Line(0, f"{kind} {name}: {known[0][0]}", total))
            continue
        lines.append(Line(0, f"ended at {kind} {name}", total))
        lines += [Line(1, words, amount) for words, amount in known]
    return lines


def _queues(paths: Paths, labels: Labels, of_100: float) -> list[Line]:
    rows = [(labels.queues[queue], amount * of_100) for queue, amount in paths.queues.most_common()]
    lines = [Line(1, f"queue {name}", amount) for name, amount in rows[:MOST_QUEUES]]
    if len(rows) > MOST_QUEUES:
        rest = rows[MOST_QUEUES:]
        lines.append(Line(1, f"{len(rest)} other queues", sum(amount for _, amount in rest)))
    return lines


def _later(paths: Paths, of_100: float) -> list[Line]:
    """Issues about which somebody came again, and how many contacts that were."""
    lines = [Line(0, "came again about the issue", paths.came_again * of_100)]
    total = sum(paths.causes.values()) * of_100
    if total >= LEAST:
        lines.append(Line(0, f"{total:.1f} later contacts, because they", None))
        lines += [
            Line(1, CAUSES[cause], amount * of_100)
            for cause, amount in paths.causes.most_common()
            if cause in CAUSES
        ]
    return lines
