"""First come first served and longest idle agent: the product form of Adan, Visschers and Weiss.

Patient customers of several types, agents who each can serve some of the types at an own rate. A contact
takes the agent who has been idle for longest among those who can serve it; a freed agent takes the contact
that has waited longest among those that it can serve. Adan and Weiss, "A skill based parallel service
system under FCFS-ALIS: steady state, overloads and abandonments", Stochastic Systems 4 (2014), theorem 2.1:

State: the busy agents in the order of arrival of their customers, with the number waiting behind each, then
the idle ones, who is idle for the shortest time first. With the agents in the order M1 .. MJ, i of them
busy and n_j waiting between M_j and M_j+1, its probability is proportional to

    prod_{j <= i} u_j^{n_j} / m_j^{n_j + 1}  x  prod_{j > i} 1 / c_j

where u_j: arrivals per second that only agents among M1 .. Mj can serve, m_j: their service rates added up,
c_j: arrivals per second that some of Mj .. MJ can serve. Given the order, waiting numbers are geometric and
each waiting customer is of a type with a chance proportional to its arrivals.

The second derivation is the chain of the whole line itself (who waits where, type by type), cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from tests.theory.exact.chain import Chain

Line = tuple[str, ...]  # in order of arrival: busy agents as "A0", waiting customers as "c0"
State = tuple[Line, tuple[int, ...]]  # and idle agents, the one idle for longest last


@dataclass(frozen=True, slots=True)
class LineResult:
    """Long-run figures by type of customer, and the busy share by agent."""

    wait_probability: tuple[float, ...]
    mean_wait_s: tuple[float, ...]
    busy: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LongestIdle:
    """Arrivals per second by type; for each agent what it serves and its services per second."""

    rates: tuple[float, ...]
    serves: tuple[frozenset[int], ...]
    service: tuple[float, ...]

    def _only(self, agents: tuple[int, ...]) -> list[int]:
        """Types that nobody else serves."""
        others = [self.serves[a] for a in range(len(self.serves)) if a not in agents]
        return [t for t in range(len(self.rates)) if not any(t in kinds for kinds in others)]

    def product_form(self) -> LineResult:
        """Sum over all orders of the agents and all numbers of busy ones."""
        types, agents = range(len(self.rates)), range(len(self.serves))
        total, waits, lines, busy = 0.0, [0.0 for _ in types], [0.0 for _ in types], [0.0 for _ in agents]
        for order in permutations(agents):
            for count in range(len(order) + 1):
                weight, numbers = 1.0, []
                for j in range(1, count + 1):
                    kinds = self._only(order[:j])
                    u = sum(self.rates[t] for t in kinds)
                    m = sum(self.service[a] for a in order[:j])
                    assert u < m, "the line grows without bound"
                    weight /= m - u  # the geometric sum of u^n / m^(n + 1)
                    numbers.append((kinds, u, u / (m - u)))
                for j in range(count, len(order)):
                    kinds_of_idle = frozenset().union(*(self.serves[a] for a in order[j:]))
                    weight /= sum(self.rates[t] for t in kinds_of_idle)
                total += weight
                for a in order[:count]:
                    busy[a] += weight
                for t in types:
                    if not any(t in self.serves[a] for a in order[count:]):
                        waits[t] += weight
                for kinds, u, mean in numbers:
                    for t in kinds:
                        lines[t] += weight * mean * self.rates[t] / u
        return LineResult(
            tuple(w / total for w in waits),
            tuple(n / total / rate for n, rate in zip(lines, self.rates, strict=True)),
            tuple(b / total for b in busy),
        )

    def by_chain(self, cap: int, cut_off: float = 1e-6) -> LineResult:
        """From the line itself, with at most ``cap`` waiting, reached in a share ``cut_off`` of time."""

        def moves(state: State) -> Iterator[tuple[State, float]]:
            line, idle = state
            for t, rate in enumerate(self.rates):
                able = [a for a in idle if t in self.serves[a]]
                if able:
                    yield ((*line, f"A{able[-1]}"), tuple(a for a in idle if a != able[-1])), rate
                elif sum(x[0] == "c" for x in line) < cap:
                    yield ((*line, f"c{t}"), idle), rate
            for place, who in enumerate(line):
                if who[0] == "A":
                    yield self._freed(line, idle, place), self.service[int(who[1:])]

        chain = Chain([((), tuple(range(len(self.serves))))], moves)
        law = chain.stationary()
        cut = chain.expect(law, lambda s: sum(x[0] == "c" for x in s[0]) == cap)
        assert cut < cut_off, f"more waiting places are needed: {cut}"
        types = range(len(self.rates))
        return LineResult(
            tuple(
                chain.expect(law, lambda s, t=t: not any(t in self.serves[a] for a in s[1])) for t in types
            ),
            tuple(chain.expect(law, lambda s, t=t: s[0].count(f"c{t}")) / self.rates[t] for t in types),
            tuple(chain.expect(law, lambda s, a=a: a not in s[1]) for a in range(len(self.serves))),
        )

    def _freed(self, line: Line, idle: tuple[int, ...], place: int) -> State:
        """The agent at a place of the line has finished: it takes the first waiting one that it can serve."""
        who = line[place]
        for other, x in enumerate(line):
            if x[0] == "c" and int(x[1:]) in self.serves[int(who[1:])]:
                taken = [*line]
                taken[other] = who
                del taken[place]
                return tuple(taken), idle
        return (*line[:place], *line[place + 1 :]), (int(who[1:]), *idle)
