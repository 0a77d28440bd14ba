"""The layouts in which planners' tools write interval volumes, and telling them apart."""

from __future__ import annotations

from ccsim.compiler.tables.complaints import Complaints, listed
from ccsim.compiler.tables.dialect import Table
from ccsim.compiler.tables.layouts.amazon_connect import AMAZON_CONNECT
from ccsim.compiler.tables.layouts.calabrio import CALABRIO_FORECAST, CALABRIO_QUEUE
from ccsim.compiler.tables.layouts.genesys_cloud import GENESYS_CLOUD
from ccsim.compiler.tables.layouts.rows import Layout
from ccsim.compiler.tables.layouts.tidy import TIDY
from ccsim.compiler.tables.layouts.verint import VERINT
from ccsim.compiler.tables.layouts.wide import WIDE, explain
from ccsim.units import did_you_mean

LAYOUTS = {
    layout.name: layout
    for layout in (TIDY, AMAZON_CONNECT, GENESYS_CLOUD, CALABRIO_QUEUE, CALABRIO_FORECAST, VERINT, WIDE)
}


def choose_layout(name: str, table: Table, complaints: Complaints) -> Layout:
    """The layout of that name, or for ``auto`` the one that knows its first rows. Raises
    ``InputFileError``.
    """
    if name != "auto":
        if name not in LAYOUTS:
            hint = did_you_mean(name, LAYOUTS) or f"; there is auto, {', '.join(LAYOUTS)}"
            raise complaints.fatal(0, "layout", f"no layout '{name}'{hint}")
        return LAYOUTS[name]
    for layout in LAYOUTS.values():
        if layout.recognises(table):
            return layout
    line, cells = table.rows[0]
    if told := explain(table):
        raise complaints.fatal(told[0], "layout", told[1])
    known = "".join(f"\n  {layout.name}: {layout.says}" for layout in LAYOUTS.values())
    raise complaints.fatal(
        line, "layout", f"layout not recognised; the first line has {len(cells)} fields: {listed(cells)}. "
        f"Say it with layout: NAME, one of{known}"
    )  # fmt: skip
