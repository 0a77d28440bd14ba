"""Ciw: a network of one node, with reneging; its records are its log. It has no choice among several nodes by
skill, so it does not take part in case c."""

from __future__ import annotations

import math

import ciw  # type: ignore[import-untyped]

from benchmarks.cases import DAY_S
from benchmarks.contestants.stopwatch import Answer, asked


def main() -> None:
    center, days, seed = asked()
    if len(center.lines) > 1:
        raise SystemExit("Ciw cannot express agents with several skills")
    line = center.lines[0]
    answer = Answer()
    reneging = (
        {}
        if math.isinf(line.patience_s)
        else {"reneging_time_distributions": [ciw.dists.Exponential(1 / line.patience_s)]}
    )
    with answer.part("draws and engine"):
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(line.rate)],
            service_distributions=[ciw.dists.Exponential(1 / line.talk_s)],
            number_of_servers=[center.groups[0]],
            **reneging,
        )
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(days * DAY_S)
    with answer.part("metrics"):
        records = simulation.get_all_records()
        abandoned = sum(record.record_type == "renege" for record in records)
        answer.count(len(records), abandoned, sum(record.waiting_time for record in records))
    answer.tell()


if __name__ == "__main__":
    main()
