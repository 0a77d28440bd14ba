"""The pages are true: what they show runs, and gives what they say; the docs build without a warning."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import generated, snippets

ROOT = snippets.ROOT


@pytest.mark.parametrize("page", snippets.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_shows_what_happens(page: Path) -> None:
    """When a result changed on purpose: ``python docs/snippets.py`` renews the outputs."""
    assert snippets.renewed(page) == page.read_text("utf-8")


@pytest.mark.parametrize("page", generated.pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_tables_made_from_the_code_are_as_the_code_is(page: Path) -> None:
    """When a key, a metric or a layout changed: ``python docs/snippets.py`` renews the tables."""
    assert generated.renewed(page.read_text("utf-8")) == page.read_text("utf-8")


@pytest.mark.parametrize("table", generated.TABLES)
def test_every_table_made_from_the_code_is_on_one_page(table: str) -> None:
    pages = [page for page in generated.pages() if f"<!-- table: {table} -->" in page.read_text("utf-8")]
    assert len(pages) == 1


def test_readme_and_tutorials_are_run() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in snippets.pages()}
    assert {"docs/tutorial/first-center.md", "docs/tutorial/in-python.md"} <= names


def test_readme_has_its_two_commands() -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## Two commands")[2].partition("\n## ")[0]
    commands = re.findall(r"^(?:python|ccsim) .*$", section, re.MULTILINE)
    assert len(commands) == 2
    assert "ccsim run scenarios/helpdesk.yaml" in commands[0]
    assert commands[1] == "python -m pytest"


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_links_and_pictures_exist(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "index", sorted((ROOT / "docs").glob("*/index.md")), ids=lambda page: page.parent.name
)
def test_an_index_links_every_page_beside_it(index: Path) -> None:
    """Plainly, for those who read the files and not the built pages."""
    links = re.findall(r"\]\(([^)#]+)", index.read_text("utf-8"))
    pages = {page.name for kind in ("*.md", "*.ipynb") for page in index.parent.glob(kind)}
    assert pages - {"index.md"} - set(links) == set()


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sphinx", "myst_nb")),
    reason="sphinx or myst-nb is not installed: pip install ccsim[docs]",
)
def test_docs_build_without_a_warning(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-W",
        "--keep-going",
        "-q",
        str(ROOT / "docs"),
        str(tmp_path),
    ]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "tutorial" / "first-center.html").exists()
    assert "../_images/" in (tmp_path / "tutorial" / "researchers.html").read_text("utf-8")


class TestTheMachinery:
    """The renewal itself: an untrue page is noticed."""

    def test_an_output_is_renewed(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("```console\n$ echo 4\n5\n```\n```python\nprint(2 + 2)\n```\n\n```text\n5\n```\n")
        assert snippets.renewed(page).count("4\n```") == 2
        assert "5" not in snippets.renewed(page)

    def test_a_file_on_the_page_can_be_used(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("<!-- file: a.csv -->\n```text\nx,y\n```\n```console\n$ cat a.csv\n```\n")
        assert "$ cat a.csv\nx,y\n```" in snippets.renewed(page)

    def test_a_file_of_the_project_is_shown_as_it_is(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("<!-- include: scenarios/helpdesk.yaml -->\n```yaml\nold: 1\n```\n")
        helpdesk = (ROOT / "scenarios" / "helpdesk.yaml").read_text("utf-8")
        assert snippets.renewed(page).endswith(f"```yaml\n{helpdesk}```\n")

    def test_a_wrong_piece_of_a_scenario_is_an_error(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("```yaml\nqueues: {support: {patience: 4}}\n```\n")
        with pytest.raises(ValueError, match=r"page\.md: this block is not a valid scenario"):
            snippets.renewed(page)

    def test_an_exit_code_is_shown_where_the_page_says_so(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        block = "```console\n$ echo missed; exit 1\nmissed\n```\n"
        page.write_text(f"<!-- exit: 1 -->\n{block}")
        assert snippets.renewed(page) == page.read_text()
        page.write_text(block)
        with pytest.raises(ValueError, match="exit 1"):
            snippets.renewed(page)

    def test_a_page_may_go_into_a_folder(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        page.write_text("```console\n$ mkdir own\n$ cd own\n$ basename $PWD\n```\n")
        assert "$ basename $PWD\nown\n" in snippets.renewed(page)

    def test_ctrl_c_is_pressed_when_some_cells_are_done(self, tmp_path: Path) -> None:
        """How far it came varies, so that alone changes nothing."""
        page = tmp_path / "page.md"
        sweep = "while :; do echo >> s/parts/a.jsonl; sleep 0.01; done"
        said = "wc -l < s/parts/a.jsonl; echo interrupted; exit 130"
        page.write_text(
            f"<!-- interrupt: 5 -->\n```console\n$ mkdir -p s/parts; trap '{said}' INT; {sweep}\n```\n"
        )
        found = re.search(r"\^C(\d+)\ninterrupted\n", snippets.renewed(page))
        assert found is not None
        assert int(found[1]) >= 5
        page.write_text("<!-- interrupt: 5 -->\n```console\n$ echo done\n```\n")
        with pytest.raises(ValueError, match="ended before it was interrupted"):
            snippets.renewed(page)

    def test_times_and_how_far_it_came_may_differ_and_nothing_else(self) -> None:
        old = "^C\np: 75 of 800 cells done in p (75 now in 0.7 s, 0 before)\ninterrupted; resume p\n"
        new = old.replace("75", "1,061").replace("0.7 s", "12 s")
        assert snippets._same_but_for_time(old, new) == old
        assert snippets._same_but_for_time(old, new.replace("800", "900")) != old
        finished = "p: 75 of 80 cells done in p (75 now in 0.7 s, 0 before)\n"
        assert snippets._same_but_for_time(finished, finished.replace("75 of", "80 of")) != finished
