"""Runs what the pages show, so that the pages stay true.

    python docs/snippets.py           # run every page and notebook, rewrite what has changed

On a page, a fenced block means:

- ``console``: each line that begins with ``$`` is run by bash; what follows is its output
- ``python``: is run, in one namespace a page; a ``text`` block right after it is what it printed
- ``yaml``: is an experiment, a scenario, or a piece of one that is laid over ``scenarios/helpdesk.yaml``; it
  must be valid
- any block after ``<!-- file: NAME -->`` is written to that file first
- any block after ``<!-- include: PATH -->`` shows that file of the project
- a ``console`` block after ``<!-- exit: 1 -->`` may end with that code
- in one after ``<!-- interrupt: 20 -->`` somebody presses Ctrl-C when 20 cells of the sweep are on disk

Every page has a folder of its own, with a copy of ``scenarios/``; ``$ cd FOLDER`` goes into another one.
Other blocks (``bash``, ``text``) are only shown. Standard error counts as output when a command fails.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 110
BAD_INPUT = 2  # the one exit code, beside 0, that a page may show without a mark
INTERRUPTED = 130
FENCE = re.compile(
    r"(?P<mark><!-- (?P<what>file|include|exit|interrupt): (?P<name>\S+) -->\n)?"
    r"^```(?P<kind>[a-z]+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
AMOUNT = r"[\d.,]+ (?:ms|s|min|bytes|kB|MB)\b"
VARIES = re.compile(  # what differs from run to run: time, disk, and how far an interrupted sweep came
    rf"(?:(?:contacts|engine),\s+|time +about |disk +about |\((?=[\d.,]+ ms a cell)){AMOUNT}"
    rf"|[\d,]+ now in {AMOUNT}, [\d,]+ before|[\d,]+(?= of .* done .*\ninterrupted;)"
)
CCSIM = re.compile(r"ccsim (?P<arguments>[^|;&<>$`]*?)(?: \| (?P<rest>.*))?", re.DOTALL)
TO_RUN = re.compile(r"^```(console|python|yaml)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page with something to run, the README first."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [page for page in found if "_build" not in page.parts]
    return [page for page in found if TO_RUN.search(page.read_text("utf-8"))]


def renewed(page: Path) -> str:
    """The page's text with every output as it is now. Raises ValueError where a block cannot run."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "page"
        folder.mkdir()
        shutil.copytree(ROOT / "scenarios", folder / "scenarios")
        make_commands(Path(room) / "bin")
        return _Page(page, folder, Path(room) / "bin").text()


def make_commands(folder: Path) -> None:
    """``ccsim`` and ``python`` of this very interpreter, installed or not."""
    folder.mkdir()
    for name, arguments in (("ccsim", '-c "from ccsim.cli.main import main; main()"'), ("python", "")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)


def environment(commands: Path) -> dict[str, str]:
    """Variables for what a page runs; ``commands``: the folder that ``make_commands`` filled."""
    paths = [str(commands), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    source = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PATH": os.pathsep.join(paths),
        "PYTHONPATH": os.pathsep.join(source),
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }


