"""The folder in which a sweep keeps its rows: safe against crashes, and shared by any number of writers.

```text
manifest.json                      the plan, the scenario, versions; written once, never changed
inputs/                            the files that the scenario names
parts/part-<host>-<pid>-<id>.jsonl one file a writer, one line a cell, only ever appended to
intervals/<key>.parquet            optional tables, complete before their line is written
```

A line is written with one call, so that a crash can only tear the last line of a file; readers leave such a
line out, and the cell is played again. A cell that two writers played must have come out equal. Nothing
depends on clocks: rows are ordered by case, point and replication.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from ccsim import __version__
from ccsim.errors import CcsimError, InputError, RequestError, StoreError
from ccsim.experiments.keeping.rows import SCHEMA, CellRow, from_line, to_line
from ccsim.experiments.keeping.shelf import Shelf
from ccsim.experiments.planning.cells import RULES_VERSION, Naming, canonical_json, files_named
from ccsim.experiments.planning.designs import Point, design_points, points_of
from ccsim.experiments.planning.own_metrics import OwnMetric
from ccsim.experiments.planning.plan import SAMPLED, Plan
from ccsim.experiments.planning.reading import plan_from_data
from ccsim.experiments.playing.one_cell import Played
from ccsim.scenario.reading import scenario_from_data

MANIFEST, PARTS, INPUTS, INTERVALS = "manifest.json", "parts", "inputs", "intervals"
SYNC_EVERY_S = 5.0  # a power cut costs at most what was played in this time
_HEAD = re.compile(
    rb'\{"key":"([0-9a-f]{32})","case":("(?:[^"\\]|\\.)*"),"point":(\d+),"replication":(\d+),"status":"(done|failed)"'
)


class Store:
    """One folder of results; :meth:`create` and :meth:`open` make it."""

    def __init__(self, folder: Path, plan: Plan, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.plan = plan
        self.version = str(manifest["ccsim"])
        self.rules = str(manifest["rules"])
        self.points: list[Point] = points_of(plan)
        self.naming = Naming(plan, self.rules)
        self._order = {(point.case, point.number): row for row, point in enumerate(self.points)}

    @staticmethod
    def create(folder: str | Path, plan: Plan) -> Store:
        """The store of a plan: a new folder, or the one that an earlier start or another shard has made.

        Raises StoreError when the folder holds another experiment or cannot be written.
        """
        place = Path(folder)
        if (place / MANIFEST).exists():
            return _same(Store.open(place), plan)
        if place.is_dir() and any(not _is_ours(entry.name) for entry in place.iterdir()):
            raise RequestError(f"{place} holds other files; name a new folder, or one that a sweep has made")
        manifest = _manifest(plan)
        with _explained(place):
            (place / PARTS).mkdir(parents=True, exist_ok=True)
            for name in manifest["files"]:
                _write_whole(place / INPUTS / name, (plan.base.folder / name).read_bytes())
            text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False)
            _write_whole(place / MANIFEST, text.encode())
        return _same(Store.open(place), plan)

    @staticmethod
    def open(folder: str | Path) -> Store:
        """The store in a folder; raises StoreError where there is none that this version reads."""
        place = Path(folder)
        try:
            manifest = json.loads((place / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise RequestError(f"{place} is not a folder of results: it has no {MANIFEST}") from None
        except OSError as error:
            raise StoreError(f"{place / MANIFEST} cannot be read: {error.strerror}") from None
        except ValueError:
            raise StoreError(f"{place / MANIFEST} is not JSON; was it edited?") from None
        _check_schema(place, manifest)
        try:
            return Store(place, _plan_of(manifest, place), manifest)
        except (InputError, KeyError, TypeError) as error:
            reason = str(error) if isinstance(error, InputError) else f"it lacks {error}"
            raise StoreError(f"{place / MANIFEST} does not hold: {reason}") from None

    def require_rules(self) -> None:
        """Raises StoreError when new rows would not fit to those that are there."""
        if self.rules != RULES_VERSION:
            raise StoreError(
                f"{self.folder} was made by ccsim {self.version}, whose results may differ from those of "
                f"this "
                f"version ({__version__}); its rows can be read, but play the rest with ccsim "
                f"{self.version} or "
                "start a new sweep"
            )

    def writer(self) -> Writer:
        """A file of one's own to append to; raises StoreError where none can be made."""
        return Writer(self.folder)

    def shelf(self) -> Shelf:
        """Where every row is, in order, each cell once; raises StoreError where two rows of a cell differ."""
        shelf = Shelf()
        for path in self.parts():
            self._put(shelf, path)
        shelf.sort()
        return shelf

    def rows(self, *, failed: bool = True) -> Iterator[CellRow]:
        """Every cell's row, by case, point and replication. Memory: 40 bytes a cell."""
        yield from self.shelf().rows(failed=failed)

    def parts(self) -> list[Path]:
        """The files of all writers."""
        return sorted((self.folder / PARTS).glob("part-*.jsonl"))

    def point(self, case: str, number: int) -> Point:
        """A point by its name; raises StoreError where the plan has none."""
        row = self._order.get((case, number))
        if row is None:
            raise RequestError(f"{self.folder} has no point {number} of a case {case!r}")
        return self.points[row]

    def _put(self, shelf: Shelf, path: Path) -> None:
        offset = 0
        with contextlib.closing(_opened(path)) as file:
            number = shelf.file(path)
            for line in file:
                head = _HEAD.match(line)
                # a line without its end, or that stops in its middle, was torn by a crash
                if head is not None and line.endswith(b"}\n"):
                    self._put_row(shelf, number, offset, line, head)
                offset += len(line)

    def _put_row(self, shelf: Shelf, file: int, offset: int, line: bytes, head: re.Match[bytes]) -> None:
        case, point, replication = json.loads(head[2]), int(head[3]), int(head[4])
        order = self._order.get((case, point))
        expected = None if order is None else self.naming.key(self.points[order], replication)
        if order is None or expected != head[1].decode():
            raise StoreError(
                f"{self.folder / PARTS} has a row of another experiment (case {case}, point {point}, "
                f"replication "
                f"{replication + 1}); it does not belong to {MANIFEST}"
            )
        tries = 0 if head[5] == b"done" else from_line(line).tries_so_far
        shelf.put(order, replication, file, offset, tries)


