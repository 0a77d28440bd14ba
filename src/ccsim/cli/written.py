"""Files that a command writes: of the right kind, and never one of a folder of results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click


def ending(*suffixes: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """A callback that takes files with these endings, outside every folder of results."""
    wanted = " or ".join(filter(None, [", ".join(suffixes[:-1]), suffixes[-1]]))

    def checked(ctx: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
        if file is None:
            return None
        if file.suffix.lower() not in suffixes:
            example = f"{file.stem or 'results'}{suffixes[0]}"
            raise click.BadParameter(f"{file.name} must end in {wanted}, e.g. {example}")
        folder = _results_around(file)
        if folder is not None:
            raise click.BadParameter(
                f"{file} is in {folder}, a folder of results, where nothing else is written; "
                f"name a file elsewhere, e.g. {folder.name}{file.suffix}"
            )
        return file

    return checked


def _results_around(file: Path) -> Path | None:
    """The folder of results that the file would be in."""
    return next(
        (f for f in file.resolve().parents if (f / "manifest.json").is_file() and (f / "parts").is_dir()),
        None,
    )
