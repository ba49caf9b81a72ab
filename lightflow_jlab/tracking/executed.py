"""`lf.ledger`: which cells were executed, read back from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.tracking.fluent import current_store
from lightflow_jlab.tracking.reading import open_store
from lightflow_jlab.tracking.recorder import known_recorder

if TYPE_CHECKING:
    import pandas as pd


def ledger(run_id: str | None = None) -> pd.DataFrame:
    """Return the cells that a kernel executed, tracked or not, in their order.

    A kernel's ledger is written from its first run on, with what was executed before; see `%ledger`
    for how to begin or end it otherwise.

    Parameters
    ----------
    run_id
        The kernels that recorded this run, alive or not; by default this one.

    Returns
    -------
    A row per execution: `notebook`, `cell_id`, `execution_count`, `time` (its end, in UTC; NaT
    where it ran before Lightflow was loaded), `succeeded`, `source`. Empty where none was written.

    Raises
    ------
    NotFoundError
        The run isn't there.
    StoreError
        Runs are recorded to a server here: it is read where that server's store is.
    """
    import pandas as pd

    from lightflow_jlab.store.executions import executed_by, executed_for

    store = open_store()
    if run_id is not None:
        found = store.ask(executed_for, check_run_id(run_id))
    else:
        recorder = known_recorder(current_store())
        found = store.ask(executed_by, recorder.writer.writer_id) if recorder else []
    times = pd.Series([one.time or None for one in found], dtype="float64")
    return pd.DataFrame(
        {
            "notebook": [one.source_name for one in found],
            "cell_id": [one.cell_id for one in found],
            "execution_count": [one.execution_count for one in found],
            "time": pd.to_datetime(times, unit="ms", utc=True),
            "succeeded": [one.succeeded for one in found],
            "source": [one.source for one in found],
        }
    )
