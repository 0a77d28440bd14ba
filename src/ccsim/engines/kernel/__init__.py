"""The compiled twin of the SimPy engine: the same transitions on arrays.

Read :mod:`ccsim.engines.simpy_engine` and :mod:`ccsim.engines.router` first; a function here has the name of
what it repeats there. Two binary heaps (who finishes when, who gives up when) and intrusive linked lists
(waiting legs, free agents) take the place of SimPy's calendar; arrivals, duty changes and closings come
sorted. Everything is int64 arithmetic. :mod:`ccsim.engines.compiled_engine` makes the arrays;
:mod:`ccsim.engines.compiling` compiles and keeps the result, keyed by the text of every file in this folder.
"""
