"""``ccsim check``: a scenario said back in plain sentences, before anything runs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click

from ccsim.cli import options

if TYPE_CHECKING:
    from ccsim.report.checking import Check
    from ccsim.report.formulas import Formula


@click.command(short_help="Say a scenario back in plain sentences.")
@options.scenario_file
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of sentences.")
def check(file: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Say a scenario back: volumes, Erlangs, staffed hours, what Erlang C and A expect, warnings.

    Nothing is simulated. All problems of the file are listed at once, with their lines.
    """
    from ccsim.compiler import compile_scenario
    from ccsim.report.assumptions import defaults_used, still_used
    from ccsim.report.checking import Check
    from ccsim.report.expectations import expect
    from ccsim.report.layout import Page
    from ccsim.report.sentences import said_back

    base, scenario, paths = options.open_both(file, assignments)
    program = compile_scenario(scenario)
    checked = Check(scenario, program, expect(program), still_used(defaults_used(base), paths))
    if as_json:
        click.echo(json.dumps(_document(checked), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(said_back(checked, Page(options.width(), options.colour(), options.unicode())), nl=False)


def _document(checked: Check) -> dict[str, Any]:
    """The numbers of the sentences; durations in seconds, shares 0..1, null where there is no number."""
    labels, load = checked.program.labels, checked.load
    queues = {name: _queue(checked, q) for q, name in enumerate(labels.queues)}
    groups = {
        name: {
            "headcount": int((labels.agent_group == g).sum()),
            "paid_hours": _number(float(load.paid_s[g]) / 3600),
            "staffed_hours": _number(float(load.on_duty_s[g]) / 3600),
            "expected_occupancy": _number(load.group_occupancy(g)),
        }
        for g, name in enumerate(labels.groups)
    }
    return {
        "scenario": checked.scenario.name,
        "interval_s": labels.interval_us / 1e6,
        "queues": {name: said for name, said in queues.items() if said},
        "agent_groups": groups,
        **_sections(checked),
        "warnings": checked.warnings(most=None),
        "defaults": [
            {"path": ".".join(d.path), "value": d.value, "mark": d.mark, "assumption": d.assumed}
            for d in checked.defaults
        ],
    }


def _queue(checked: Check, queue: int) -> dict[str, Any]:
    """One queue; nothing where nothing comes and nothing is said."""
    load, expected, said = checked.load, checked.queue(queue), _journey(checked, queue)
    if expected is None:
        return said
    formulas = {
        "erlang_c": _formula(expected.erlang_c),
        "erlang_a": _formula(expected.erlang_a),
        "mean_erlang_c": _formula(expected.mean_erlang_c),
        "mean_erlang_a": _formula(expected.mean_erlang_a),
    }
    return {
        "contacts": _number(float(load.contacts[:, queue].sum())),
        "handle_time_s": _number(float(load.handle_s[queue])),
        "busiest_interval": expected.busiest,
        "busiest_contacts": _number(expected.contacts),
        "busiest_erlangs": _number(expected.erlangs),
        "busiest_agents": _number(expected.agents),
        **({} if said.get("formulas_do_not_apply") else formulas),
        **said,
    }


def _journey(checked: Check, queue: int) -> dict[str, Any]:
    """Expected flows of the whole run and the sentences of the mechanisms; nothing for a plain scenario."""
    from ccsim.kinds import Cause, Entry
    from ccsim.report.formulas import does_not_apply

    flows = checked.load.balance
    if flows is None:
        return {}
    return {
        "formulas_do_not_apply": does_not_apply(checked.program, queue),
        "fresh_contacts": _number(float(flows.fresh[:, queue].sum())),
        "contacts_by_cause": {c.name.lower(): _number(float(flows.causes[c, queue])) for c in Cause},
        "legs_by_entry": {e.name.lower(): _number(float(flows.work.entries[e, queue])) for e in Entry},
        "mechanisms": checked.queue_items(queue),
    }


def _sections(checked: Check) -> dict[str, Any]:
    """What is said of channels, fronts, routing, events and scores; nothing for a plain scenario."""
    before, after = checked.sections()
    return {"mechanisms": dict([*before, *after])} if before or after else {}


def _formula(formula: Formula) -> dict[str, float | None]:
    return {
        "service_level": _number(formula.service_level),
        "mean_wait_s": _number(formula.mean_wait_s),
        "abandonment_rate": _number(formula.abandonment_rate),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
