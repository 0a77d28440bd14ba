"""Runs the notebooks, so that they stay true.

    python docs/notebooks.py           # run every notebook, rewrite those that say something else now

A notebook is run from top to bottom, by a kernel of this very interpreter and in an empty folder. What it
prints must stay the same; of a figure only that there is one, because its bytes differ with every version of
matplotlib. Files hold nothing that changes from run to run: no times, no names of machines.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("nbclient", "nbformat", "ipykernel")
FIGURE = "<figure>"
KEPT = ("text/plain", "image/png")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def notebooks() -> list[Path]:
    """Every notebook of the docs."""
    found = sorted((ROOT / "docs").rglob("*.ipynb"))
    return [path for path in found if not {"_build", ".ipynb_checkpoints"} & set(path.parts)]


def read(path: Path) -> Any:
    """A notebook as it is in its file."""
    import nbformat

    return nbformat.read(path, as_version=4)


def run(path: Path) -> Any:
    """The notebook with its outputs as they are now; raises what nbclient raises where a cell fails."""
    from nbclient import NotebookClient

    notebook = read(path)
    with tempfile.TemporaryDirectory() as room, _environment(Path(room)):
        folder = Path(room) / "notebook"
        folder.mkdir()
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.extra_arguments = ["--log-level=40"]  # errors only
        client.execute()
    return tidy(notebook)


@contextlib.contextmanager
def _environment(room: Path) -> Iterator[None]:
    """That of a page; and nothing that the user has set for Jupyter, IPython or matplotlib."""
    from docs import snippets

    snippets.make_commands(room / "bin")
    before = dict(os.environ)
    os.environ.update(snippets.environment(room / "bin"))
    os.environ.update({f"{name}_DIR": str(room / name) for name in ("JUPYTER_DATA", "JUPYTER_RUNTIME")})
    os.environ.update({"IPYTHONDIR": str(room / "ipython"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
    os.environ.pop("MPLBACKEND", None)  # the kernel's own puts figures into the notebook
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def tidy(notebook: Any) -> Any:
    """The notebook without what differs from run to run."""
    notebook.metadata = METADATA
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number}", {}
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        for output in cell.outputs:
            if "data" in output:
                output.metadata = {}
                output.data = {kind: output.data[kind] for kind in KEPT if kind in output.data}
    return notebook


def said(notebook: Any) -> list[str]:
    """What each code cell printed, returned and drew."""
    return ["".join(_said(output) for output in c.outputs) for c in notebook.cells if c.cell_type == "code"]


def _said(output: Any) -> str:
    if "text" in output:
        return str(output.text)
    return FIGURE if "image/png" in output.data else f"{output.data['text/plain']}\n"


def write(notebook: Any, path: Path) -> None:
    """Into its file, always in the same way."""
    import nbformat

    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        print(f"notebooks are not run: they need {', '.join(NEEDED)}")
        return 1
    for path in notebooks():
        now = run(path)
        if said(now) != said(read(path)):
            write(now, path)
            print(f"{path.relative_to(ROOT)}: outputs renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
