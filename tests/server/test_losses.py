"""What a full or slow disk cost is told in the sidebar for a day, and with the run for good."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.contract.records import Heartbeat, Process, RunEnd, RunStart
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter

from .conftest import START, Lab

DEADLINE_SECONDS = 20
TWO_DAYS_MILLISECONDS = 2 * 24 * 3_600_000
RUNS = {"ab" * 16: 1_000, "cd" * 16: 2_000}
PROCESS = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)


def begin(folder: Path, run_id: str, dropped: int) -> SpoolWriter:
    log = SpoolWriter([spool_folder(folder)], PROCESS)
    start = RunStart(run_id, "digits", f"run-{run_id[:2]}", START, "ada", PROCESS)
    log.record(RecordType.RUN_START, start)
    log.record(RecordType.HEARTBEAT, Heartbeat(START, dropped))
    log.sync()
    return log


async def warnings_when(lab: Lab, run_id: str, **expected: Any) -> list[str]:
    """Return the warnings once the run is as expected."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        lab.service.look_at_once()
        run = (await lab.call("GET", f"runs/{run_id}")).json.get("run", {})
        if expected.items() <= run.items():
            warnings: list[str] = (await lab.get("status"))["warnings"]
            return warnings
        assert time.monotonic() < deadline, run
        await asyncio.sleep(0.05)


async def test_losses_are_told_while_they_are_news(lab: Lab, folder: Path) -> None:
    logs = {run_id: begin(folder, run_id, dropped) for run_id, dropped in RUNS.items()}
    for run_id, dropped in RUNS.items():
        warnings = await warnings_when(lab, run_id, dropped=dropped)
    assert warnings == [
        "3,000 logged records of 2 runs could not be kept, since no disk took them in time "
        "(run-cd: 2,000; run-ab: 1,000). Free some space; the filter `dropped > 0` lists them."
    ]
    now = time.time_ns() // 1_000_000
    for (run_id, dropped), log in zip(RUNS.items(), logs.values(), strict=True):
        ended = RunEnd(run_id, "FINISHED", now - TWO_DAYS_MILLISECONDS, dropped=dropped)
        log.record(RecordType.RUN_END, ended)
        log.close()
        warnings = await warnings_when(lab, run_id, status="FINISHED", dropped=dropped)
    assert warnings == []
