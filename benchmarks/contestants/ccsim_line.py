"""ccsim, the whole line: scenario, program, draws, engine, full Log, all standard metrics."""

from __future__ import annotations

import math

from benchmarks.cases import Center
from benchmarks.contestants.stopwatch import Answer, asked, peak_mb
from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.base import resolve
from ccsim.result import Run
from ccsim.scenario import Scenario


def main(engine_name: str) -> None:
    """Warm up on one day, then measure; the measured run is the first of its size in this process."""
    center, days, seed = asked()
    answer = Answer()
    with answer.aside("warm-up"):
        _warm_up(center, engine_name, answer)
    with answer.part("compile the scenario"):
        scenario = Scenario.from_dict(center.scenario(math.ceil(days)))
        program = compile_scenario(scenario)
        engine = resolve(engine_name, program).engine
    with answer.part("draws"):
        draws = draw(program, seed)
    with answer.part("engine"):
        log = engine.run(program, draws)
    del draws
    with answer.part("metrics"):
        run = Run(scenario, seed, engine.name, [log])
        run.metrics()
    answer.beside["peak MB of the line"] = peak_mb()
    with answer.aside("metrics by queue"):
        run.metrics(by=["queue"])
    with answer.aside("metrics by queue and interval"):
        run.metrics(by=["queue", "interval"])
    answer.notes.append(f"log {run.digest}")
    _count(center, run, answer)
    answer.tell()


def _warm_up(center: Center, engine_name: str, answer: Answer) -> None:
    def on_compile() -> None:
        answer.notes.append("compiled the kernel during warm-up")

    scenario = Scenario.from_dict(center.scenario(1))
    program = compile_scenario(scenario)
    engine = resolve(engine_name, program, on_compile).engine
    if engine_name == "simpy":  # nothing to compile there; the imports of the metrics are enough
        from ccsim.engines.compiled_engine import CompiledEngine

        engine = CompiledEngine()
    Run(scenario, 1, engine.name, [engine.run(program, draw(program, 1))]).metrics()


def _count(center: Center, run: Run, answer: Answer) -> None:
    table = run.metrics(["offered", "abandoned", "mean_wait"], by=["queue"])
    values = table.set_index(["queue", "metric"])["value"]
    for line in center.lines:
        offered = values[line.name, "offered"]
        answer.count(
            round(offered), round(values[line.name, "abandoned"]), values[line.name, "mean_wait"] * offered
        )
