"""Work shared among the people who can do it, before any luck."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BALANCING_STEPS = 60
TOLERANCE = 1e-9


def balanced(erlangs: Floats, staffed: Floats, serves: Bools) -> Floats:
    """(intervals, pools) load of each pool when queues share agents as evenly as skills allow.

    Each queue starts by spreading its load over its agents in proportion to their number; then work moves
    from the busier pools to the idler ones until occupancies are level wherever a queue connects them.
    """
    share = staffed[:, :, None] * serves[None, :, :]
    people = np.maximum(staffed, TOLERANCE)
    work = np.zeros_like(staffed)
    alone = (serves.sum(axis=0) <= 1).all()
    for _ in range(1 if alone else BALANCING_STEPS):
        total = share.sum(axis=1, keepdims=True)
        share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
        work = np.einsum("tpq,tq->tp", share, erlangs)
        occupancy = np.maximum(work / people, TOLERANCE)
        share = share / np.sqrt(occupancy)[:, :, None]
    return work


def with_overnight(erlangs: Floats, staffed: Floats, serves: Bools, overnight: Bools) -> Floats:
    """(intervals, pools) the load of each pool; work that can wait fills the time that the other leaves."""
    if not overnight.any():
        return balanced(erlangs, staffed, serves)
    work = balanced(np.where(overnight, 0.0, erlangs), staffed, serves)
    for queue in np.flatnonzero(overnight):
        spare = np.maximum(staffed - work, 0.0) * serves[:, queue]
        total = float(spare.sum())
        if total > 0:
            work = work + spare * min(float(erlangs[:, queue].sum()) / total, 1.0)
    return work
