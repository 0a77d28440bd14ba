"""Tables written on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write lines (or bytes) to a file and give its path."""

    def write(*lines: str, name: str = "table.csv", data: bytes | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode() + b"\n" if data is None else data)
        return path

    return write
