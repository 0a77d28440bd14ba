"""Numbers by address: bits that pass for random, and tables of quantiles that keep their laws.

Confidence: every p-value must be above 1e-5. The tests are deterministic (fixed keys): green for
ever or red for ever. About 200 p-values are looked at, so good bits would be red with a chance of 0.002.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from ccsim.compiler.journey import CERTAIN, STRATA
from ccsim.compiler.quantiles import levels, logistic_table, salt_of, table_of
from ccsim.distributions import (
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Law,
    Lognormal,
    Mixture,
    Never,
    Uniform,
    Weibull,
)
from ccsim.draws.numbers import bits, happens, looked_up, mix
from ccsim.kinds import NEVER, Purpose

pytestmark = pytest.mark.statistical

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
RARE = 1e-5
COUNT = 50_000
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
KEYS = np.random.default_rng(20260302).integers(0, 2**64, COUNT, dtype=np.uint64)
NEIGHBOURS = np.arange(COUNT, dtype=np.uint64)  # keys that differ in a few low bits only: the worst case
KEY_SETS = {"drawn keys": KEYS, "neighbouring keys": NEIGHBOURS}


def mixed(x: Words) -> Words:
    """The finaliser of SplitMix64 on arrays."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def words(keys: Words, salt: int, purpose: int, contact: int = 1, leg: int = 1) -> Words:
    """What :func:`ccsim.draws.numbers.bits` says, for many keys at once."""
    address = np.uint64((purpose << 40 | contact << 16 | leg) * int(GOLDEN) % 2**64)
    return mixed(mixed(keys ^ np.uint64(salt % 2**64)) + address)


def uniforms(values: Words) -> Floats:
    """In [0, 1)."""
    return (values >> np.uint64(11)).astype(np.float64) * 2.0**-53


def even(values: Words, cells: int) -> float:
    """p-value of a chi-square test that the upper bits fill cells evenly."""
    counts = np.bincount((uniforms(values) * cells).astype(np.int64), minlength=cells)
    return float(stats.chisquare(counts).pvalue)


def unrelated(one: Words, two: Words, cells: int = 16) -> tuple[float, float, float]:
    """p-values of independence: pairs of cells, correlation, and bits in which the two differ."""
    x, y = uniforms(one), uniforms(two)
    pair = (x * cells).astype(np.int64) * cells + (y * cells).astype(np.int64)
    counts = np.bincount(pair, minlength=cells**2)
    correlation = float(np.corrcoef(x, y)[0, 1])
    differ = np.array([((one ^ two) >> np.uint64(b) & np.uint64(1)).sum() for b in range(64)])
    scores = (differ - len(one) / 2) / math.sqrt(len(one) / 4)
    return (
        float(stats.chisquare(counts).pvalue),
        2 * float(stats.norm.sf(abs(correlation) * math.sqrt(len(one)))),
        float(stats.chi2.sf((scores**2).sum(), 64)),
    )


def test_mixing_is_splitmix64() -> None:
    """The first three outputs of the published generator for the seed 1234567."""
    state, outputs = 1234567, []
    for _ in range(3):
        state = (state + int(GOLDEN)) % 2**64
        outputs.append(mix(state))
    assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_arrays_say_what_bits_says() -> None:
    salt = salt_of("billing")
    for purpose, contact, leg in ((Purpose.TALK, 1, 2), (Purpose.WRONG_TO, 1000, 127)):
        many = words(KEYS[:200], salt, purpose, contact, leg)
        signed = KEYS[:200].astype(np.int64)  # as an engine holds them
        assert [int(x) for x in many] == [bits(int(k), salt, purpose, contact, leg) for k in signed]


@pytest.mark.parametrize("keys", KEY_SETS)
def test_every_purpose_is_uniform(keys: str) -> None:
    for purpose in Purpose:
        values = words(KEY_SETS[keys], salt_of("billing"), purpose)
        assert even(values, 256) > RARE, purpose
        assert even(values << np.uint64(32), 256) > RARE, f"{purpose.name}: lower bits"


