"""``ccsim compare``: what the cases of a sweep differ by, as a table and in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccsim.cli import answering, options
from ccsim.cli.answering import finite, names
from ccsim.cli.failures import DONE, BadRequest

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.comparing.estimates import Place
    from ccsim.experiments.comparing.multiple import Multiple
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping.completeness import Completeness
    from ccsim.experiments.keeping.store import Store

MOST_SENTENCES = 6


@click.command(short_help="What the cases of a sweep differ by, as a table and in a sentence.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--to", metavar="NAME",
              help="What others are compared with: a case, a point as the table names it, or case:number. "
              "Default: the first case, or its first point.")  # fmt: skip
@click.option("--measure", "measures", callback=names, metavar="NAMES",
              help="Which of the measures. Default: all.")  # fmt: skip
@click.option("--by", callback=names, metavar="KEYS",
              help="By the keys of the experiment (queue) instead of for the whole center.")  # fmt: skip
@click.option("--confidence", type=click.FloatRange(0.5, 1, min_open=True, max_open=True), default=0.95,
              show_default=True, help="Of the intervals.")  # fmt: skip
@click.option("--multiple", type=click.Choice(["holm", "tukey"]),
              help="Judge many differences together: holm any, tukey every pair.")  # fmt: skip
@click.option("--best", "within", metavar="DIFFERENCE",
              help="Also say which is best in the first measure, to within this (1%, 5s).")  # fmt: skip
@click.option("--pareto", is_flag=True, help="Also say which cases are dominated in the measures.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, nothing else.")
def compare(
    folder: Path,
    to: str | None,
    measures: list[str],
    by: list[str],
    confidence: float,
    multiple: Multiple | None,
    within: str | None,
    pareto: bool,
    as_json: bool,
) -> int:
    """Compare the cases of a sweep, replication by replication, as all have the same luck.

    \b
    ccsim compare headcount --measure service_level
    ccsim compare headcount --to "headcount 12" --multiple holm
    ccsim compare headcount --measure service_level,cost --pareto
    """
    from ccsim.experiments.comparing.comparison import base_place, compare_rows, only_whole
    from ccsim.experiments.comparing.place_names import PlaceNames
    from ccsim.experiments.keeping.completeness import completeness
    from ccsim.experiments.keeping.store import Store

    store = Store.open(folder)
    names = _measures(store, measures)
    if by and tuple(by) != store.plan.by:
        kept = ",".join(store.plan.by)
        raise BadRequest(
            f"--by {','.join(by)}: the experiment keeps values "
            + (f"by {kept}: say --by {kept}" if kept else "of the whole center only")
        )
    found = completeness(store)
    if not found.done:
        raise BadRequest(f"no cell of {folder} is done, so nothing can be compared: ccsim resume {folder}")
    called = PlaceNames.of_store(store)
    to = _place_named(called, to)
    rows = list(only_whole(store.rows(failed=False), cells=bool(by)))
    places = list(dict.fromkeys((row.case, row.point) for row in rows))
    base = answering.asked(lambda: base_place(places, to))
    table = compare_rows(
        rows,
        to,
        names,
        store.plan.by,
        confidence=confidence,
        multiple=multiple,
        block=store.plan.block,
    )
    if not by:
        table = table.drop(columns=list(store.plan.by))
    asked = Asked(
        store=store,
        names=called,
        base=base,
        by=by,
        confidence=confidence,
        multiple=multiple,
        found=found,
    )
    more = _more(asked, names, within, pareto)
    if as_json:
        click.echo(_document(asked, table, more))
        return DONE
    click.echo(_text(asked, table, more), nl=False)
    return DONE


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared with what, and how it is called."""

    store: Store
    names: PlaceNames
    base: tuple[str, int | None]
    by: Sequence[str]
    confidence: float
    multiple: Multiple | None
    found: Completeness

    def base_of(self, row: Mapping[str, Any]) -> Place:
        """What a row of the table is compared with."""
        if "to" in row:
            case, _, point = str(row["to"]).rpartition(":")
            return case, int(point)
        return self.base[0], (row["point"] if self.base[1] is None else self.base[1])

    def change(self, row: Mapping[str, Any]) -> str:
        """``With 104 instead of 100 agents``."""
        return self.names.change((row["case"], row["point"]), self.base_of(row))


def _place_named(names: PlaceNames, text: str | None) -> str | None:
    """``headcount 104`` as ``base:3``; anything else as it is."""
    place = None if text is None else names.find(text)
    return text if place is None else f"{place[0]}:{place[1]}"


def _measures(store: Store, wanted: Sequence[str]) -> list[str]:
    from ccsim.units import did_you_mean

    for name in wanted:
        if name not in store.plan.measure:
            hint = did_you_mean(name, store.plan.measure) or "; there is: " + ", ".join(store.plan.measure)
            raise BadRequest(f"the experiment did not measure {name!r}{hint}")
    return list(wanted) or list(store.plan.measure)


