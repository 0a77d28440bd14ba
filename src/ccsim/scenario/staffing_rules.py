"""What must hold of groups, shifts and breaks: one rule, one function, named as the rule."""

from __future__ import annotations

from ccsim import units
from ccsim.scenario.messages import Located, is_misspelled, missing
from ccsim.scenario.raw import Data, Findings, entries, no_such, shares_make_a_whole
from ccsim.scenario.staffing import Break, with_usual_spread
from ccsim.scenario.yaml_marks import Path


def groups_name_known_shifts(data: Data) -> Findings:
    """A group works shifts that exist."""
    known = list(data["shifts"]) if isinstance(data.get("shifts"), dict) else []
    for name, group in entries(data, "agent_groups").items():
        shifts = group.get("shifts")
        for shift in shifts if isinstance(shifts, dict) else ():
            if shift not in known:
                path: Path = ("agent_groups", name, "shifts")
                yield Located(path, no_such("shift", shift, known), at_key=True, stands=(*path, shift))


def shares_of_shifts_add_up(data: Data) -> Findings:
    """The shares of a group's shifts are together 100%."""
    for name, group in entries(data, "agent_groups").items():
        yield from shares_make_a_whole(group.get("shifts"), ("agent_groups", name, "shifts"))


def staffing_is_headcount_or_roster(data: Data) -> Findings:
    """A group has a headcount and shifts, or a roster; never both, never neither."""
    for name, group in entries(data, "agent_groups").items():
        path: Path = ("agent_groups", name)
        given = [key for key in ("headcount", "shifts") if group.get(key) is not None]
        if group.get("roster") is not None:
            if given:
                message = f"{' and '.join(given)} and a roster exclude each other; keep one"
                yield Located((*path, "roster"), message, at_key=True)
            continue
        for key, hint in (("headcount", ", or roster: roster.csv"), ("shifts", _shift_hint(data))):
            if key not in given and not is_misspelled((*path, key), group):
                yield Located((*path, key), missing((*path, key)) + hint, at_key=True, stands=path)


def _shift_hint(data: Data) -> str:
    shifts = entries(data, "shifts")
    return "; there is: " + ", ".join(shifts) if shifts else ", and describe them under shifts:"


def breaks_fit_their_shift(data: Data) -> Findings:
    """The earliest start is not before the shift, the latest end not after it; breaks follow one another."""
    for name, shift in entries(data, "shifts").items():
        given = shift.get("breaks")
        try:
            start, end = units.parse_range(shift["hours"])
        except (ValueError, KeyError, AttributeError, TypeError):
            continue
        busy_until = 0
        for number, item in enumerate(given if isinstance(given, list) else ()):
            try:
                one = Break.model_validate(with_usual_spread(item, end - start))
            except ValueError:
                continue
            message = _misfit(one, end - start, busy_until)
            if message:
                yield Located(("shifts", name, "breaks", number), message)
            busy_until = max(busy_until, one.after + one.length)


def _misfit(one: Break, shift: int, busy_until: int) -> str:
    """What is wrong with a break in a shift of this length, after breaks until then; empty when it fits."""
    latest = one.after + one.spread // 2 + one.length
    if one.spread > 2 * one.after:
        most = units.format_duration(2 * one.after)
        return f"the first agents would start it before their shift; write spread {most} or less"
    if latest > shift:
        length, end = units.format_duration(shift), units.format_duration(latest)
        room = 2 * (shift - one.after - one.length)
        hint = f"; write spread {units.format_duration(room)} or less" if room >= 0 else ""
        return f"it ends {end} into a shift of {length}{hint}"
    if one.after < busy_until:
        return (
            f"starts before the break ahead of it ends ({units.format_duration(busy_until)} into the shift)"
        )
    return ""


STAFFING_RULES = (
    groups_name_known_shifts,
    shares_of_shifts_add_up,
    staffing_is_headcount_or_roster,
    breaks_fit_their_shift,
)
