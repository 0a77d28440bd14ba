"""How customers score what happened to them, in a plain sentence."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.report.wording import listed, round_percent
from ccsim.scenario.satisfaction import Satisfaction


def score_sentences(satisfaction: Satisfaction) -> Iterator[str]:
    """The parts that are added, and who answers a survey."""
    low, high = satisfaction.scale
    added = [
        (satisfaction.per_minute_waited, "for each minute waited"),
        (satisfaction.escalated, "after an escalation"),
        (satisfaction.contained, "when a bot or self-service closed it"),
        (satisfaction.repeat, "for each contact after the first"),
        (satisfaction.abandoned, "when a contact was given up"),
    ]
    said = listed(f"{points:+g} {words}" for points, words in added if points)
    yield (
        f"Each issue is scored after the run on a scale from {low:g} to {high:g}: {satisfaction.base:g} when "
        f"all goes well{f'; {said}' if said else ''}."
    )
    if satisfaction.survey_response:
        yield f"Of the customers {round_percent(satisfaction.survey_response)} answer a survey."
