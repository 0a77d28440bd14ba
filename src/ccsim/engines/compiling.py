"""How the kernel is compiled, and where the result is kept between runs.

Machine code is kept in a folder of its own, named after a hash of the kernel's text, of the constants that it
takes from the plans, and of the numba that made it, below ``$CCSIM_CACHE_DIR`` or the user's cache folder.
Where nothing can be written (containers, service users) the kernel is compiled anew in each process. Of
several processes that start cold, one compiles and the others wait for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numba
import numba.core.config

# The kernel allocates nothing, so it needs no reference counts on its arrays; without them it runs 15 times
# faster. numba marks the option as private: where a version does not know it, the kernel is slower and just
# as right.
_NO_REFERENCE_COUNTS: dict[str, Any] = {"_nrt": False}


def _folder() -> Path:
    here = Path(__file__)
    files = [
        here,
        here.parents[1] / "compiler" / "journey.py",
        *sorted((here.parent / "kernel").rglob("*.py")),
    ]
    kernel = b"".join(file.read_bytes() for file in files)
    made_of = f"{numba.__version__}/{platform.python_version()}/{platform.machine()}".encode()
    name = hashlib.sha256(kernel + made_of).hexdigest()[:16]
    base = os.environ.get("CCSIM_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "ccsim"
    )
    return Path(base) / f"kernel-{name}"


FOLDER = _folder()


def _can_write() -> bool:
    """Can machine code be kept? numba would look for other places, which do not notice a changed kernel."""
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(FOLDER, os.W_OK)


def is_kept(entry: str) -> bool:
    """Is there machine code of this entry from an earlier run?"""
    return any(FOLDER.rglob(f"*.{entry}-*.nbi"))


def _jit(function: Callable[..., Any], **options: Any) -> Any:
    try:
        return numba.njit(**options, **_NO_REFERENCE_COUNTS)(function)
    except (KeyError, TypeError):
        return numba.njit(**options)(function)


def compiled(function: Callable[..., Any]) -> Any:
    """A part of the kernel, which only the kernel calls.

    It needs no way in from Python, and is compiled once for all integers that int64 can hold: numba would
    compile it again for each width and each constant that it is called with. Both halve the time.
    """
    part = _jit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    find = getattr(part, "get_call_template", None)
    if find is not None:
        part.get_call_template = lambda args, kws: find(tuple(map(_widest, args)), kws)
    return part


def _widest(kind: Any) -> Any:
    """The type that stands for a type of argument."""
    types: Any = numba.types
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def compiled_and_kept(function: Callable[..., Any]) -> Any:
    """An entry of the kernel: compiled once a machine, and free of Python's lock while it runs."""
    if not _can_write():
        return _jit(function, nogil=True)
    config: Any = numba.core.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(FOLDER)
    try:
        return _jit(function, cache=True, nogil=True)
    finally:
        config.CACHE_DIR = before


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of the cache folder, where the system has such locks."""
    lock: IO[str] | None = None
    try:
        import fcntl

        FOLDER.mkdir(parents=True, exist_ok=True)
        lock = (FOLDER / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    except (ImportError, OSError):
        pass  # without locks two cold processes both compile: slower, and just as right
    try:
        yield
    finally:
        if lock is not None:
            lock.close()
