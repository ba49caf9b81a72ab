"""Reproductions by the server: real kernels run a run's cells, the server shows how it goes."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.contract.records import DocumentRecord, Process, RunEnd, RunStart
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.reproduction import plan_of
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter

from .conftest import RUN, START, Lab

STUDY = "0a" * 16
LOG = "import lightflow_jlab as lf\nlf.log_metric('score', x * 2)"


@pytest.fixture(autouse=True)
def kernels_find_this_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("IPYTHONDIR", os.environ["LIGHTFLOW_STATE_DIR"])


def record(
    folder: Path,
    score: float,
    *cells: str,
    notes: tuple[str, ...] = (),
    is_tracked: bool = False,
) -> None:
    """Record the run STUDY as a kernel would have."""
    process = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    spool = SpoolWriter([spool_folder(folder)], process)
    start = RunStart(STUDY, "digits", "study", START, "ada", process)
    spool.record(RecordType.RUN_START, start)
    spool.point(spool.define_run(STUDY), spool.define_key("score"), 0, START, score)
    sliced = {
        "version": 1,
        "is_tracked": is_tracked,
        "state": "hidden state" if notes else "clean",
        "notes": notes,
        "cells": [
            {"cell_id": str(n), "execution_count": n + 1, "source": cell, "succeeded": True}
            for n, cell in enumerate(cells)
        ],
    }
    text = json.dumps(sliced)
    spool.record(RecordType.DOCUMENT, DocumentRecord(STUDY, "slice", "application/json", text))
    spool.record(RecordType.RUN_END, RunEnd(STUDY, "FINISHED", START + 5000))
    spool.close()
    catch_up(folder)


async def ended(lab: Lab, path: str) -> Any:
    deadline = time.monotonic() + 60
    while (found := await lab.get(path))["state"] == "running":
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def test_a_clean_run_is_had_again_and_marked(lab: Lab, folder: Path) -> None:
    record(folder, 1.0, "x = 0.5", f"%%track again\n{LOG}")
    path = f"runs/{STUDY}/reproductions"
    started = await lab.call("POST", path, {})
    assert (started.status, started.json["state"], started.json["cells_total"]) == (
        201,
        "running",
        2,
    )
    twice = await lab.call("POST", path, {})
    assert (twice.status, twice.json["error_code"]) == (409, "RESOURCE_CONFLICT")

    found = await ended(lab, f"{path}/{started.json['reproduction_id']}")
    assert (found["state"], found["reasons"], found["cells_done"]) == ("reproduced", [], 2)
    assert found["metrics"][0] == {
        "key": "score",
        "expected": 1.0,
        "found": 1.0,
        "tolerance": 1e-05,
        "is_within": True,
    }
    assert (await lab.get(path))["reproductions"] == [found]
    child = (await lab.get(f"runs/{found['child_run_id']}"))["run"]
    assert (child["parent_run_id"], child["run_name"], child["attempt"]) == (STUDY, "again", 0)
    assert child["experiment_id"] == "1"
    first = await lab.get(f"runs/{STUDY}")
    assert first["run"]["tags"]["lightflow.reproduction"] == "reproduced"
    kept = await lab.get(f"runs/{STUDY}/documents/reproduction")
    assert json.loads(kept["text"]) == found
    assert lab.app.kernel_manager.list_kernel_ids() == []


async def test_a_run_that_leaned_on_hidden_state_is_not_had_again(lab: Lab, folder: Path) -> None:
    note = "Cell [1] ran 2 times, each on what the last had left."
    record(folder, 3.0, "x = 0.5", f"%%track\n{LOG}", notes=(note,))
    path = f"runs/{STUDY}/reproductions"
    started = await lab.call("POST", path, {"tolerance": 0.1})
    found = await ended(lab, f"{path}/{started.json['reproduction_id']}")
    assert (found["state"], found["reasons"]) == (
        "differs",
        ["score was 3 and is now 1 (-2).", note],
    )
    first = await lab.get(f"runs/{STUDY}")
    assert first["run"]["tags"]["lightflow.reproduction"] == "differs"


async def test_a_cancelled_one_ends_its_kernel_and_leaves_no_mark(lab: Lab, folder: Path) -> None:
    record(folder, 1.0, "import time\ntime.sleep(600)", f"%%track\n{LOG}")
    path = f"runs/{STUDY}/reproductions"
    started = await lab.call("POST", path, {})
    while not lab.app.kernel_manager.list_kernel_ids():
        await asyncio.sleep(0.05)
    cancelled = await lab.call("DELETE", f"{path}/{started.json['reproduction_id']}")
    assert (cancelled.status, cancelled.json["state"]) == (200, "cancelled")
    assert lab.app.kernel_manager.list_kernel_ids() == []
    assert "lightflow.reproduction" not in (await lab.get(f"runs/{STUDY}"))["run"]["tags"]


def test_a_cell_that_was_tracked_by_a_mark_gets_the_line(folder: Path) -> None:
    record(folder, 1.0, "x = 0.5", "score = x * 2", is_tracked=True)
    cells = plan_of(catch_up(folder), STUDY).cells
    assert [cell.source for cell in cells] == ["x = 0.5", "%%track\nscore = x * 2"]


@pytest.mark.parametrize(
    ("run_id", "body", "status", "told"),
    [
        (RUN, {}, 409, "were not recorded"),
        ("0" * 32, {}, 404, "no run"),
        (STUDY, {"tolerance": -1}, 400, "a number from 0"),
        (STUDY, {"kernel": "x"}, 400, "unknown field"),
    ],
)
async def test_what_cannot_be_done_is_told(
    lab: Lab, folder: Path, run_id: str, body: dict[str, Any], status: int, told: str
) -> None:
    record(folder, 1.0, "x = 0.5")
    answer = await lab.call("POST", f"runs/{run_id}/reproductions", body)
    assert (answer.status, told in answer.json["message"]) == (status, True), answer
