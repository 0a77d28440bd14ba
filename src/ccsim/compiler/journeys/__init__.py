"""Journeys: one file a part of :mod:`ccsim.compiler.journey`."""
