"""The notebooks are true: run again from top to bottom, they print what the files say."""

from __future__ import annotations

import base64
import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from docs import notebooks

ROOT = notebooks.ROOT
NOTEBOOKS = notebooks.notebooks()
MISSING = [name for name in notebooks.NEEDED if importlib.util.find_spec(name) is None]

needs_jupyter = pytest.mark.skipif(
    bool(MISSING), reason=f"{', '.join(MISSING)} not installed: pip install ccsim[test]"
)
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_one_for_researchers() -> None:
    assert ROOT / "docs" / "tutorial" / "researchers.ipynb" in NOTEBOOKS


def test_who_installs_what_the_tests_need_can_run_them() -> None:
    """So that they are skipped nowhere by mistake."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in extras["test"]}  # type: ignore[index]
    assert set(notebooks.NEEDED) <= names


@needs_jupyter
@each
def test_it_says_what_it_said(path: Path) -> None:
    """When a result changed on purpose: ``python docs/notebooks.py`` renews the outputs."""
    assert notebooks.said(notebooks.run(path)) == notebooks.said(notebooks.read(path))


@needs_jupyter
@each
def test_its_file_holds_nothing_that_changes_from_run_to_run(path: Path, tmp_path: Path) -> None:
    notebooks.write(notebooks.tidy(notebooks.read(path)), tmp_path / "again.ipynb")
    assert (tmp_path / "again.ipynb").read_text("utf-8") == path.read_text("utf-8")


@needs_jupyter
@each
def test_its_figures_are_in_the_file(path: Path) -> None:
    figures = [figure for cell in notebooks.read(path).cells for figure in pictures(cell)]
    assert figures
    assert len(figures) == sum("plt.show()" in cell.source for cell in notebooks.read(path).cells)
    for figure in figures:
        content = base64.b64decode(figure)
        assert content.startswith(b"\x89PNG")
        assert len(content) > 5_000


def pictures(cell: Any) -> list[str]:
    return [
        output.data["image/png"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


@needs_jupyter
@each
def test_its_links_exist(path: Path) -> None:
    text = "\n".join(cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


@needs_jupyter
def test_another_number_is_noticed_and_another_picture_is_not(tmp_path: Path) -> None:
    import nbformat

    picture = str(ROOT / "docs" / "_static" / "service_level.png")
    sources = [
        "import ccsim\nprint(2 + 2)",
        f"from IPython.display import Image, display\ndisplay(Image({picture!r}))",
        "1 / 3",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    path = tmp_path / "small.ipynb"
    notebooks.write(notebooks.tidy(nbformat.v4.new_notebook(cells=cells)), path)
    now = notebooks.run(path)
    assert notebooks.said(now) == ["4\n", notebooks.FIGURE, "0.3333333333333333\n"]
    assert notebooks.said(now) != notebooks.said(notebooks.read(path))
