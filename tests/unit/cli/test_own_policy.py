"""``--policy``: the class decides, and what cannot be is said before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cli

RULES = """\
import ccsim


class NobodyTakesWaiting(ccsim.Router):
    def contact_for(self, agent, now, load=(0, -1)):
        return -1


OTHER = 3
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.py"
    path.write_text(RULES)
    return path


def test_the_class_decides(cli: Cli, tiny: Path, rules: Path) -> None:
    quick = ("--replications", 1, "--json", "--metrics", "asa,abandon_rate", "--quiet")
    found = {}
    for name, more in (
        ("usual", ("--engine", "simpy")),
        ("own", ("--policy", f"{rules}:NobodyTakesWaiting")),
    ):
        document = json.loads(cli("run", tiny, *quick, *more).stdout)
        assert document["engine"] == "simpy"
        found[name] = {row["metric"]: row["value"] for row in document["metrics"]}
    assert found["usual"]["asa"] > 0
    assert found["own"]["asa"] == 0
    assert found["own"]["abandon_rate"] > found["usual"]["abandon_rate"]


def test_trace_tells_the_same_run(cli: Cli, tiny: Path, rules: Path) -> None:
    policy = ("--policy", f"{rules}:NobodyTakesWaiting")
    told = cli("trace", tiny, *policy).stdout
    assert "gives up" in told
    assert told != cli("trace", tiny, "--engine", "simpy").stdout


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("rules", "is not a file and a class, e.g. rules.py:ClosestFirst"),
        ("{rules}", "is not a file and a class"),
        ("nowhere.py:Mine", "there is no file nowhere.py"),
        ("{rules}:Nobody", "has no class Nobody derived from ccsim.Router; there is: NobodyTakesWaiting"),
        ("{rules}:OTHER", "has no class OTHER derived from ccsim.Router"),
        ("{broken}:Mine", "does not run: ZeroDivisionError: division by zero"),
    ],
)
def test_bad_policies_are_2_with_a_hint(cli: Cli, tiny: Path, rules: Path, given: str, says: str) -> None:
    broken = rules.with_name("broken.py")
    broken.write_text("1 / 0\n")
    result = cli("run", tiny, "--policy", given.format(rules=rules, broken=broken))
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


@pytest.mark.parametrize("command", ["run", "trace"])
def test_the_compiled_engine_refuses(cli: Cli, tiny: Path, rules: Path, command: str) -> None:
    result = cli(command, tiny, "--engine", "compiled", "--policy", f"{rules}:NobodyTakesWaiting")
    assert result.exit_code == 2
    assert "leave --engine out, or write --engine simpy" in result.stderr
