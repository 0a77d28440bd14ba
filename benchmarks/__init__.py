"""Side-by-side measurements of speed; ``python benchmarks/run.py --help``."""
