"""Sphinx settings. The reference tables are made anew while the pages are read; no file is changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "src"))

import generated  # noqa: E402

import ccsim  # noqa: E402

project = "ccsim"
author = "ccsim contributors"
copyright = "2026, ccsim contributors"
version = release = ccsim.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the outputs in the file are shown; tests/docs run it again
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
nitpicky = False

autodoc_typehints = "signature"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"ccsim {release}"
html_static_path = ["_static"]


def setup(app: Any) -> None:
    def renew_tables(_app: Any, _page: str, source: list[str]) -> None:
        source[0] = generated.renewed(source[0])

    app.connect("source-read", renew_tables)
