"""A worker process ends with its parent, even where the parent had no time to say so (``kill -9``)."""

from __future__ import annotations

import os
import threading
import time

LOOK_EVERY_S = 1.0


def end_with(parent: int) -> None:
    """End this process soon after its ``parent`` is gone; rows that it still held belong to nobody.

    A process without its parent is given to another one; where a system does not do so, nothing happens.
    """
    threading.Thread(target=_watch, args=(parent,), name="ccsim-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)
