"""The kernel of programs in which anything of the journey is on: :mod:`ccsim.engines.center` on arrays.

A module and a function here have the names of what they repeat there; read those first. Plain programs, in
which a contact is one leg, take the shorter way of the folder above. :mod:`memory` says what stands where,
and why every function takes one pointer; :mod:`ccsim.engines.compiled_journey` makes the arrays, and makes
larger ones when a run has no room left.
"""
