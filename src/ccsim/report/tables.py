"""A run's tables, figures and papers as files in one folder, all of them or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ccsim.errors import InputFileError, Problem
from ccsim.report import figures, series
from ccsim.report.inputs import write_scenario

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.result import Run

Format = Literal["parquet", "csv"]
PASSPORT = "run.json"  # says what made the folder; a folder with it may be replaced
RISKY = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets read cells that begin so as formulas
GRAINS: tuple[tuple[str, ...], ...] = (
    (),
    ("queue",),
    ("group",),
    ("day",),
    ("queue", "interval"),
    ("group", "interval"),
)


def default_format() -> Format:
    """Parquet where pyarrow is installed, else CSV."""
    return "parquet" if find_spec("pyarrow") else "csv"


def check_format(format: Format | None) -> Format:
    """The format to write; raises InputFileError for Parquet without pyarrow."""
    chosen = format or default_format()
    if chosen == "parquet" and not find_spec("pyarrow"):
        message = "Parquet needs pyarrow: pip install 'ccsim[results]', or --format csv"
        raise InputFileError([Problem("--format", message)], "the command line")
    return chosen


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else than an earlier result; raises InputFileError."""
    if folder.is_file():
        raise InputFileError([Problem("--out", "this is a file, not a folder")], str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not _is_result(folder):
        message = "this folder holds other files, and nothing is overwritten; name another or an empty one"
        raise InputFileError([Problem("--out", message)], str(folder))


def _is_result(folder: Path) -> bool:
    """Whether an earlier ``--out`` made the folder."""
    try:
        passport = json.loads((folder / PASSPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(passport, dict) and "digests" in passport and "version" in passport


def write(
    run: Run,
    folder: Path,
    format: Format | None = None,
    *,
    by: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    **options: Any,
) -> list[str]:
    """Write everything into ``folder`` and return the file names; nothing half-written stays behind.

    ``by`` and ``names`` choose the metric table (default: every standard metric at several grains),
    ``options`` go to ``Run.metrics``. Raises InputFileError for a folder that holds something else, and for
    Parquet without pyarrow.
    """
    chosen = check_format(format)
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _fill(scratch, run, chosen, metric_table(run, by, names, **options))
        written = sorted(path.name for path in scratch.iterdir())
        _put_in_place(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return written


def metric_table(
    run: Run, by: Sequence[str] | None, names: Sequence[str] | None, **options: Any
) -> pd.DataFrame:
    """The tidy metrics by the keys asked for, or at several grains, which the column ``by`` names."""
    import pandas as pd

    if by is not None:
        return run.metrics(names, by=list(by), **options)
    parts = []
    for grain in GRAINS:
        fitting = _fitting(names, grain)
        if fitting is None or fitting:
            part = run.metrics(fitting, by=list(grain), **options)
            part.insert(0, "by", ", ".join(grain) or "all")
            parts.append(part)
    keys = list(dict.fromkeys(key for grain in GRAINS for key in grain))
    table = pd.concat(
        [part.astype({k: object for k in keys if k in part}) for part in parts], ignore_index=True
    )
    front = ["by", *(key for key in keys if key in table)]
    return table[[*front, *(column for column in table.columns if column not in front)]]


def _fitting(names: Sequence[str] | None, grain: Sequence[str]) -> list[str] | None:
    """Those of the named metrics that go with a grain; None: every standard one."""
    from ccsim.metrics import find

    if names is None:
        return None
    return [name for name in names if set(grain) <= find(name).keys]


def _fill(folder: Path, run: Run, format: Format, metrics: pd.DataFrame) -> None:
    tables = {"contacts": run.contacts, "legs": run.legs, "agents": run.agents, "metrics": metrics}
    if any(len(log.issues.get("outcome", ())) for log in run.logs):
        tables |= {"issues": run.issues, "journeys": run.journeys, "journey_events": run.journey_events}
    if any(len(log.sessions.get("outcome", ())) for log in run.logs):
        tables["sessions"] = run.sessions
    labels = run.logs[0].labels
    if any(labels.deferrable):
        tables["backlog"] = run.backlog()
    if labels.incidents:
        tables["recovery"] = run.recovery
    for name, table in tables.items():
        write_table(table, folder / f"{name}.{format}", format)
    said = {**passport(run), "inputs": write_scenario(run.scenario, folder)}
    (folder / PASSPORT).write_text(
        json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )
    profile, heat = series.day_profile(run), series.occupancy(run)
    if profile is not None:
        figures.save(figures.service_level_and_staffing(profile), folder, "service_level")
        title = f"{run.scenario.name}: how long contacts waited"
        figures.save(figures.wait_distribution(title, series.wait_curves(run)), folder, "waits")
    if heat is not None:
        figures.save(figures.occupancy_heat_map(heat), folder, "occupancy")


def passport(run: Run) -> dict[str, Any]:
    """What it takes to make this result again, and the names of its logs' bytes."""
    from ccsim import __version__

    return {
        "scenario": run.scenario.name,
        "seed": run.seed,
        "replications": len(run.logs),
        "engine": run.engine,
        "version": __version__,
        "digests": list(run.digests),
    }


def write_table(table: pd.DataFrame, path: Path, format: Format) -> None:
    """One table; in CSV, text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if format == "parquet":
        _parquet_ready(table).to_parquet(path, index=False)
    else:
        harmless(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _parquet_ready(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of mixed objects (dates and nothing) as text, which Parquet can hold."""
    ready = table.copy(deep=False)
    for name in ready.columns:
        if ready[name].dtype == object:
            ready[name] = ready[name].map(lambda v: None if v is None or v != v else str(v))
    return ready


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that begins like a formula."""
    safe = table.copy(deep=False)
    for name in safe.columns:
        column = safe[name]
        if column.dtype.kind in "biufcmM":
            continue
        safe[name] = column.map(lambda v: f"'{v}" if isinstance(v, str) and v.startswith(RISKY) else v)
    return safe


def _put_in_place(scratch: Path, folder: Path) -> None:
    """Swap the finished folder in; an earlier result goes only when the new one stands."""
    os.chmod(scratch, 0o777 & ~_umask())
    if not folder.exists():
        scratch.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(old / "result")
    try:
        scratch.rename(folder)
    except OSError:
        (old / "result").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