class Writer:
    """Appends rows to a file of its own. A context manager; not for several threads."""

    def __init__(self, folder: Path) -> None:
        name = f"part-{_plain_name(platform.node())}-{os.getpid()}-{uuid.uuid4().hex[:12]}.jsonl"
        self._folder, self._path = folder, folder / PARTS / name
        self._synced_at = time.monotonic()
        self._length = 0
        self._file: int | None = None

    def __enter__(self) -> Writer:
        with _explained(self._folder):
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
        return self

    def write(self, played: list[Played]) -> None:
        """Append the rows; once this returns, killing the process loses none of them.

        Raises StoreError when the disk is full or refuses; what is there then ends with a whole line.
        """
        assert self._file is not None, "a writer is opened by a with statement"
        try:
            for one in played:
                if one.intervals is not None:
                    _write_whole(self._folder / INTERVALS / f"{one.row.key}.parquet", one.intervals)
            data = "".join(to_line(one.row) for one in played).encode()
            while data:
                data = data[self._written(data) :]
            if time.monotonic() - self._synced_at >= SYNC_EVERY_S:
                os.fsync(self._file)
                self._synced_at = time.monotonic()
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise _store_error(self._folder, error) from None
        self._length = os.fstat(self._file).st_size

    def _written(self, data: bytes) -> int:
        assert self._file is not None
        return os.write(self._file, data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            os.fsync(file)
        except OSError as problem:
            if error is None:
                raise _store_error(self._folder, problem) from None
        finally:
            os.close(file)
            if self._path.exists() and self._path.stat().st_size == 0:
                self._path.unlink()


def _manifest(plan: Plan) -> dict[str, Any]:
    data = plan.canonical()
    if plan.design.kind in SAMPLED and plan.given_points is None:
        data["points"] = design_points(plan)  # as sampled here: another scipy might sample others
    changes = [*plan.cases.values(), plan.vary, *(plan.given_points or ())]
    return {
        "schema": SCHEMA,
        "ccsim": __version__,
        "rules": RULES_VERSION,
        "plan": data,
        "scenario": plan.base.canonical(),
        "files": files_named([plan.base.canonical(), *changes], plan.base.folder),
        "own_metrics": {name: own.text for name, own in plan.own_metrics.items()},
    }


def _plan_of(manifest: dict[str, Any], folder: Path) -> Plan:
    scenario = scenario_from_data(
        manifest["scenario"], folder=folder / INPUTS, source=manifest["plan"]["scenario"]
    )
    own = {name: OwnMetric(name, text) for name, text in manifest["own_metrics"].items()}
    return plan_from_data(manifest["plan"], folder, scenario, own)


def _same(store: Store, plan: Plan) -> Store:
    """The store if it is one of this plan; raises StoreError when the folder holds another experiment."""
    ours, theirs = _identity(plan), _identity(store.plan)
    if ours != theirs:
        differing = ", ".join(name for name in ours if ours[name] != theirs[name])
        raise RequestError(
            f"{store.folder} holds another experiment (different: {differing}); name a new folder with "
            f"--out, or go on with that one: ccsim resume {store.folder}"
        )
    store.require_rules()
    return store


def _identity(plan: Plan) -> dict[str, str]:
    """What must be equal for rows to be of one experiment, by name, for a message."""
    data = plan.canonical()
    names = ("seed", "cases", "vary", "design", "measure", "by", "warm_up", "interval_tables",
             "replications", "precision", "targets", "luck")  # fmt: skip
    parts = {name: data[name] for name in names}
    if plan.design.kind not in SAMPLED:
        parts["points"] = data["points"]
    changes = [*plan.cases.values(), plan.vary]
    parts["scenario"] = [
        plan.base.content_hash(),
        files_named([plan.base.canonical(), *changes], plan.base.folder),
    ]
    parts["own metrics"] = {name: own.text for name, own in plan.own_metrics.items()}
    return {name: canonical_json(part) for name, part in parts.items()}


def _check_schema(folder: Path, manifest: Any) -> None:
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if not isinstance(schema, int):
        raise RequestError(f"{folder / MANIFEST} is not the manifest of a sweep")
    if schema > SCHEMA:
        raise StoreError(
            f"{folder} was written by ccsim {manifest.get('ccsim', '?')} in a newer form ({schema}; this "
            f"version "
            f"reads up to {SCHEMA}); read it with that version"
        )
    if schema < SCHEMA:
        raise StoreError(
            f"{folder} was written by ccsim {manifest.get('ccsim', '?')} in a form ({schema}) that is no "
            f"longer "
            "read; export it with that version"
        )


def _is_ours(name: str) -> bool:
    """Of a start that was interrupted, or of another shard that starts now."""
    return name in (MANIFEST, INPUTS, PARTS, INTERVALS) or name.startswith(f".{MANIFEST}")


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _store_error(folder, error) from None


def _store_error(folder: Path, error: OSError) -> CcsimError:
    reason, way = _REASONS.get(error.errno or 0, (str(error.strerror or error), "mend that"))
    if not (folder / MANIFEST).exists():
        return StoreError(
            f"{folder} cannot be written: {reason}. Nothing was played yet; {way}, then start again"
        )
    return StoreError(
        f"{folder} cannot be written: {reason}. Rows that were written are whole and safe; {way}, then go on "
        f"with: ccsim resume {folder}"
    )


_FULL = ("the disk is full", "free some space")
_NOT_PERMITTED = ("writing is not permitted", "allow it, or name another folder with --out")
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _NOT_PERMITTED,
    errno.EPERM: _NOT_PERMITTED,
    errno.EROFS: _NOT_PERMITTED,
    errno.EFBIG: ("a file may not grow any more", "allow larger files (ulimit -f)"),
    errno.ENOENT: ("it is no longer there", "bring it back"),
}


def _plain_name(host: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "_", host) or "host"
