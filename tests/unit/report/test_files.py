from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import InputFileError
from ccsim.report import figures, inputs, series, tables
from ccsim.result import Run
from ccsim.scenario.model import Scenario
from ccsim.scenario.reading import load
from ccsim.simulate import simulate

from .conftest import world

EXPECTED = {
    "agents", "contacts", "legs", "metrics", "occupancy.png", "occupancy.svg", "run.json", "scenario.yaml",
    "service_level.png", "service_level.svg", "waits.png", "waits.svg",
}  # fmt: skip

JOURNEY_TABLES = ("issues", "journeys", "journey_events", "sessions", "backlog", "recovery")


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


class TestFolder:
    def test_everything_is_there_and_readable(self, busy_run: Run, tmp_path: Path) -> None:
        out = tmp_path / "deep" / "out"
        written = tables.write(busy_run, out, "csv")
        assert set(written) == names(out) == {f"{n}.csv" if "." not in n else n for n in EXPECTED}
        contacts = pd.read_csv(out / "contacts.csv")
        assert len(contacts) == sum(len(log.contacts["queue"]) for log in busy_run.logs)
        passport = json.loads((out / "run.json").read_text())
        assert passport["digests"] == list(busy_run.digests)
        assert (passport["seed"], passport["replications"], passport["engine"]) == (5, 3, "simpy")
        assert load(out / "scenario.yaml") == busy_run.scenario
        assert names(tmp_path / "deep") == {"out"}

    def test_journeys_write_every_table(self, journey_run: Run, tmp_path: Path) -> None:
        written = tables.write(journey_run, tmp_path / "out", "csv")
        assert {f"{name}.csv" for name in JOURNEY_TABLES} <= set(written)
        backlog = pd.read_csv(tmp_path / "out" / "backlog.csv")
        assert len(backlog) == len(journey_run.backlog())
        assert len(pd.read_csv(tmp_path / "out" / "issues.csv")) == len(journey_run.issues)

    def test_parquet_holds_the_same(self, busy_run: Run, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        tables.write(busy_run, tmp_path / "p", "parquet")
        tables.write(busy_run, tmp_path / "c", "csv")
        for name in ("legs", "metrics"):
            one, other = (
                pd.read_parquet(tmp_path / "p" / f"{name}.parquet"),
                pd.read_csv(tmp_path / "c" / f"{name}.csv"),
            )
            assert list(one.columns) == list(other.columns)
            numbers = [c for c in other.columns if other[c].dtype == np.float64 and other[c].notna().any()]
            assert numbers
            for column in numbers:
                np.testing.assert_allclose(one[column].astype(float), other[column])

    def test_metrics_by_several_keys(self, busy_run: Run) -> None:
        table = tables.metric_table(busy_run, None, None)
        grains = set(table["by"])
        assert grains == {"all", "queue", "group", "day", "queue, interval", "group, interval"}
        cards = table[(table["by"] == "queue") & (table["queue"] == "cards") & (table["metric"] == "offered")]
        direct = busy_run.metrics(["offered"], by=["queue"])
        assert cards["value"].tolist() == direct.loc[direct["queue"] == "cards", "value"].tolist()
        chosen = tables.metric_table(busy_run, ["queue"], ["asa"])
        assert set(chosen["metric"]) == {"asa"}

    def test_a_folder_with_other_files_is_refused(self, tiny_run: Run, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        with pytest.raises(InputFileError, match="holds other files"):
            tables.write(tiny_run, tmp_path, "csv")
        assert names(tmp_path) == {"thesis.txt"}

    def test_a_file_is_refused(self, tiny_run: Run, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("")
        with pytest.raises(InputFileError, match="not a folder"):
            tables.write(tiny_run, tmp_path / "out", "csv")

    def test_a_foreign_run_json_does_not_pass(self, tmp_path: Path) -> None:
        (tmp_path / "run.json").write_text("[1]")
        with pytest.raises(InputFileError):
            tables.check_folder(tmp_path)

    def test_an_earlier_result_is_replaced_whole(self, tiny_run: Run, busy_run: Run, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        tables.write(tiny_run, out, "csv")
        (out / "stale.csv").write_text("")
        tables.write(busy_run, out, "csv")
        assert "stale.csv" not in names(out)
        assert json.loads((out / "run.json").read_text())["seed"] == 5
        assert names(tmp_path) == {"out"}

    def test_a_failure_leaves_the_earlier_result(
        self, tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        tables.write(tiny_run, out, "csv")
        before = {p.name: p.read_bytes() for p in out.iterdir()}

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(figures, "save", full)
        with pytest.raises(OSError, match="No space"):
            tables.write(tiny_run, out, "csv")
        assert {p.name: p.read_bytes() for p in out.iterdir()} == before
        assert names(tmp_path) == {"out"}

    def test_parquet_needs_pyarrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tables, "find_spec", lambda name: None)
        assert tables.check_format(None) == "csv"
        with pytest.raises(InputFileError, match="pyarrow"):
            tables.check_format("parquet")


def center_with_files(folder: Path) -> Run:
    """A queue with a shape, one with volumes, a roster; two files have one name."""
    for name, text in {
        "day/volumes.csv": "from,to,share\n10:00,11:00,40%\n11:00,12:00,60%\n",
        "volumes.csv": "interval_start,volume\n2026-03-02 10:00,20\n2026-03-02 11:00,30\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    queue = {"talk": "fixed 6m", "patience": "exponential mean 3m", "needs": "cards"}
    data = {
        **world().canonical(),
        "queues": {
            "cards": {**queue, "arrivals": {"per_day": 60, "shape": "day/volumes.csv"}},
            "loans": {**queue, "arrivals": {"file": "volumes.csv", "interval": "1h"}},
        },
    }
    return simulate(Scenario.from_dict(data, folder=folder), seed=4, replications=2, engine="simpy")


class TestInputs:
    def test_the_copy_runs_the_same_wherever_it_goes(self, tmp_path: Path) -> None:
        run = center_with_files(tmp_path / "center")
        written = tables.write(run, tmp_path / "out", "csv")
        assert "inputs" in written
        passport = json.loads((tmp_path / "out" / "run.json").read_text())
        assert passport["inputs"] == {
            "day/volumes.csv": "inputs/volumes.csv",
            "volumes.csv": "inputs/volumes_2.csv",
        }
        (tmp_path / "out").rename(tmp_path / "elsewhere")
        shutil.rmtree(tmp_path / "center")
        again = simulate(
            load(tmp_path / "elsewhere" / "scenario.yaml"), seed=4, replications=2, engine="simpy"
        )
        assert again.digests == run.digests
        tables.write(again, tmp_path / "elsewhere", "csv")  # its inputs outlive being replaced
        assert load(tmp_path / "elsewhere" / "scenario.yaml").queues == again.scenario.queues

    def test_a_large_file_stays_where_it_is(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run = center_with_files(tmp_path / "center")
        sizes = {n: (tmp_path / "center" / n).stat().st_size for n in ("volumes.csv", "day/volumes.csv")}
        monkeypatch.setattr(inputs, "LARGEST", min(sizes.values()))
        named = inputs.write_scenario(run.scenario, tmp_path)
        for name, size in sizes.items():
            assert Path(named[name]).is_absolute() == (size > min(sizes.values()))
        assert len(set(sizes.values())) == 2
        again = simulate(load(tmp_path / "scenario.yaml"), seed=4, replications=2, engine="simpy")
        assert again.digests == run.digests


def test_text_that_looks_like_a_formula_is_defused(tmp_path: Path) -> None:
    table = pd.DataFrame({"queue": ["=1+1", "+49", "-x", "@a", "fine", None], "value": [-1.0, 2, 3, 4, 5, 6]})
    tables.write_table(table, tmp_path / "t.csv", "csv")
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["queue"].tolist()[:5] == ["'=1+1", "'+49", "'-x", "'@a", "fine"]
    assert back["value"].tolist()[0] == -1.0
    assert table["queue"].tolist()[0] == "=1+1"


class TestFigures:
    def test_svg_is_the_same_every_time(self, busy_run: Run, tmp_path: Path) -> None:
        for folder in (tmp_path / "a", tmp_path / "b"):
            tables.write(busy_run, folder, "csv")
        for svg in (tmp_path / "a").glob("*.svg"):
            assert svg.read_bytes() == (tmp_path / "b" / svg.name).read_bytes()

    def test_the_profile_is_the_metrics(self, tiny_run: Run) -> None:
        profile = series.day_profile(tiny_run)
        assert profile is not None
        assert profile.hours[0] == 10
        frame = tiny_run.metrics(["service_level"], by=["queue", "interval"])
        assert profile.service_levels[0].value[:4] == pytest.approx(frame["value"].tolist()[:4])
        assert profile.staffed[:4] == pytest.approx([10, 10, 10, 10])
        assert (profile.busy <= profile.staffed + 1e-9).all()

    def test_legends_name_the_queues(self, busy_run: Run) -> None:
        profile = series.day_profile(busy_run)
        assert profile is not None
        above, below = figures.service_level_and_staffing(profile).axes
        labels = [text.get_text() for text in above.get_legend().get_texts()]
        assert labels == ["cards", "loans", "target"]
        assert [text.get_text() for text in below.get_legend().get_texts()] == ["on duty", "busy"]

    def test_wait_curves_rise_and_a_slow_queue_is_cut(self) -> None:
        shares = np.arange(1, 100) / 100
        quick = figures.WaitCurve("quick", shares, shares * 60, 20.0)
        slow = figures.WaitCurve("slow", shares, shares * 36_000, 20.0)
        figure = figures.wait_distribution("waits", [quick, slow])
        (axes,) = figure.axes
        assert axes.get_xlim()[1] < 200
        assert [t.get_text() for t in axes.get_legend().get_texts()][:2] == ["quick", "slow (99 % in 9h54m)"]

    def test_the_heat_map_has_a_row_a_day_for_one_group(self, tiny_run: Run) -> None:
        heat = series.occupancy(tiny_run)
        assert heat is not None
        assert len(heat.rows) == 1
        assert np.nanmax(heat.occupancy) <= 1
        (axes, bar) = figures.occupancy_heat_map(heat).axes
        assert [t.get_text() for t in axes.get_yticklabels()] == ["Mon 2 Mar"]
        assert bar.get_ylabel() == "occupancy"

    def test_png_shows_more_than_one_colour(self, tiny_run: Run, tmp_path: Path) -> None:
        from matplotlib.image import imread

        heat = series.occupancy(tiny_run)
        assert heat is not None
        figures.save(figures.occupancy_heat_map(heat), tmp_path, "heat")
        pixels = imread(tmp_path / "heat.png")
        assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) > 10

    def test_the_process_keeps_its_own_style(self, tiny_run: Run) -> None:
        import matplotlib as mpl

        before = dict(mpl.rcParams)
        heat = series.occupancy(tiny_run)
        assert heat is not None
        figures.occupancy_heat_map(heat)
        assert dict(mpl.rcParams) == before