@pytest.mark.parametrize("keys", KEY_SETS)
def test_neighbouring_addresses_know_nothing_of_each_other(keys: str) -> None:
    """Next purpose, next contact, next leg, another queue, next key."""
    chosen, salt = KEY_SETS[keys], salt_of("billing")
    base = words(chosen, salt, Purpose.RETRY, 2, 3)
    others = {
        "purpose": words(chosen, salt, Purpose.RETRY_DELAY, 2, 3),
        "contact": words(chosen, salt, Purpose.RETRY, 3, 3),
        "leg": words(chosen, salt, Purpose.RETRY, 2, 4),
        "contact and leg swapped": words(chosen, salt, Purpose.RETRY, 3, 2),
        "salt": words(chosen, salt_of("billing2"), Purpose.RETRY, 2, 3),
        "salt, one bit": words(chosen, salt ^ 1 << 40, Purpose.RETRY, 2, 3),
        "key": np.roll(base, 1),
        "key, three on": np.roll(base, 3),
    }
    for name, other in others.items():
        assert min(unrelated(base, other)) > RARE, name


def test_one_issue_walks_through_its_addresses_like_a_generator() -> None:
    """All purposes, 40 contacts, 40 legs of one issue: even in pairs, triples differ, nothing repeats."""
    values = np.array(
        [bits(7, salt_of("cards"), p, c, leg) for p in Purpose for c in range(1, 41) for leg in range(1, 41)],
        dtype=np.uint64,
    )
    assert len(np.unique(values)) == len(values)
    assert even(values, 1024) > RARE
    for lag in (1, 40, 1600):
        assert min(unrelated(values[:-lag], values[lag:])) > RARE
    pieces = uniforms(values[: len(values) // 3 * 3]).reshape(-1, 3)
    counts = np.histogramdd(pieces, bins=8, range=[(0, 1)] * 3)[0].ravel()
    assert stats.chisquare(counts).pvalue > RARE


def test_a_thousand_contacts_of_one_issue_are_independent_choices() -> None:
    """Retries up to the thousandth: the run lengths of a chance of 90 % are geometric."""
    salt, chance = salt_of("line"), round(0.9 * CERTAIN)
    chain = np.array(
        [happens(bits(k, salt, Purpose.RETRY, c), chance) for k in range(100) for c in range(1, 1001)]
    )
    assert stats.binomtest(int(chain.sum()), len(chain), 0.9).pvalue > RARE
    after_no, after_yes = chain[1:][~chain[:-1]], chain[1:][chain[:-1]]
    table = [[(~after_no).sum(), after_no.sum()], [(~after_yes).sum(), after_yes.sum()]]
    assert stats.chi2_contingency(table).pvalue > RARE


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.5, 0.999, 1.0])
def test_what_has_a_chance_happens_that_often(share: float) -> None:
    values = words(KEYS, salt_of("line"), Purpose.RETRY)
    times = int(((values >> np.uint64(33)) < np.uint64(round(share * CERTAIN))).sum())
    assert times == sum(happens(int(x), round(share * CERTAIN)) for x in values)
    if share in (0.0, 1.0):
        assert times == share * COUNT
    else:
        assert stats.binomtest(times, COUNT, share).pvalue > RARE


# -- tables of quantiles ----------------------------------------------------------------------------------

# law, its cv, and how far mean and cv of the table may be off (relative)
STEADY = 1e-4
LAWS: dict[str, tuple[Law, float, float, float]] = {
    "fixed": (Fixed(60), 0.0, STEADY, STEADY),
    "uniform": (Uniform(100, 500), 400 / math.sqrt(12) / 300, STEADY, STEADY),
    "exponential": (Exponential(300), 1.0, STEADY, 1.1e-4),
    "gamma cv 0.5": (Gamma(300, 0.5), 0.5, STEADY, STEADY),
    "gamma cv 2": (Gamma(300, 2), 2.0, STEADY, 3e-4),
    "weibull shape 1.3": (
        Weibull(300, 1.3),
        math.sqrt(math.gamma(1 + 2 / 1.3) / math.gamma(1 + 1 / 1.3) ** 2 - 1),
        STEADY,
        STEADY,
    ),
    "lognormal cv 0.5": (Lognormal(300, 0.5), 0.5, STEADY, 2e-4),
    "lognormal cv 0.8": (Lognormal(300, 0.8), 0.8, STEADY, 4e-4),
    "lognormal cv 1.2": (Lognormal(300, 1.2), 1.2, STEADY, 7e-4),
    # heavy tails: straight lines above a convex quantile function, the last stratum of the last one above all
    "weibull shape 0.5": (Weibull(300, 0.5), math.sqrt(5), 2e-4, 1e-3),
    "lognormal cv 2": (Lognormal(300, 2), 2.0, 3e-4, 1e-3),
    "lognormal cv 3": (Lognormal(300, 3), 3.0, 5e-4, 1e-3),
}