def _more(asked: Asked, names: Sequence[str], within: str | None, pareto: bool) -> dict[str, Any]:
    """What was asked beside the differences: the best, and the front."""
    from ccsim.experiments.comparing.comparison import only_whole

    store = asked.store
    found: dict[str, Any] = {}
    if within is not None:
        from ccsim.experiments.comparing.selection import best_of
        from ccsim.experiments.planning.criteria import read_amount

        try:
            limit = read_amount(names[0], within)
        except ValueError as problem:
            raise BadRequest(f"--best: {problem}") from None
        found["best"] = best_of(
            only_whole(store.rows()),
            names[0],
            limit,
            confidence=asked.confidence,
            first=_first(store),
            names=asked.names.of,
            block=store.plan.block,
        )
    if pareto:
        from ccsim.experiments.answering.pareto import pareto as front
        from ccsim.experiments.comparing.saying import better_of

        judged = [name for name in names if better_of(name) is not None]
        if len(judged) < 2:
            raise BadRequest(
                "--pareto takes at least two measures with a better end, e.g. service_level,cost"
            )
        rows = only_whole(store.rows(failed=False))
        found["front"] = front(rows, judged, confidence=asked.confidence, block=store.plan.block)
        found["objectives"] = judged
    return found


def _first(store: Store) -> int:
    """Replications before a case may be ruled out: what was planned, as those were played for every case."""
    from ccsim.experiments.comparing.selection import FIRST

    return min(FIRST, store.plan.replications)


def _document(asked: Asked, table: pd.DataFrame, more: dict[str, Any]) -> str:
    from dataclasses import asdict

    from ccsim.cli.run import rows
    from ccsim.experiments.comparing.saying import sentences

    case, point = asked.base
    named = [asked.names.of(c, p) for c, p in zip(table["case"], table["point"], strict=True)]
    data: dict[str, Any] = {
        "experiment": asked.store.plan.name,
        "cells": {"of": asked.found.of, "done": asked.found.done, "failed": asked.found.failed,
                  "left_out": [asked.names.of(*place) for place in asked.found.left_out]},
        "to": case if point is None else f"{case}:{point}",
        "confidence": asked.confidence,
        "differences": rows(table.assign(name=named)),
        "sentences": sentences(table, "", asked.confidence, asked.by, len(table), asked.change),
    }  # fmt: skip
    if "best" in more:
        data["best"] = asdict(more["best"]) | {"sentence": str(more["best"])}
    if "front" in more:
        data["front"] = rows(more["front"])
    return json.dumps(finite(data), ensure_ascii=False, allow_nan=False)


def _text(asked: Asked, table: pd.DataFrame, more: dict[str, Any]) -> str:
    from ccsim.experiments.answering.pareto import front_sentence
    from ccsim.experiments.comparing.saying import confidence_text, sentences
    from ccsim.report.layout import Page

    names, notice = asked.names, asked.found.sentences(asked.names, asked.store.folder)
    parts = [*notice, ""] if notice else []
    if table.empty:
        parts.append(f"{asked.store.plan.name}: nothing to compare with {names.of(*asked.base)}")
        return "\n".join(parts) + "\n"
    page = Page(options.width(), options.colour(), options.unicode())
    header, lines = _table(asked, table)
    together = f", true all at once ({asked.multiple.capitalize()})" if asked.multiple else ""
    of = (
        "differences of all pairs" if asked.multiple == "tukey" else f"differences to {names.of(*asked.base)}"
    )
    parts += [
        f"{asked.store.plan.name}: {of}, {confidence_text(asked.confidence)} intervals{together}",
        page.table(header, lines, keys=1 + len(asked.by), longest=max(len(line[0]) for line in lines)),
        "",
        *sentences(table, "", asked.confidence, asked.by, MOST_SENTENCES, asked.change),
    ]
    if "best" in more:
        parts.append(str(more["best"]))
    if "front" in more:
        parts.append(front_sentence(more["front"], more["objectives"]))
        parts += [f"  {line}" for line in dominated(names, more["front"])]
    return "\n".join(parts) + "\n"


def dominated(names: PlaceNames, front: pd.DataFrame) -> list[str]:
    """Who is dominated by whom, a line each."""
    lines = []
    for row in front.to_dict("records"):
        if row["dominated_by"]:
            sure = "beyond doubt" if row["surely"] else "as far as can be told"
            case, _, point = str(row["dominated_by"]).rpartition(":")
            who = names.of(row["case"], row["point"])
            lines.append(f"{who} is dominated by {names.of(case, int(point))}, {sure}")
    return lines


def _table(asked: Asked, table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the printed table: the case (and point), keys, metric, values, interval, luck."""
    from ccsim.experiments.comparing.saying import signed_range, signed_text, value_text

    pairs = "to" in table
    first = "case" if len(asked.store.plan.cases) > 1 else "point"
    header = [first, *asked.by, *(["against"] if pairs else []), "metric", "base", "value", "difference",
              "interval", "luck saved", *(["p"] if pairs else [])]  # fmt: skip
    lines = []
    for row in table.to_dict("records"):
        metric, saved = str(row["metric"]), row["variance_saved"]
        line = [asked.names.of(row["case"], row["point"])]
        line += [str(row[key]) for key in asked.by]
        if pairs:
            line.append(asked.names.of(*asked.base_of({str(key): value for key, value in row.items()})))
        line += [metric, value_text(metric, row["base"]), value_text(metric, row["value"])]
        line += [signed_text(metric, row["difference"]), signed_range(metric, row["low"], row["high"])]
        line.append(f"x{saved:.1f}" if saved == saved else "-")
        lines.append([*line, f"{row['p_value']:.3f}"] if pairs else line)
    return header, lines
