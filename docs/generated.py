"""Reference tables made from the code itself.

A page holds each between two marks, so that it can be read without building anything:

    <!-- table: metrics -->
    <!-- end of table -->

``python docs/snippets.py`` renews them, a test says when one is out of date, and a build of the docs always
shows them as the code is now.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "src"))
BETWEEN_MARKS = re.compile(r"(<!-- table: (\S+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

# The data set of practitioners: 1 000 answered, 860 in time; 60 abandoned, 20 in time, 10 of these short.
GOLDEN = {"reached": 1000, "lost": 60, "late": 0, "reached_in": 860, "hung_up_in": 20, "short_hung_up": 10,
          "callbacks_in": 0, "callbacks_waiting_in": 0, "flow_out": 0}  # fmt: skip
USED_BY = {
    "sl_answered_over_offered": "ICMI #3; Cisco, abandons negative; Genesys",
    "sl_excl_abandons_within_T": "ICMI #4; Cisco, abandons ignored; Bright Pattern",
    "sl_abandons_within_T_positive": "ICMI #1; Cisco, abandons positive",
    "sl_removed_within_T": "Amazon Connect",
    "sl_answered_only": "ICMI #2; Genesys without abandons",
    "sl_short_credit": "ICMI #5",
    "sl_excl_short": "Genesys without short abandons",
    "sl_incl_flowout": "Genesys with flow-outs",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    body = [line([cell.replace("|", "\\|") for cell in row]) for row in rows]
    return "\n".join([line(head), f"|{' --- |' * len(head)}", *body, ""])


def service_level_variants() -> str:
    """Every variant with its formula and its value on the golden data."""
    from ccsim.metrics.service_level import VARIANTS

    def value(good: Sequence[str], base: Sequence[str]) -> float:
        return _sum(good) / _sum(base)

    return table(
        ["name", "formula", "example", "used by"],
        [[f"`{n}`", v.formula, f"{value(v.good, v.base):.2%}", USED_BY[n]] for n, v in VARIANTS.items()],
    )


def _sum(parts: Sequence[str]) -> int:
    return sum(-GOLDEN[part[1:]] if part.startswith("-") else GOLDEN[part] for part in parts)


def metrics() -> str:
    """Every metric: name, unit, weight, definition, keys."""
    from ccsim.metrics import definitions
    from ccsim.metrics.features import MEANING
    from ccsim.metrics.keys import BY_KEYS

    def keys(present: frozenset[str]) -> str:
        return ", ".join(key for key in BY_KEYS if key in present)

    groups: dict[str, list[Sequence[str]]] = {}
    for m in definitions():
        where = f" *Where the run has {MEANING[m.needs]}.*" if m.needs else ""
        row = [f"`{m.name}`", m.unit, m.weight, m.better or "", m.definition + where]
        groups.setdefault(keys(m.keys), []).append(row)
    parts = []
    for present, rows in groups.items():
        parts.append(f"## By {present}\n")
        parts.append(table(["metric", "unit", "weight", "better", "definition"], rows))
    return "\n".join(parts)


SECTIONS = {
    "": "### The file",
    "time": "### time",
    "channels": "### channels",
    "queues": "### queues",
    "queues.<queue>.arrivals": "### arrivals",
    "notices": "### notices",
    "self_service": "### self_service",
    "bots": "### bots",
    "agent_groups": "### agent_groups",
    "shifts": "### shifts",
    "shrinkage": "### shrinkage",
    "training": "### training",
    "routing": "### routing",
    "busyness": "### busyness",
    "events": "### events",
    "satisfaction": "### satisfaction",
    "<law": "### The long form of laws",
}


def _pages(**pages: str) -> str:
    """A line of links to how-to pages."""
    links = [f"[{text}](../how-to/{page.replace('_', '-')}.md)" for page, text in pages.items()]
    return f"How to: {', '.join(links)}.\n\n"


BEFORE_THE_TABLE = {
    "channels": _pages(chat="chat", email_and_backlog="email", messaging="messaging"),
    "queues": _pages(
        patience_and_blocking="patience and lines",
        announced_waits_and_deflection="announcements and deflection",
        callbacks="callbacks",
        retries="retries",
        tiers_and_hand_overs="tiers",
        authority="authority",
        returns_and_fcr="resolution and returns",
        promises_and_complaints="promises",
        opening_hours="opening hours",
    ),
    "notices": _pages(self_service_and_notices="self-service and notices"),
    "self_service": _pages(self_service_and_notices="self-service and notices"),
    "bots": _pages(bot="a bot in front"),
    "training": _pages(training_intake="an intake in training"),
    "routing": _pages(
        priorities_and_skills="priorities and skills",
        overflow_and_reserve="overflow and reserve",
        conditional_routing="rules that look at the queues",
        own_policy="a policy of your own",
    ),
    "events": _pages(campaigns_and_outages="campaigns and outages", bad_days="bad days"),
    "satisfaction": _pages(satisfaction_and_cost="satisfaction and cost"),
    "queues.<queue>.arrivals": (
        "Exactly one of `per_day`, `file`, `hourly` and `trace` says where contacts come from. The keys\n"
        "from there to the next of the four go with it; those above `per_day` go with all but `trace`.\n\n"
    ),
    "shifts": (
        "A break is usually a phrase: `45m after 4h`, with `spread 1h`, `spread 0m` (all at once) or\n"
        "`unpaid` behind it: [breaks and lunches](../how-to/breaks.md).\n\n"
    ),
}


def scenario_keys() -> str:
    """Every key of a scenario file, one table a section."""
    from ccsim.scenario.reference import reference_rows

    sections: dict[str, list[Sequence[str]]] = {prefix: [] for prefix in SECTIONS}
    for row in reference_rows():
        path = row["path"]
        fits = [p for p in SECTIONS if p in ("", "<law") or path.startswith(f"{p}.")]
        fits = [p for p in fits if path.startswith(p)]
        sections[max(fits, key=len)].append(_key_row(row))
    head = ["key", "written as", "default", "evidence", "meaning"]
    return "\n".join(
        f"{SECTIONS[p]}\n\n{BEFORE_THE_TABLE.get(p, '')}{table(head, rows)}"
        for p, rows in sections.items()
        if rows
    )


def _key_row(row: dict[str, str]) -> list[str]:
    """The default moves out of the sentence and into its column."""
    written = ": ".join(filter(None, [row["type"].removeprefix("one of ") or "text", row["unit"]]))
    found = re.search(r" ?Default:? ([^;]*?)\.?$", row["description"])
    default = f"`{row['default']}`" if row["default"] not in ("", "required") else row["default"]
    default = default or (found[1] if found else "")
    meaning = re.sub(r" ?(Default:? .*|Required\.)$", "", row["description"]).strip()
    return [f"`{row['path']}`", written, default, row["evidence"], meaning]


def experiment_keys() -> str:
    """Every key of an experiment file."""
    from ccsim.experiments import Plan
    from ccsim.scenario.messages import flow

    return table(
        ["key", "example", "meaning"],
        [[f"`{n}`", f"`{flow(f.examples[0])}`" if f.examples else "", f.description or ""]
         for n, f in Plan.model_fields.items()],
    )  # fmt: skip


def volume_layouts() -> str:
    """Every layout of volume files, as it describes itself."""
    from ccsim.compiler.tables.layouts import LAYOUTS

    rows = [
        [f"`{name}`", layout.says, layout.zone or "the center's own", layout.handle_time or "none"]
        for name, layout in LAYOUTS.items()
    ]
    return table(["layout", "looks like", "time stamps", "handle time"], rows)


TABLES = {
    "volume-layouts": volume_layouts,
    "service-level-variants": service_level_variants,
    "metrics": metrics,
    "scenario-keys": scenario_keys,
    "experiment-keys": experiment_keys,
}


def renewed(text: str) -> str:
    """The text of a page with every table as the code has it now. KeyError where there is no such table."""
    return BETWEEN_MARKS.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


def pages() -> list[Path]:
    """Every page with such a table."""
    return [page for page in sorted(FOLDER.rglob("*.md")) if BETWEEN_MARKS.search(page.read_text("utf-8"))]


def write() -> list[Path]:
    """Renew the tables of all pages; the pages that changed."""
    changed = []
    for page in pages():
        old = page.read_text("utf-8")
        new = renewed(old)
        if new != old:
            page.write_text(new, "utf-8")
            changed.append(page)
    return changed
