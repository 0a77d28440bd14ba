"""``ccsim compare``: what the cases of a sweep differ by, as a table and in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccsim.cli import options
from ccsim.cli.failures import DONE, BadRequest

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.multiple import Multiple
    from ccsim.experiments.store import Store

MOST_SENTENCES = 6


def _names(ctx: click.Context, option: click.Parameter, text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


@click.command(short_help="What the cases of a sweep differ by, as a table and in a sentence.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--to", metavar="CASE[:POINT]",
              help="What others are compared with. Default: the first case, or its first point.")  # fmt: skip
@click.option("--measure", "measures", callback=_names, metavar="NAMES",
              help="Which of the measures. Default: all.")  # fmt: skip
@click.option("--by", callback=_names, metavar="KEYS",
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
    ccsim compare headcount --to baseline:3 --multiple holm
    ccsim compare headcount --measure service_level,cost --pareto
    """
    from ccsim.draws.streams import BLOCK_OF
    from ccsim.experiments.comparison import base_place, compare_rows, only_whole
    from ccsim.experiments.store import Store

    store = Store.open(folder)
    names = _measures(store, measures)
    if by and tuple(by) != store.plan.by:
        kept = ",".join(store.plan.by)
        raise BadRequest(
            f"--by {','.join(by)}: the experiment keeps values "
            + (f"by {kept}: say --by {kept}" if kept else "of the whole center only")
        )
    rows = list(only_whole(store.rows(failed=False), cells=bool(by)))
    table = compare_rows(
        rows,
        to,
        names,
        store.plan.by,
        confidence=confidence,
        multiple=multiple,
        block=BLOCK_OF[store.plan.luck],
    )
    if not by:
        table = table.drop(columns=list(store.plan.by))
    case, point = base_place(list(dict.fromkeys((row.case, row.point) for row in rows)), to)
    base = case if point is None else f"{case}:{point}"
    more = _more(store, names, within, pareto, confidence)
    if as_json:
        click.echo(_document(store, base, table, by, confidence, more))
        return DONE
    click.echo(_text(store, base, table, by, confidence, more), nl=False)
    return DONE


def _measures(store: Store, wanted: Sequence[str]) -> list[str]:
    from ccsim.units import did_you_mean

    for name in wanted:
        if name not in store.plan.measure:
            hint = did_you_mean(name, store.plan.measure) or "; there is: " + ", ".join(store.plan.measure)
            raise BadRequest(f"the experiment did not measure {name!r}{hint}")
    return list(wanted) or list(store.plan.measure)


def _more(
    store: Store, names: Sequence[str], within: str | None, pareto: bool, confidence: float
) -> dict[str, Any]:
    """What was asked beside the differences: the best, and the front."""
    from ccsim.experiments.comparison import only_whole

    found: dict[str, Any] = {}
    if within is not None:
        from ccsim.experiments.selection import best_of, read_within

        if store.plan.luck != "plain":
            raise BadRequest("--best needs independent replications: an experiment with luck: plain")
        limit = read_within(names[0], within)
        rows = only_whole(store.rows())
        found["best"] = best_of(rows, names[0], limit, confidence=confidence, first=_first(store))
    if pareto:
        from ccsim.draws.streams import BLOCK_OF
        from ccsim.experiments.pareto import pareto as front
        from ccsim.experiments.saying import better_of

        judged = [name for name in names if better_of(name) is not None]
        if len(judged) < 2:
            raise BadRequest(
                "--pareto takes at least two measures with a better end, e.g. service_level,cost"
            )
        rows = only_whole(store.rows(failed=False))
        found["front"] = front(rows, judged, confidence=confidence, block=BLOCK_OF[store.plan.luck])
        found["objectives"] = judged
    return found


def _first(store: Store) -> int:
    """Replications before a case may be given up: what was planned, as those were played for every case."""
    from ccsim.experiments.selection import FIRST

    return min(FIRST, store.plan.replications)


def _document(
    store: Store, base: str, table: pd.DataFrame, by: Sequence[str], confidence: float, more: dict[str, Any]
) -> str:
    from dataclasses import asdict

    from ccsim.cli.run import rows
    from ccsim.experiments.saying import sentences

    data: dict[str, Any] = {
        "experiment": store.plan.name,
        "to": base,
        "confidence": confidence,
        "differences": rows(table),
        "sentences": sentences(table, base, confidence, by, at_most=len(table)),
    }
    if "best" in more:
        data["best"] = asdict(more["best"]) | {"sentence": str(more["best"])}
    if "front" in more:
        data["front"] = rows(more["front"])
    return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and data != data else data


def _text(
    store: Store, base: str, table: pd.DataFrame, by: Sequence[str], confidence: float, more: dict[str, Any]
) -> str:
    from ccsim.experiments.pareto import front_sentence
    from ccsim.experiments.saying import sentences
    from ccsim.report.layout import Page

    if table.empty:
        return f"{store.plan.name}: nothing to compare with {base}\n"
    page = Page(options.width(), options.colour(), options.unicode())
    header, lines = _table(store, table, by)
    parts = [
        f"{store.plan.name}: differences to {base}, {confidence:.0%} intervals",
        page.table(header, lines, keys=1 + len(by)),
        "",
        *sentences(table, base, confidence, by, at_most=MOST_SENTENCES),
    ]
    if "best" in more:
        parts.append(str(more["best"]))
    if "front" in more:
        parts.append(front_sentence(more["front"], more["objectives"]))
        for row in more["front"].itertuples():
            if row.dominated_by:
                sure = "beyond doubt" if row.surely else "as far as can be told"
                case, _, point = row.dominated_by.rpartition(":")
                names = _place(store, row.case, row.point), _place(store, case, point)
                parts.append(f"  {names[0]} is dominated by {names[1]}, {sure}")
    return "\n".join(parts) + "\n"


def _table(store: Store, table: pd.DataFrame, by: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the printed table: the case (and point), keys, metric, values, interval, luck."""
    from ccsim.experiments.saying import change_text, value_text

    pairs = "to" in table
    header = ["case", *(["against"] if pairs else []), *by, "metric", "base", "value", "difference",
              "interval", "luck saved", *(["p"] if pairs else [])]  # fmt: skip
    lines = []
    for row in table.to_dict("records"):
        metric, saved = str(row["metric"]), row["variance_saved"]
        line = [_place(store, row["case"], row["point"])]
        if pairs:
            case, _, point = str(row["to"]).rpartition(":")
            line.append(_place(store, case, point))
        line += [str(row[key]) for key in by]
        line += [metric, value_text(metric, row["base"]), value_text(metric, row["value"])]
        line += [_signed(row["difference"], change_text(metric, row["difference"]))]
        ends = (_signed(row[key], change_text(metric, row[key])) for key in ("low", "high"))
        line += [" to ".join(ends), f"x{saved:.1f}" if saved == saved else "-"]
        lines.append([*line, f"{row['p_value']:.3f}"] if pairs else line)
    return header, lines


def _place(store: Store, case: str, point: Any) -> str:
    """``case:point``, or the case alone where it has one point."""
    return f"{case}:{point}" if len({point.number for point in store.points}) > 1 else case


def _signed(value: float, text: str) -> str:
    if value != value:
        return "-"
    return ("-" if value < 0 else "+" if value > 0 else "") + text
