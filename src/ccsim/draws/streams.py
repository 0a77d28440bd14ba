"""Random numbers by address, and the one place where drawn time becomes exact."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from ccsim.kinds import NEVER

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Streams:
    """Random numbers by address, for one seed and replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication
        self._bits = np.random.Philox(0)
        self._state = self._bits.state
        self._generator = np.random.Generator(self._bits)
        self._keys: dict[str, npt.NDArray[np.uint64]] = {}

    def at(self, name: str, day: int = 0, attempt: int = 0) -> np.random.Generator:
        """The generator of a stream, wound to position 0 of a day and attempt; use it at once."""
        key = self._keys.get(name)
        if key is None:
            digest = hashlib.blake2b(f"{self._seed}/{name}".encode(), digest_size=16).digest()
            key = self._keys[name] = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
        inner = self._state["state"]
        inner["key"] = key
        inner["counter"] = np.array([0, attempt, day, self._replication], dtype=np.uint64)
        self._state["buffer_pos"] = 4
        self._state["has_uint32"] = 0
        self._bits.state = self._state
        return self._generator

    def keys(self, name: str, luck: Int64) -> Int64:
        """A key of 64 bits for every issue of a stream, by its address; see :mod:`ccsim.draws.numbers`."""
        digest = hashlib.blake2b(f"{self._seed}/{name}/{self._replication}".encode(), digest_size=8).digest()
        x = luck.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.frombuffer(digest, dtype="<u8")[0]
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        keys: Int64 = (x ^ (x >> np.uint64(31))).view(np.int64)
        return keys


def to_microseconds(seconds: Floats, at_most: int = NEVER) -> Int64:
    """Round to int64 microseconds: the one place where drawn time becomes exact."""
    scaled = seconds * 1e6
    np.minimum(scaled, float(at_most), out=scaled)
    return np.rint(scaled, out=scaled).astype(np.int64)
