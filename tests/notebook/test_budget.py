"""What `%%track` may cost a cell, in a real kernel on a busy machine."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

MEASURE = """
import json, time
spent = {"pre_run_cell": [], "post_run_cell": []}
ip = get_ipython()
def timed(event, callback):
    def call(argument):
        began = time.perf_counter()
        callback(argument)
        spent[event].append(time.perf_counter() - began)
    return call
for event in spent:
    callbacks = ip.events.callbacks[event]
    callbacks[:] = [
        timed(event, callback) if "lightflow" in (callback.__module__ or "") else callback
        for callback in callbacks
    ]
"""


def spent_seconds(notebook: Notebook, code: str, times: int) -> tuple[list[float], list[float]]:
    notebook.run("for event in spent: spent[event].clear()")
    for _ in range(times):
        assert notebook.run(code).status == "ok"
    found = json.loads(notebook.run("print(json.dumps(spent))").stdout)
    # The cell that clears ends in the first entry, the cell that prints begins in the last.
    return found["pre_run_cell"][:times], found["post_run_cell"][1 : times + 1]


def test_tracking_an_empty_cell_takes_milliseconds(notebook: Notebook) -> None:
    notebook.run(MEASURE)
    before, after = spent_seconds(notebook, "%%track", 15)
    assert statistics.median(before) < 0.030
    assert statistics.median(after) < 0.050


def test_a_cell_that_is_not_tracked_pays_nothing_to_speak_of(notebook: Notebook) -> None:
    notebook.run(MEASURE)
    before, after = spent_seconds(notebook, "1", 30)
    assert statistics.median(before) + statistics.median(after) < 200e-6
