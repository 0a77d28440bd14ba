"""The reference engine, one theme a module: read these files as the specification.

Each event is one function named ``on_...``; what holds at the moment is in :class:`state.Center`, which is
handed to all of them. The way of a contact leads through the modules in this order::

    arriving -> fronts -> waiting -> serving -> resolving -> (a later contact) arriving
                              duty, closing and rules act upon waiting and serving

Nothing here is random: durations and decisions come from the Draws, or are looked up by address
(:mod:`ccsim.draws.numbers`).
"""
