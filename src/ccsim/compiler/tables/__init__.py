"""Readers of the CSV and Parquet tables that stand beside a scenario: volumes, shapes, rosters, traces."""
