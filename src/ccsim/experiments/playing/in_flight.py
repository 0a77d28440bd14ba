"""Which cells a process is playing right now, in a small file that outlives it.

A cell that ends the process of a sweep (memory runs out, a fault in a library) cannot be told from a kill
from outside. So each thread notes the cell that it begins in a place of its own in one file, and the file
goes when the process ends in order. While a file that was left behind names cells, the sweep is played in
processes (:class:`ccsim.experiments.playing.executors.AfterDeath`), where a cell that kills costs no other.
Who holds the lock of its file is alive; where a system has no locks, running cells of others seem left
behind, which costs nothing but the start of processes.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import threading
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # a system without them
    fcntl = None  # type: ignore[assignment]

NAME = "playing"
_KEY = re.compile(rb"[0-9a-f]{32}")
_NOTHING = b" " * 32 + b"\n"


class InFlight:
    """The notes of one process; a context manager, for any number of threads.

    Notes are a courtesy to the next start: where they cannot be written, nothing is said.
    """

    def __init__(self, folder: Path | None) -> None:
        """``folder``: of the writers' files; None notes nothing."""
        self._folder = folder
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()
        self._places: dict[int, int] = {}

    def __enter__(self) -> InFlight:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._open(self._folder)
        return self

    def _open(self, folder: Path) -> None:
        name = (
            f"{NAME}-{re.sub(r'[^A-Za-z0-9.]+', '_', platform.node())}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        )
        draft, path = folder / f".{name}", folder / name
        file = draft.open("xb", buffering=0)
        try:
            _take_lock(file)
            os.replace(draft, path)  # nobody sees it without its lock
        except OSError:
            file.close()
            draft.unlink(missing_ok=True)
            raise
        self._file, self._path = file, path

    @contextlib.contextmanager
    def playing(self, key: str) -> Iterator[None]:
        """While this thread plays a cell."""
        if self._file is None:
            yield
            return
        self._note(key.encode() + b"\n")
        try:
            yield
        finally:
            self._note(_NOTHING)

    def _note(self, line: bytes) -> None:
        with self._lock, contextlib.suppress(OSError):
            place = self._places.setdefault(threading.get_ident(), len(self._places))
            if self._file is not None:
                self._file.seek(place * len(_NOTHING))
                self._file.write(line)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            file, self._file = self._file, None
        if file is not None and self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            file.close()


class LeftBehind:
    """What processes that ended in the midst of cells left in a folder."""

    def __init__(self, folder: Path) -> None:
        found = {path: _keys(path) for path in folder.glob(f"{NAME}-*")}
        self._files = {path: keys for path, keys in found.items() if keys is not None}
        self.keys = frozenset[str]().union(*self._files.values())
        self.settle(())

    def settle(self, played: Iterable[str]) -> None:
        """Take out what was ``played`` since, and remove the files of which nothing is left."""
        known = frozenset(played)
        for path, keys in list(self._files.items()):
            self._files[path] = keys - known
            if not self._files[path]:
                del self._files[path]
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)


def _keys(path: Path) -> frozenset[str] | None:
    """The cells in a file; None while its process is alive, or where it cannot be read."""
    try:
        with path.open("rb+", buffering=0) as file:
            if not _take_lock(file):
                return None
            return frozenset(found.decode() for found in _KEY.findall(file.read()))
    except OSError:
        return None


def _take_lock(file: BinaryIO) -> bool:
    """Is the file ours, or are there no locks?"""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