def moments(table: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Mean in seconds and cv of what the table gives out, exactly: uniform between neighbours."""
    low, high = table[:-1] / 1e6, table[1:] / 1e6
    weight = np.concatenate((np.full(STRATA - 1, 1 / STRATA), [0.0], np.full(STRATA, 1 / STRATA**2)))
    mean = float(weight @ (low + high)) / 2
    square = float(weight @ (low**2 + low * high + high**2)) / 3
    return mean, math.sqrt(max(square - mean**2, 0.0)) / mean


@pytest.mark.parametrize("name", LAWS)
def test_tables_keep_mean_and_cv(name: str) -> None:
    law, cv, mean_off, cv_off = LAWS[name]
    mean, spread = moments(table_of(law))
    assert mean == pytest.approx(law.mean(), rel=mean_off)
    assert spread == pytest.approx(cv, rel=cv_off, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in LAWS if name != "fixed"])
def test_tables_keep_the_law(name: str) -> None:
    """What is looked up lies on the law's own curve to a sixth of a stratum, at both ends to a whole one."""
    law = LAWS[name][0]
    table = table_of(law).tolist()
    u = np.random.default_rng(5).random(4000)
    for share in np.concatenate((u, 1 - u / STRATA)):  # half of them in the tail
        seconds = looked_up(table, int(share * 2.0**64)) / 1e6
        if seconds < 1e-3:
            continue  # rounded to a microsecond
        stratum = 1 / STRATA if share < 1 - 1 / STRATA else 1 / STRATA**2
        at_an_end = share < 1 / STRATA or share > 1 - 1 / STRATA**2
        assert abs(law.survival(seconds) - (1 - share)) < stratum * (1 if at_an_end else 1 / 6)


def test_the_ends_of_a_table() -> None:
    table = table_of(Uniform(0, 4096)).tolist()
    assert looked_up(table, 0) == 0
    assert looked_up(table, 1 << 52) == 1_000_000
    assert looked_up(table, (1 << 52) + (1 << 51)) == 1_500_000
    assert looked_up(table, 2**64 - 1) == pytest.approx(4096e6, rel=1e-6)
    assert looked_up(table_of(Never()).tolist(), 12345 << 40) == NEVER


def test_a_law_with_a_tail_that_never_comes() -> None:
    """A mixture with some who wait for ever gives each part its share, to one stratum in 4,096."""
    law = Mixture((0.25, 0.75), (Exponential(60), Never()))
    table = table_of(law).tolist()
    got = [looked_up(table, int(x)) for x in words(KEYS, 1, Purpose.PATIENCE)[:40_000]]
    for_ever = sum(x >= NEVER for x in got)
    assert stats.binomtest(for_ever, len(got), 0.75).pvalue > RARE
    finite = [x / 1e6 for x in got if x < NEVER]
    assert np.mean(finite) == pytest.approx(60, abs=4 * 60 / math.sqrt(len(finite)))


MIXED: dict[str, tuple[Law, float]] = {  # and how far the mean of the table may be off (relative)
    "zero, then exponential": (Mixture((0.05, 0.95), (Fixed(0), Exponential(300))), STEADY),
    "exponential, then zero": (Mixture((0.95, 0.05), (Exponential(300), Fixed(0))), STEADY),
    "two fixed": (Mixture((0.3, 0.7), (Fixed(10), Fixed(60))), 1e-8),
    "two fixed, the longer first": (Mixture((0.7, 0.3), (Fixed(60), Fixed(10))), 1e-8),
    "fixed at the edge of a stratum": (Mixture((0.25, 0.75), (Fixed(10), Fixed(60))), 1e-8),
    "fixed in the midst": (Mixture((0.5, 0.5), (Exponential(100), Fixed(30))), STEADY),
    "gaps": (Mixture((0.2, 0.3, 0.5), (Uniform(100, 200), Fixed(500), Uniform(0, 50))), 1e-8),
    "two exponentials": (Mixture((0.5, 0.5), (Exponential(10), Exponential(600))), STEADY),
    "within one another": (
        Mixture((0.5, 0.5), (Mixture((0.9, 0.1), (Gamma(50, 0.5), Fixed(0))), Fixed(20))),
        STEADY,
    ),
    # 1 % are a hundred times longer, and have 40 strata for themselves
    "few that take long": (Mixture((0.01, 0.99), (Lognormal(6000, 0.8), Lognormal(60, 0.8))), 1e-3),
    "observed": (Empirical((0, 0.2, 0.5, 0.9), (0, 100, 200, 500), 300.0), STEADY),
}


@pytest.mark.parametrize("name", MIXED)
def test_mixed_laws_keep_their_mean_and_ascend(name: str) -> None:
    law, off = MIXED[name]
    table = table_of(law)
    assert moments(table)[0] == pytest.approx(law.mean(), rel=off)
    assert (np.diff(table) >= 0).all()


@pytest.mark.parametrize("name", MIXED)
def test_mixed_laws_keep_their_shares(name: str) -> None:
    """What is looked up lies on the law's own curve, within the two strata beside a jump."""
    law = MIXED[name][0]
    table = table_of(law).tolist()
    for share in np.random.default_rng(6).random(2000):
        seconds = looked_up(table, int(share * 2.0**64)) / 1e6
        longer, at_least = law.survival(seconds + 1e-6), law.survival(seconds - 2e-6)
        assert longer - 1 / STRATA <= 1 - share <= at_least + 1 / STRATA


def test_a_fixed_part_is_itself() -> None:
    """With 30 % and 70 %, all but the two strata beside the jump have one of the two values."""
    table = table_of(Mixture((0.7, 0.3), (Fixed(60), Fixed(10))))
    assert np.unique(table, return_counts=True)[1][[0, -1]].sum() == len(table) - 1
    got = np.array([looked_up(table.tolist(), int(x)) for x in words(KEYS, 2, Purpose.TALK)[:20_000]])
    assert np.isin(got, (10_000_000, 60_000_000)).mean() > 1 - 3 * 2 / STRATA
    assert stats.binomtest(int((got == 10_000_000).sum()), len(got), 0.3).pvalue > RARE


@pytest.mark.parametrize("parts", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_the_parts_does_not_matter(parts: tuple[int, ...]) -> None:
    """Who never gives up comes last, wherever the scenario names them."""
    shares, laws = (0.1, 0.6, 0.3), (Fixed(0), Exponential(100), Never())
    usual = table_of(Mixture(shares, laws))
    table = table_of(Mixture(tuple(shares[k] for k in parts), tuple(laws[k] for k in parts)))
    assert ((table == NEVER) == (usual == NEVER)).all()
    finite = usual < NEVER
    assert table[finite] == pytest.approx(usual[finite], rel=1e-5, abs=100)
    assert abs((table < NEVER)[:STRATA].mean() - 0.7) < 1 / STRATA


@pytest.mark.parametrize("name", LAWS)
def test_other_laws_are_taken_as_they_are(name: str) -> None:
    law = LAWS[name][0]
    assert (table_of(law) == np.rint(law.quantile(levels()) * 1e6)).all()


def test_thresholds_are_logistic() -> None:
    """The share of thresholds below a score is the logistic function of the score."""
    table = logistic_table()
    assert (np.diff(table[:STRATA]) > 0).all()
    u = levels()
    for score in (-6.0, -2.0, 0.0, 0.5, 2.0, 6.0):
        below = float(np.interp(score * 1e6, np.delete(table, STRATA), np.delete(u, STRATA)))
        assert below == pytest.approx(1 / (1 + math.exp(-score)), abs=1e-4)
    values = words(KEYS, salt_of("line"), Purpose.RESOLVES)
    flat = table.tolist()
    share = sum(looked_up(flat, int(x)) <= 847_298 for x in values[:40_000])  # logit of 70 %
    assert stats.binomtest(share, 40_000, 0.7).pvalue > RARE
