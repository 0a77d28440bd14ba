"""The balance of mean flows: how many contacts reach each queue, before any luck.

Fresh contacts thin out at what stands in front of people; people send some on to other queues, and some
customers come back. All of it is expectation: contacts times chances, generation after generation, over the
intervals of the run and over the complexity of issues. What depends on waiting (who gives up and tries again,
takes an offer, asks what has become of a promise) is not in it.
"""

from __future__ import annotations

from ccsim.report.balance.waves import Balance, balance

__all__ = ["Balance", "balance"]
