"""How a kernel that runs a run's cells again is told of which run."""

from __future__ import annotations

import os

from lightflow_jlab.contract.limits import RUN_ID

REPRODUCES_VARIABLE = "LIGHTFLOW_REPRODUCES"
REPRODUCES_TAG = "lightflow.reproduces"
"""On a run that was made to see whether another can be had again: that other's id."""


def reproduced_run() -> str | None:
    """Return the id of the run that this process runs again; None in any other process."""
    given = os.environ.get(REPRODUCES_VARIABLE, "")
    return given if RUN_ID.fullmatch(given) else None