class _Page:
    """One pass over one page, block by block."""

    def __init__(self, page: Path, folder: Path, commands: Path) -> None:
        self.page = page
        self.folder = folder
        self.environment = environment(commands)
        self.names: dict[str, Any] = {"__name__": "__page__"}
        self.printed: str | None = None  # by the python block before this one

    def text(self) -> str:
        return FENCE.sub(self._block, self.page.read_text("utf-8"))

    def _block(self, match: re.Match[str]) -> str:
        kind, body = match["kind"], match["body"]
        printed, self.printed = self.printed, None
        if match["what"] == "include":
            body = (ROOT / match["name"]).read_text("utf-8")
        if match["what"] == "file":
            file = self.folder / match["name"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, "utf-8")
        elif kind == "console":
            cells = int(match["name"]) if match["what"] == "interrupt" else None
            code = int(match["name"]) if match["what"] == "exit" else BAD_INPUT
            body = _same_but_for_time(body, self._console(body, code, cells))
        elif kind == "python":
            self.printed = self._python(body)
        elif kind == "yaml":
            self._yaml(body)
        elif kind == "text" and printed:
            body = _same_but_for_time(body, printed)
        return f"{match['mark'] or ''}```{kind}\n{body}```"

    def _console(self, body: str, may_end_with: int, cells: int | None) -> str:
        output = []
        for command in re.findall(r"^\$ (.*(?:\\\n.*)*)$", body, re.MULTILINE):
            code, printed, complaint = (
                self._run(command) if cells is None else self._interrupted(command, cells)
            )
            if code not in (0, may_end_with):
                raise ValueError(f"{self.page}: {command}\n{complaint}")
            shown = f"{printed}{complaint if code else ''}"
            output.append(f"$ {command}\n{shown}" + ("\n" if shown else ""))
        return _without_trailing_blanks("".join(output).rstrip("\n"))

    def _run(self, command: str) -> tuple[int, str, str]:
        """Exit code, output and complaint of a command; ``ccsim ...`` needs no process of its own."""
        if command.startswith("cd "):
            self.folder = self.folder / command[3:]
            return 0, "", ""
        found = CCSIM.fullmatch(command)
        if found is None:
            return self._shell(command)
        code, printed, complaint = self._ccsim(shlex.split(found["arguments"].replace("\\\n", " ")))
        if code or not found["rest"]:
            return code, printed, complaint
        return self._shell(found["rest"], printed)

    def _shell(self, command: str, entered: str | None = None) -> tuple[int, str, str]:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            input=entered,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def _interrupted(self, command: str, cells: int) -> tuple[int, str, str]:
        """As who presses Ctrl-C sees it: both streams in one, and what the terminal shows of the key."""
        before = self._cells()
        with subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            while self._cells() < before + cells and process.poll() is None:
                time.sleep(0.005)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            printed = process.communicate()[0]
        if process.returncode != INTERRUPTED:
            raise ValueError(f"{self.page}: {command}\nended before it was interrupted\n{printed}")
        return 0, f"^C{printed}", ""

    def _cells(self) -> int:
        """Cells of all sweeps in the folder that are on disk."""
        return sum(part.read_bytes().count(b"\n") for part in self.folder.glob("*/parts/*.jsonl"))

    def _ccsim(self, arguments: list[str]) -> tuple[int, str, str]:
        """The command line, called as its entry point calls it."""
        from ccsim.cli.main import face

        printed, complaint = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        code: Any = 0
        with self._there(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaint):
            try:
                face.main(arguments)
            except SystemExit as end:
                code = end.code or 0
        out, err = (stream.seek(0) or stream.read() for stream in (printed, complaint))
        return code, out, err

    def _python(self, body: str) -> str:
        printed = io.StringIO()
        with self._there(), contextlib.redirect_stdout(printed):
            exec(compile(body, f"{self.page.name} (python block)", "exec"), self.names)
        return _without_trailing_blanks(printed.getvalue())

    @contextlib.contextmanager
    def _there(self) -> Iterator[None]:
        """In the folder and the environment of the page."""
        here, environment = Path.cwd(), dict(os.environ)
        try:
            os.chdir(self.folder)
            os.environ.update(self.environment)
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(environment)

    def _yaml(self, body: str) -> None:
        from ruamel.yaml import YAML

        import ccsim
        from ccsim.compiler import compile_scenario

        data = YAML(typ="safe", pure=True).load(body)
        try:
            if "scenario" in data:
                ccsim.Plan.from_dict(data, folder=ROOT / "experiments")
                return
            if "format" in data:
                (self.folder / "block.yaml").write_text(body, "utf-8")
                scenario = ccsim.load(self.folder / "block.yaml")
            else:
                helpdesk = (ROOT / "scenarios" / "helpdesk.yaml").read_text("utf-8")
                base = YAML(typ="safe", pure=True).load(helpdesk)
                scenario = ccsim.Scenario.from_dict(_laid_over(base, data), folder=self.folder)
            compile_scenario(scenario)
        except ccsim.CcsimError as error:
            raise ValueError(f"{self.page}: this block is not a valid scenario\n{body}\n{error}") from error


def _laid_over(base: Any, piece: Any, key: str = "") -> Any:
    """``piece`` over ``base``, map by map; a way of arriving replaces the other as a whole."""
    if isinstance(base, dict) and isinstance(piece, dict) and key not in ("arrivals", "shifts"):
        return {k: _laid_over(base.get(k), piece[k], k) if k in piece else base[k] for k in {**base, **piece}}
    return piece


def _same_but_for_time(old: str, new: str) -> str:
    """The old text when the new one differs only in how long the run took."""
    return old if VARIES.sub("", old) == VARIES.sub("", new) else new


def _without_trailing_blanks(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def main() -> int:
    sys.path.insert(0, str(ROOT / "src"))
    sys.path.insert(0, str(ROOT))
    from docs import generated, notebooks

    for page in generated.write():
        print(f"{page.relative_to(ROOT)}: tables renewed")
    wrong = 0
    for page in pages():
        try:
            text = renewed(page)
        except Exception as error:
            wrong += 1
            print(f"{page.relative_to(ROOT)}: {type(error).__name__}: {error}")
            continue
        if text != page.read_text("utf-8"):
            page.write_text(text, "utf-8")
            print(f"{page.relative_to(ROOT)}: outputs renewed")
    return max(min(wrong, 1), notebooks.main())


if __name__ == "__main__":
    sys.exit(main())
