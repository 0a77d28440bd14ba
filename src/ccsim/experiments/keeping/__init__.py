"""Rows in a folder that outlives crashes, and what can be read from it again."""
