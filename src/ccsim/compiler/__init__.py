"""Scenario -> Program: names become integer ids, phrases become arrays."""
