"""One program a contestant: ``python -m benchmarks.contestants.NAME CASE DAYS SEED`` prints one JSON line."""
