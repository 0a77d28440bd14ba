"""Money, weights, logits, tiers, and shares that may differ by queue."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from ccsim import units
from ccsim.scenario.fields import NAMES_SCHEMA, Says, count, number, read_names, read_share, said

HIGHEST_AUTHORITY = 3
MOST_WAGE = 100_000

_WAGE = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*/\s*h\s*")


def read_wage(value: Any) -> float:
    """Money an hour of ``22.50/h``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} does not say for how long; write {units.plain_number(abs(value))}/h")
    found = _WAGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{said(value)} is not a cost by the hour; write e.g. 22.50/h")
    wage = float(Decimal(found[1]))
    if wage > MOST_WAGE:
        raise ValueError(f"{value.strip()!r} is more than {MOST_WAGE}/h, which is the most")
    return wage


def write_wage(wage: float) -> str:
    """``22.5/h``; reads back as the same number."""
    return f"{units.plain_number(wage)}/h"


ByQueue = float | dict[str, float]


def read_by_queue(value: Any) -> ByQueue:
    """One share for all queues, or a share for each."""
    if not isinstance(value, dict):
        return read_share(value)
    if not value:
        raise ValueError("is empty; write a share, e.g. 30%, or a share for each queue")
    out = {}
    for name, share in value.items():
        try:
            out[name] = share if isinstance(share, float) else read_share(share)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return out


def write_by_queue(value: ByQueue) -> Any:
    """The share or shares as text."""
    if isinstance(value, dict):
        return {name: units.format_share(share) for name, share in value.items()}
    return units.format_share(value)


def share_in(value: ByQueue, queue: str) -> float:
    """The share that holds for a queue; a map names each queue that it is about."""
    return value.get(queue, 0.0) if isinstance(value, dict) else value


def read_name_or_names(value: Any) -> tuple[str, ...]:
    """One name, or a list of different names."""
    return (value,) if isinstance(value, str) else read_names(value)


def name_or_names(names: tuple[str, ...]) -> Any:
    """The shorter form: a single name stands alone."""
    return names[0] if len(names) == 1 else list(names)


Wage = Annotated[
    float,
    PlainValidator(read_wage),
    PlainSerializer(write_wage, return_type=str),
    Says(
        "cost of an hour",
        "money per paid hour",
        {"type": "string", "pattern": r"^\s*[0-9]*\.?[0-9]+\s*/\s*h\s*$", "examples": ["22.50/h"]},
    ),
]
ShareByQueue = Annotated[
    ByQueue,
    PlainValidator(read_by_queue),
    PlainSerializer(write_by_queue),
    Says(
        "share, or map of queues to shares",
        "percent, 0% to 100%",
        {
            "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
            "examples": ["30%", {"billing": "32%", "cards": "41%"}],
        },
    ),
]
OneOrMoreNames = Annotated[
    tuple[str, ...],
    PlainValidator(read_name_or_names),
    PlainSerializer(list, return_type=list[str]),
    Says("name, or list of names", "", {"anyOf": [{"type": "string"}, NAMES_SCHEMA]}),
]
Money = Annotated[float, *number("a cost", 0, 1_000_000_000, "money")]
Logits = Annotated[float, *number("logits", -20, 20, "logits, -20 to 20")]
LogitsLost = Annotated[float, *number("logits lost", 0, 20, "logits, 0 to 20")]
Weight = Annotated[float, *number("a weight", 0.01, 100, "0.01 to 100; 1 is usual")]
Tier = Annotated[int, *count("the tier", "a tier", 1, 9, "1 is the first line")]
Authority = Annotated[int, *count("authority", "an authority", 0, HIGHEST_AUTHORITY, "0 to 3")]
People = Annotated[int, *count("the number of people", "a number of people", 1, 100_000, "people")]
Contacts = Annotated[int, *count("the number of contacts", "a number of contacts", 0, 10_000_000, "contacts")]
Turns = Annotated[int, *count("turns", "a number of turns", 1, 100, "turns")]
Failures = Annotated[int, *count("failures", "a number of failures", 0, 100, "failures in a row")]
