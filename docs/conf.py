"""Sphinx settings. The reference tables are written by :mod:`generated` before the pages are read."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "src"))

import generated  # noqa: E402

import ccsim  # noqa: E402

generated.write()

project = "ccsim"
author = "ccsim contributors"
copyright = "2026, ccsim contributors"
version = release = ccsim.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "reference/generated"]
nitpicky = False

autodoc_typehints = "signature"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"ccsim {release}"
html_static_path = ["_static"]
