"""The kernel looks up the numbers that the SimPy engine looks up, bit for bit."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest

from ccsim.compiler.quantiles import logistic_table, table_of
from ccsim.distributions import Exponential, Mixture, Never
from ccsim.draws import numbers as spoken
from ccsim.engines.kernel.journey import numbers
from ccsim.engines.kernel.journey.rows import CENTER
from ccsim.kinds import NEVER

COUNT = 100_000


@numba.njit
def all_bits(keys: Any, salts: Any, purposes: Any, contacts: Any, legs: Any, out: Any) -> None:
    for row in range(len(keys)):
        out[row] = numbers.bits(keys[row], salts[row], purposes[row], contacts[row], legs[row])


@numba.njit
def all_upper(drawn: Any, out: Any) -> None:
    for row in range(len(drawn)):
        out[row] = numbers.upper(drawn[row])


@numba.njit
def all_looked_up(memory: Any, table: int, drawn: Any, out: Any) -> None:
    center = memory[0]
    for row in range(len(drawn)):
        out[row] = numbers.looked_up(center, table, drawn[row])


@pytest.fixture(scope="module")
def drawn() -> Any:
    """Numbers of 64 bits, the first and the last among them, and many of the last stratum."""
    rng = np.random.default_rng(1)
    middle = rng.integers(0, 2**64, COUNT, dtype=np.uint64)
    tail = rng.integers(2**64 - 2**54, 2**64, COUNT // 4, dtype=np.uint64)
    return np.concatenate((middle, tail, np.array([0, 2**33 - 1, 2**63, 2**64 - 1], dtype=np.uint64)))


def test_bits_of_an_address() -> None:
    rng = np.random.default_rng(2)
    keys, salts = (rng.integers(-(2**63), 2**63, COUNT, dtype=np.int64) for _ in range(2))
    purposes, contacts = rng.integers(1, 60, COUNT), rng.integers(0, 2**15, COUNT)
    legs = rng.integers(0, 2**16, COUNT)
    out = np.zeros(COUNT, np.uint64)
    all_bits(keys, salts, purposes, contacts, legs, out)
    addresses = zip(*(column.tolist() for column in (keys, salts, purposes, contacts, legs)), strict=True)
    assert out.tolist() == [spoken.bits(*address) for address in addresses]


def test_upper_bits_are_what_chances_are_compared_with(drawn: Any) -> None:
    out = np.zeros(len(drawn), np.int64)
    all_upper(drawn, out)
    assert all(
        spoken.happens(number, upper + 1) and not spoken.happens(number, upper)
        for number, upper in zip(drawn.tolist(), out.tolist(), strict=True)
    )


def test_entries_of_tables(drawn: Any) -> None:
    some_never = Mixture((0.3, 0.7), (Never(), Exponential(240.0)))
    laws = (Exponential(240.0), Never(), some_never)
    tables = np.array([*map(table_of, laws), logistic_table()])
    tables = np.vstack((tables, np.where(np.arange(tables.shape[1]) < 3000, tables[0], NEVER)))
    memory = np.zeros(1, CENTER)
    memory["tables"] = tables.ctypes.data
    for number, table in enumerate(tables.tolist()):
        out = np.zeros(len(drawn), np.int64)
        all_looked_up(memory, number, drawn, out)
        assert out.tolist() == [spoken.looked_up(table, one) for one in drawn.tolist()]
