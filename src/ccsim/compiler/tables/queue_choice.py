"""Which queue of a file is meant."""

from __future__ import annotations

from collections.abc import Iterable

from ccsim.compiler.tables.complaints import Complaints, counted, listed
from ccsim.units import did_you_mean


def choose_queue(
    found: Iterable[tuple[str, str]],
    queue: str | None,
    default_queue: str,
    complaints: Complaints,
    key: str = "queue",
) -> tuple[str, str]:
    """The name of the queue to read, as the file spells it, and a note in words ("" for none).

    ``found``: (name, id) of the queues in the file; either may be used to choose. ``queue``: asked for,
    must be there. ``default_queue``: used when it is there; otherwise the only queue of the file. Raises
    ``InputFileError``.
    """
    names = {name: name for name, _ in found} | {other: name for name, other in found if other}
    every = sorted({name for name, _ in found})
    wanted = queue if queue is not None else default_queue
    folded = {text.casefold(): name for text, name in names.items()}
    name = names.get(wanted) or folded.get(wanted.casefold())
    if name is not None:
        return name, f"{len(every)} queues in the file; used '{name}'" if len(every) > 1 else ""
    if queue is not None:
        hint = did_you_mean(queue, names) or f"; the file has {listed(every)}"
        raise complaints.fatal(0, key, f"no queue '{queue}' in the file{hint}")
    if len(every) != 1:
        hint = f"none is '{default_queue}'; " if default_queue else ""
        raise complaints.fatal(
            0,
            key,
            f"the file has {counted(len(every), 'queue')} ({listed(every)}); {hint}say queue: NAME",
        )
    only = every[0]
    return only, f"the file's only queue is '{only}'; used for '{default_queue}'" if default_queue else ""
