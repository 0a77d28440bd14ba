"""What must hold of groups, shifts and breaks: one rule, one function, named as the rule."""

from __future__ import annotations

from pydantic import ValidationError

from ccsim import units
from ccsim.scenario.messages import Located, is_misspelled, missing
from ccsim.scenario.raw import Data, Findings, entries, no_such
from ccsim.scenario.staffing import Break
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
        shifts = group.get("shifts")
        if not isinstance(shifts, dict):
            continue
        try:
            total = sum(units.parse_share(share) for share in shifts.values())
        except (ValueError, AttributeError, TypeError):
            continue
        if abs(total - 1) > 1e-6:
            message = f"the shares add up to {units.format_share(round(total, 8))}, not 100%"
            yield Located(("agent_groups", name, "shifts"), message)


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
                yield Located((*path, key), missing((*path, key)) + hint, at_key=True)


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
                one = Break.model_validate(item)
            except ValidationError:
                continue
            path: Path = ("shifts", name, "breaks", number)
            earliest, latest = one.after - one.spread // 2, one.after + one.spread // 2 + one.length
            if earliest < 0:
                yield Located(
                    path, "with this spread the first break starts before the shift; shorten the spread"
                )
            elif latest > end - start:
                length = units.format_duration(end - start)
                yield Located(
                    path, f"the last break ends {_span(latest)} into a shift of {length}{_spread_hint(one)}"
                )
            elif one.after < busy_until:
                yield Located(
                    path, f"starts before the break ahead of it ends ({_span(busy_until)} into the shift)"
                )
            busy_until = max(busy_until, one.after + one.length)


def _span(duration: int) -> str:
    return units.format_duration(duration)


def _spread_hint(one: Break) -> str:
    if not one.spread:
        return ""
    return f" (starts are spread over {_span(one.spread)}; write e.g. spread {_span(one.spread // 2)})"


STAFFING_RULES = (
    groups_name_known_shifts,
    shares_of_shifts_add_up,
    staffing_is_headcount_or_roster,
    breaks_fit_their_shift,
)
