"""Random numbers by address, and the one place where drawn time becomes exact.

The *day factors* of a run (how busy each day is) may be spread over the replications instead of drawn afresh
in each, which makes averages over replications more precise where days differ much. Only these few numbers
are: each moves a whole day, the thousands of others average out by themselves. Every replication keeps the
right distribution; replications of one block depend on each other, blocks do not, and intervals must count
blocks.

``antithetic``: replications 2k and 2k + 1 have days of ``u`` and ``1 - u`` (Hammersley and Morton 1956).
``qmc``: the days of 16 replications are the first 16 points of a Sobol sequence, one coordinate a day, with a
random digital shift of each coordinate (L'Ecuyer and Lemieux 2002) and, for each stream, in a random order of
its own (Latin supercube sampling, Owen 1998), so that streams stay independent of each other and a queue that
is added leaves the others' numbers alone.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ccsim.draws.numbers import GOLDEN, mix_all
from ccsim.errors import CcsimError
from ccsim.kinds import NEVER
from ccsim.units import did_you_mean

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Luck = Literal["plain", "antithetic", "qmc"]
BLOCK_OF: dict[Luck, int] = {"plain": 1, "antithetic": 2, "qmc": 16}  # replications that depend on each other
_BITS = 30  # of a Sobol number
_BELOW_1 = 1 - 2.0**-53


class Streams:
    """Random numbers by address, for one seed and replication."""

    def __init__(self, seed: int, replication: int, luck: Luck = "plain") -> None:
        """``luck``: how day factors are spread over replications; all else is the same for all three."""
        self._seed = seed
        self._replication = replication
        self._luck = luck
        self._bits = np.random.Philox(0)
        self._generator = np.random.Generator(self._bits)
        # lists: numpy reads its state number by number, three times faster than from arrays
        self._counter = [0, 0, 0, 0]
        self._inner: dict[str, list[int]] = {"counter": self._counter}
        self._state: Any = {
            **self._bits.state,
            "state": self._inner,
            "buffer": [0, 0, 0, 0],
            "buffer_pos": 4,
            "has_uint32": 0,
        }
        self._keys: dict[str, list[int]] = {}

    def day_factors(self, name: str, days: int) -> Floats:
        """(days,) uniform numbers of a stream whose days are spread over the replications."""
        if self._luck == "plain":
            return self.at(name).random(days)
        block, place = divmod(self._replication, BLOCK_OF[self._luck])
        if self._luck == "antithetic":
            u = self.at(name, replication=block * 2).random(days)
            return np.minimum(1 - u, _BELOW_1) if place else u
        shared = self.at(name, attempt=1, replication=block)
        order = shared.permutation(BLOCK_OF["qmc"])
        shift = shared.integers(0, 2**_BITS, size=days, dtype=np.int64)
        found: Floats = ((_sobol(days)[order[place]] ^ shift) + 0.5) / 2**_BITS
        return found

    def at(
        self, name: str, day: int = 0, attempt: int = 0, replication: int | None = None
    ) -> np.random.Generator:
        """The generator of a stream, wound to position 0 of a day and attempt; use it at once.

        ``replication``: another one than the own, for what replications share.
        """
        key = self._keys.get(name)
        if key is None:
            digest = hashlib.blake2b(f"{self._seed}/{name}".encode(), digest_size=16).digest()
            key = self._keys[name] = list(struct.unpack("<2Q", digest))
        self._inner["key"] = key
        own = self._replication if replication is None else replication
        self._counter[1:] = attempt, day, own
        self._bits.state = self._state
        return self._generator

    def keys(self, name: str, luck: Int64, out: Int64) -> None:
        """A key of 64 bits for every issue of a stream, by its address; see :mod:`ccsim.draws.numbers`."""
        digest = hashlib.blake2b(f"{self._seed}/{name}/{self._replication}".encode(), digest_size=8).digest()
        x = out.view(np.uint64)
        np.multiply(luck.view(np.uint64), np.uint64(GOLDEN), out=x)
        x += np.frombuffer(digest, dtype="<u8")[0]
        mix_all(x)


def require_luck_kind(luck: str) -> None:
    """Raises CcsimError for a kind of luck that does not exist."""
    if luck not in get_args(Luck):
        hint = did_you_mean(luck, get_args(Luck)) or "; there is: " + ", ".join(get_args(Luck))
        raise CcsimError(f"no luck '{luck}'{hint}")


@lru_cache(maxsize=8)
def _sobol(days: int) -> Int64:
    """(16, days) the first points of the Sobol sequence, as integers of ``_BITS`` bits."""
    from scipy.stats import qmc

    points = qmc.Sobol(days, scramble=False, bits=_BITS).random(BLOCK_OF["qmc"])
    found: Int64 = np.rint(points * 2**_BITS).astype(np.int64)
    return found


def to_microseconds(seconds: Floats, out: Int64, at_most: int = NEVER) -> None:
    """Round to int64 microseconds: the one place where drawn time becomes exact. ``seconds`` is used up."""
    seconds *= 1e6
    np.minimum(seconds, float(at_most), out=seconds)
    out[:] = np.rint(seconds, out=seconds)
