"""Paired differences of metrics between cases that share their luck.

Replication r of a ratio R = sum(N) / sum(D) has the influence z_r = (N_r - R D_r) / mean(D) (the delta
method, as in :mod:`ccsim.metrics.estimators`). The variance of a difference of two ratios from the same
replications is sum((z_r - z'_r)^2) / (n (n - 1)); with independent luck it would be the sum of the two
variances. Counts have D = 1; a quantile has the spread of the replications' own quantiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ccsim.metrics import find
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.result import Run


def paired_differences(
    base: Run,
    others: Mapping[str, Run],
    names: Sequence[str] | str,
    by: Sequence[str] | str,
    confidence: float,
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """One row a case, cell and metric; see :meth:`ccsim.experiments.Study.compare`."""
    import pandas as pd

    keys = [by] if isinstance(by, str) else list(by)
    n = base.replications
    t = student_t(confidence, n - 1) if n > 1 else float("nan")
    pooled, influence = _estimates(base, names, keys, options)
    columns = ["case", *keys, "metric", "base", "value", "difference", "low", "high", "variance_saved"]
    tables = []
    for case, run in others.items():
        own_pooled, own_influence = _estimates(run, names, keys, options)
        index = pooled.index.intersection(own_pooled.index, sort=False)
        z, own = influence.loc[index].to_numpy(), own_influence.loc[index].to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            paired = ((own - z) ** 2).sum(axis=1) / (n * (n - 1)) if n > 1 else np.full(len(index), np.nan)
            apart = ((own**2).sum(axis=1) + (z**2).sum(axis=1)) / (n * (n - 1)) if n > 1 else paired
            saved = np.where(paired > 0, apart / paired, np.nan)
        table = pd.DataFrame({"base": pooled.loc[index], "value": own_pooled.loc[index]})
        table["difference"] = table["value"] - table["base"]
        table["low"] = table["difference"] - t * np.sqrt(paired)
        table["high"] = table["difference"] + t * np.sqrt(paired)
        table["variance_saved"] = saved
        tables.append(table.reset_index().assign(case=case)[columns])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def _estimates(
    run: Run, names: Sequence[str] | str, keys: list[str], options: Mapping[str, Any]
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Values by cell and metric, and beside them the influence of each replication (a column each)."""
    import pandas as pd

    cell = [*keys, "metric"]
    pooled = run.metrics(names, keys, **options).set_index(cell)["value"]
    table = run.metrics(names, [*keys, "replication"], **options)
    kinds = {name: find(name).kind for name in table["metric"].unique()}
    kind = table["metric"].map(kinds)
    # a ratio's numerator is its value times its weight; where the weight is 0 there is nothing to count
    table["n"] = np.where(kind == "ratio", table["value"] * table["weight"], table["value"])
    # a replication without any wait has no quantile: it does not count as one of 0 seconds
    has_value = np.where(kind == "count", 1.0, table["value"].notna())
    table["d"] = np.where(kind == "ratio", table["weight"], has_value)
    wide = table.pivot_table(index=cell, columns="replication", values=["n", "d"], dropna=False, sort=False)
    n, d = (wide[[part]].reindex(pooled.index).to_numpy() for part in ("n", "d"))
    # a cell that a replication does not have counted nothing there
    counts = np.array([kinds[name] == "count" for name in pooled.index.get_level_values("metric")])
    n, d = np.nan_to_num(n), np.where(np.isnan(d), counts[:, None], d)
    mean_d = d.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = n.mean(axis=1, keepdims=True) / mean_d
        return pooled, pd.DataFrame((n - ratio * d) / mean_d, index=pooled.index)
