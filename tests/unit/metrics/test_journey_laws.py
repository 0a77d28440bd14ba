"""Laws of tables about whole journeys: nothing is lost, nobody is busy for more than the time on duty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.kinds import Entry, Outcome, SessionOutcome, State
from ccsim.log import Log
from ccsim.metrics import compute, definitions
from ccsim.metrics.concurrency import THEMES as CONCURRENCY
from ccsim.metrics.legs import COLUMNS, KINDS
from ccsim.metrics.measures import STATE_MEASURES
from ccsim.metrics.service_level import VARIANTS
from ccsim.metrics.themes import THEMES
from tests.unit.metrics.journey_laws import LAWS
from tests.unit.metrics.journeys import random_journeys
from tests.unit.metrics.logs import random_log


def test_random_journeys_have_everything() -> None:
    """Else the laws below would be about less than they say."""
    many = [random_journeys(seed) for seed in range(60)]
    assert set(np.concatenate([log.legs["outcome"] for log in many])) == {int(value) for value in Outcome}
    entries = {int(value) for value in (Entry.ARRIVED, Entry.ESCALATED, Entry.TRANSFERRED)}
    assert set(np.concatenate([log.legs["entry"] for log in many])) == entries
    outcomes = {int(value) for value in SessionOutcome} - {SessionOutcome.OPEN}
    assert set(np.concatenate([log.sessions["outcome"] for log in many])) == outcomes
    assert set(np.concatenate([log.issues["outcome"] for log in many])) == {0, 1, 2}
    states = {int(state) for state in State} - {State.OFF}
    assert set(np.concatenate([log.stretches["state"] for log in many])) == states
    together = [row for log in many for row in compute([log], "mean_concurrency", "queue")["value"]]
    assert max(value for value in together if value == value) > 1.2


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_laws(law: Callable[[Log], None]) -> None:
    @given(seed=st.integers(0, 10_000))
    @settings(max_examples=15, deadline=None, derandomize=True)
    def holds(seed: int) -> None:
        law(random_journeys(seed))

    holds()


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_laws_of_plain_logs(law: Callable[[Log], None]) -> None:
    for seed in range(3):
        law(random_log(seed))


def test_what_only_a_later_replication_has_is_in_the_table() -> None:
    empty, full = (random_journeys(8, most=most) for most in (1, 60))
    assert len(empty.issues["outcome"]) == 0
    for many in ([empty, full], [full, empty]):
        table = compute(many).set_index("metric")
        assert table.loc["issues", "weight"] > 0
        assert table.loc["issues", "value"] == table.loc["issues", "weight"] / 2
        alone = compute([full]).set_index("metric")
        assert table.index.tolist() == alone.index.tolist()
        assert table.loc["fcr_true", "value"] == alone.loc["fcr_true", "value"]


def test_no_two_themes_measure_different_things_under_one_name() -> None:
    taken = set(KINDS) | {f"{column}_{kind}" for column in COLUMNS for kind in KINDS} | set(STATE_MEASURES)
    level_parts = {part.removeprefix("-") for v in VARIANTS.values() for part in (*v.good, *v.base)}
    shared = {"handle_time", "on_duty", "slot_time", *CONCURRENCY[0].names}
    for theme in THEMES:
        if theme is not CONCURRENCY[0]:
            assert not theme.names & taken, theme.names & taken
            assert not theme.names & level_parts, theme.names & level_parts
            taken |= theme.names - shared


def test_a_table_leaves_out_what_does_not_apply() -> None:
    log = random_journeys(8)
    whole = set(compute([log])["metric"])
    assert {
        "fcr_true",
        "containment_rate",
        "callbacks",
        "cost",
        "recovery_time",
        "survey_satisfaction",
    } <= whole
    plain = compute([random_log(3)])["metric"].tolist()
    assert [m.name for m in definitions() if m.standard and not m.needs] == plain
    named = compute([random_log(3)], ["containment_rate", "callbacks", "satisfaction"]).set_index("metric")
    assert named["value"].isna().tolist() == [True, False, True]
    assert named.loc["callbacks", "value"] == 0
