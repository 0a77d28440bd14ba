"""Shares -> micro-logits of scores that fall with complexity."""

from __future__ import annotations

import math

MICRO = 1_000_000
MOST_LOGITS = 40.0  # a chance of 1 in 2e17; beyond it a score says nothing more


def micro_logits(logits: float) -> int:
    """The integer in which an engine adds scores."""
    return round(logits * MICRO)


def middle_logit(share: float, lost: float) -> float:
    """Score at middle complexity for which the mean success over uniform complexity is ``share``.

    The score falls by ``lost`` logits from the easiest issue to the hardest. The mean of the logistic
    function over a straight line has a closed form, which is solved for the middle. ``share`` is within
    0..1, both ends excluded.
    """
    if lost < 1e-9:
        return math.log(share) - math.log1p(-share)
    above = math.log(math.expm1(lost * share))
    below = math.log(-math.expm1(-lost * (1 - share)))
    return min(max(above - lost / 2 - below, -MOST_LOGITS), MOST_LOGITS)
