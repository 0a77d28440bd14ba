"""Phrases of laws: ``lognormal mean 5m20s cv 0.8`` -> ``{law: lognormal, mean: 5m20s, cv: 0.8}``."""

from __future__ import annotations

import re
from typing import Any

from ccsim import units

PHRASES = {
    "exponential": "exponential mean 4m",
    "lognormal": "lognormal mean 5m20s cv 0.8",
    "gamma": "gamma mean 9m cv 0.6",
    "weibull": "weibull mean 3m shape 1.3",
    "fixed": "fixed 40s",
    "uniform": "uniform 1m to 3m",
    "never": "never",
    "empirical": "{law: empirical, quantiles: {10%: 5s, 50%: 60s, 90%: 10m}}",
    "mixture": "5% balk, else exponential mean 4m",
}
_KEYS = {
    "exponential": ("mean",),
    "lognormal": ("mean", "cv"),
    "gamma": ("mean", "cv"),
    "weibull": ("mean", "shape"),
}


def phrase_to_map(phrase: str) -> dict[str, Any]:
    """``gamma mean 9m cv 0.6`` -> ``{law: gamma, mean: 9m, cv: 0.6}``; the values are checked later."""
    text = " ".join(phrase.split())
    if not text:
        raise ValueError("an empty text stands where a law belongs, e.g. exponential mean 4m")
    if "," in text or re.match(r"[\d.]+\s*%", text):
        return _mixture(text)
    name, _, rest = text.partition(" ")
    name = name.lower()
    words = rest.split()
    if name in _KEYS:
        return {"law": name, **_pairs(name, words)}
    if name == "fixed":
        if not words:
            raise ValueError("fixed needs its value, e.g. fixed 40s")
        return {"law": name, "value": rest}
    if name == "uniform":
        low, found, high = rest.partition(" to ")
        if not found:
            raise ValueError(f"{text!r} needs two times, e.g. {PHRASES[name]}")
        return {"law": name, "low": low, "high": high}
    if name in ("never", "balk"):
        if words:
            raise ValueError(f"{name} takes nothing after it")
        return {"law": "never"} if name == "never" else {"law": "fixed", "value": "0s"}
    if name == "empirical":
        raise ValueError(f"empirical is written as a map: {PHRASES[name]}")
    raise ValueError(_bare_value(text) or unknown_law(name))


def _bare_value(text: str) -> str:
    """A hint when a time stands where a law belongs."""
    try:
        units.parse_duration(text)
    except ValueError as error:
        return str(error) if "needs a unit" in str(error) else ""
    return f"{text!r} is a time, not a law; write fixed {text}, or exponential mean {text}"


def unknown_law(name: str) -> str:
    """What to say of a law that is not known."""
    return f"no law {name!r}{units.did_you_mean(name, PHRASES) or '; there are: ' + ', '.join(PHRASES)}"


def _pairs(name: str, words: list[str]) -> dict[str, Any]:
    """The named values of a phrase; a time may be of several words (``5m 20s``)."""
    keys = _KEYS[name]
    groups: dict[str, list[str]] = {}
    for word in words:
        lowered = word.lower()
        if lowered in keys:
            if lowered in groups:
                raise ValueError(f"{lowered} is named twice; write e.g. {PHRASES[name]}")
            groups[lowered] = []
        elif not groups or not re.match(r"[-+.\d]|[a-z]+$", lowered) or _is_stray(groups, lowered):
            hint = units.did_you_mean(word, keys)
            raise ValueError(f"{word!r} is not understood after {name}{hint}; write e.g. {PHRASES[name]}")
        else:
            groups[next(reversed(groups))].append(word)
    out: dict[str, Any] = {}
    for key in keys:
        if not groups.get(key):
            raise ValueError(f"{name} needs {key}; write e.g. {PHRASES[name]}")
        text = " ".join(groups[key])
        out[key] = text if key == "mean" else _number(text, key, name)
    return out


def _is_stray(groups: dict[str, list[str]], word: str) -> bool:
    """A word of letters may only follow a number, as the unit in ``5 minutes``."""
    values = groups[next(reversed(groups))]
    return word[0].isalpha() and not (values and re.fullmatch(r"[\d.]+", values[-1]))


def _number(text: str, key: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{key} {text!r} is not a number; write e.g. {PHRASES[name]}") from None


def _mixture(text: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    pieces = [piece.strip() for piece in text.split(",")]
    given = 0.0
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        found = re.match(r"(else|[\d.]+\s*%)\s+(.+)", piece)
        if found is None or (found[1] == "else" and not last):
            raise ValueError(f"{piece!r} is not understood; write e.g. {PHRASES['mixture']}")
        if found[1] == "else":
            if given >= 1 - 1e-12:
                raise ValueError(f"{text!r}: nothing is left for else")
            share = units.format_share(round(1 - given, 12))
        else:
            share = found[1]
            given += units.parse_share(share)
        parts.append({"share": share, "law": phrase_to_map(found[2])})
    return {"law": "mixture", "parts": parts}
