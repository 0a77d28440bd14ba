"""The best case: the procedure keeps its promise, drops clear losers early, and says what it knows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

import ccsim
from ccsim.experiments.comparing.selection import Selection, best_of, race
from ccsim.experiments.keeping.rows import CellRow, Value

Float64 = npt.NDArray[np.float64]


def worlds(rng: np.random.Generator, means: Float64, length: int, shared: float) -> Float64:
    """Normal observations with variance 1 and correlation ``shared`` between cases."""
    luck = rng.standard_normal(length) * shared**0.5
    return means[:, None] + luck + rng.standard_normal((len(means), length)) * (1 - shared) ** 0.5


def promise(shared: float, experiments: int, seed: int) -> tuple[float, float]:
    """(share of right choices, replications of all cases) where the best leads by exactly what matters.

    That all others are equal and as near as allowed is the hardest case (slippage configuration).
    """
    rng, means = np.random.default_rng(seed), np.array([0.0, 0.0, 0.5, 0.0, 0.0])
    right = cells = 0
    for _ in range(experiments):
        x = worlds(rng, means, 700, shared)
        found = race(x, np.ones_like(x), confidence=0.95, within=0.5, first=15)
        assert found.best >= 0
        right += found.best == 2
        cells += int(np.where(found.left_at > 0, found.left_at, found.rounds).sum())
    return right / experiments, cells / experiments


@pytest.mark.statistical
@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_the_promised_probability_is_kept(shared: float) -> None:
    """95 % of 400 experiments, less 3 standard errors."""
    right, _ = promise(shared, 400, 1)
    assert right >= 0.95 - 3 * (0.95 * 0.05 / 400) ** 0.5


@pytest.mark.statistical
@pytest.mark.parametrize("block", [2, 16])
def test_the_promised_probability_is_kept_with_blocks(block: int) -> None:
    """Sums of pairs and of sixteens that spread a common factor evenly; 95 % of 400 experiments, as above."""
    rng, means = np.random.default_rng(11), np.array([0.0, 0.0, 0.5, 0.0, 0.0])
    right = 0
    for _ in range(400):
        even = (np.arange(block)[:, None] + rng.random((1, 400))) / block  # a stratum each, shifted together
        factor = (even - 0.5).T.reshape(-1) * 3
        x = worlds(rng, means, 400 * block, 0.3) + means.max() * factor
        n = x.reshape(5, 400, block).sum(axis=2)
        right += race(n, np.full_like(n, block), confidence=0.95, within=0.5, first=5).best == 2
    assert right / 400 >= 0.95 - 3 * (0.95 * 0.05 / 400) ** 0.5


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_the_promised_probability_is_kept_in_10_000_experiments(shared: float) -> None:
    right, _ = promise(shared, 10_000, 2)
    assert right >= 0.95 - 3 * (0.95 * 0.05 / 10_000) ** 0.5


def test_shared_luck_needs_fewer_replications() -> None:
    assert promise(0.9, 60, 3)[1] < 0.6 * promise(0.0, 60, 3)[1]


def test_clear_losers_leave_early_and_close_ones_late() -> None:
    x = worlds(np.random.default_rng(4), np.array([0.0, -0.1, -5.0, -1.0]), 3000, 0.0)
    found = race(x, np.ones_like(x), confidence=0.95, within=0.1, first=20)
    assert found.best == 0
    assert found.left_at[2] == 20
    assert found.left_at[2] < found.left_at[3] < found.left_at[1]


def test_lower_can_be_better() -> None:
    x = worlds(np.random.default_rng(5), np.array([3.0, 1.0, 2.0]), 200, 0.0)
    assert race(x, np.ones_like(x), confidence=0.9, within=0.5, first=20, higher=False).best == 1


def test_equal_cases_end_with_the_first() -> None:
    x = np.tile(np.random.default_rng(6).standard_normal(50), (3, 1))
    found = race(x, np.ones_like(x), confidence=0.95, within=0.1, first=10)
    assert (found.best, found.rounds) == (0, 10)


def test_too_few_replications_decide_nothing() -> None:
    x = worlds(np.random.default_rng(7), np.array([0.0, 9.0]), 8, 0.0)
    found = race(x, np.ones_like(x), confidence=0.95, within=0.1, first=10)
    assert found.best == -1
    assert found.alive.all()


def play(needs: dict[tuple[str, int], int], have: dict[str, int], values: Float64) -> list[CellRow]:
    rows = []
    for case, _ in needs:
        for r in range(have.get(case, 0), needs[case, 0]):
            value = float(values["abc".index(case), r])
            rows.append(CellRow("", case, 0, r, values=(Value((), "asa", value, 1.0),)))
        have[case] = needs[case, 0]
    return rows


def test_a_race_asks_for_more_of_those_still_in_it() -> None:
    values = worlds(np.random.default_rng(8), np.array([10.0, 10.3, 30.0]), 2000, 0.0)
    selection = Selection("asa", 0.2, places=[("a", 0), ("b", 0), ("c", 0)], first=10)
    have: dict[str, int] = {}
    needs = selection.needs()
    assert set(needs.values()) == {10}
    rows: list[CellRow] = []
    while needs:
        more = play(needs, have, values)
        rows += more
        needs = selection.needs(more)
        assert ("c", 0) not in needs
    choice = selection.choice()
    assert choice.best == "a"
    assert choice.left_at["c"] == 10
    assert have["c"] == 10 < have["a"]
    assert choice.saved > 0.2
    assert str(choice).startswith("a has the best average speed of answer")
    assert "Ruled out after 10 replications: c." in str(choice)
    assert best_of(rows, "asa", 0.2, first=10).best == "a"


def test_blocks_are_observations() -> None:
    """Pairs whose halves are far apart and whose sums tell: as if only the sums had been played."""
    halves = worlds(np.random.default_rng(10), np.array([0.0, 3.0, 1.0]), 400, 0.0)
    values = halves + 100 + np.array([[25.0], [-25.0], [5.0]]) * np.tile([1, -1], 200)
    rows = [
        CellRow("", case, 0, r, values=(Value((), "asa", float(values[i, r]), 1.0),))
        for i, case in enumerate("abc")
        for r in range(400)
    ]
    sums = values.reshape(3, 200, 2).sum(axis=2)
    expected = race(sums, np.full_like(sums, 2.0), confidence=0.95, within=0.5, first=10, higher=False)
    choice = best_of(rows, "asa", 0.5, first=20, block=2)
    assert (choice.best, choice.replications) == ("a", 2 * expected.rounds)
    assert choice.left_at == {"b": 2 * int(expected.left_at[1]), "c": 2 * int(expected.left_at[2])}
    assert best_of(rows, "asa", 0.5, first=20).replications > choice.replications
    selection = Selection("asa", 0.5, places=[("a", 0), ("b", 0)], first=20, batch=10, block=16)
    assert set(selection.needs().values()) == {80}


def test_a_failed_replication_is_left_out_for_everybody() -> None:
    values = worlds(np.random.default_rng(9), np.array([1.0, 50.0, 60.0]), 100, 0.0)
    selection = Selection("asa", 1.0, places=[("a", 0), ("b", 0), ("c", 0)], first=10)
    rows = play(dict.fromkeys(selection.places, 10), {}, values)
    rows[3] = CellRow("", "a", 0, 3, status="failed", stage="engine", error="x")
    needs = selection.needs(rows)
    assert set(needs.values()) == {11}
    assert selection.needs(play(needs, dict.fromkeys("abc", 10), values)) == {}
    assert selection.choice().best == "a"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": "asa", "within": 0.0}, "must be above 0"),
        ({"metric": "asa", "within": 1.0, "confidence": 0.3}, "between 50% and 100%"),
        ({"metric": "offered", "within": 1.0}, "is for you to say"),
    ],
)
def test_what_makes_no_selection(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=message):
        Selection(places=[("a", 0)], **arguments)  # type: ignore[arg-type]


def test_an_experiment_finds_its_best_case() -> None:
    base = ccsim.Scenario.from_dict(
        {
            "format": 1,
            "name": "desk",
            "time": {"start": "2026-03-02", "days": 1, "open": "08:00-18:00"},
            "queues": {"calls": {"arrivals": {"per_day": 300}, "talk": "exponential mean 5m"}},
            "agent_groups": {"desk": {"headcount": 4, "skills": ["calls"], "shifts": {"day": "100%"}}},
            "shifts": {"day": {"hours": "08:00-18:00"}},
        }
    )
    talks = {"quick": "3m", "quicker": "2m55s", "slow": "10m"}
    cases = {name: base.override({"queues.calls.talk.mean": talk}) for name, talk in talks.items()}
    experiment = ccsim.Experiment(cases, seed=1)
    choice = experiment.best("service_level", "0.2%", first=15, at_most=75)
    assert choice.best == "quicker"
    assert choice.left_at == {"quick": 15, "slow": 15}
    assert (choice.replications, choice.played) == (15, 45)
    study = ccsim.Experiment(cases, seed=1, replications=15).run()
    assert study.best("service_level", "5%", first=15).best in ("quick", "quicker")
    with pytest.raises(ccsim.CcsimError, match="within"):
        study.best("service_level", "5 minutes")
