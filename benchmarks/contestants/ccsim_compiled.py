"""ccsim with its compiled engine."""

from __future__ import annotations

from benchmarks.contestants.ccsim_line import main

if __name__ == "__main__":
    main("compiled")
