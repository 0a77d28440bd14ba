"""Program + seed + replication -> Draws: the only package that samples.

A random number is addressed, never taken in turn. The key of a Philox generator is the hash of the seed and
the stream's name (``support/patience``); its counter holds the replication, the day, the attempt and the
position. So a queue, a group or an agent that is added finds its own numbers and leaves everybody else's
alone.

Arrivals of one queue on one day are points of a unit-rate Poisson process in the plane of *position in the
day* (0..1, laid over the day's shape) and *height* (in expected contacts). A contact arrives when its height
is below the day's volume: with 10 % more volume the earlier contacts keep their times and their luck, and new
ones come on top. Given the shape and the volume, the arrivals are exactly a non-homogeneous Poisson process.
"""

from __future__ import annotations

from ccsim.draws.drawing import Draws, draw
from ccsim.draws.streams import Streams

__all__ = ["Draws", "Streams", "draw"]
