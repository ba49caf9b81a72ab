"""A server whose database is damaged starts, tells of it, and shows the runs again."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from pathlib import Path

import pytest

from lightflow_jlab.store import Store

from .conftest import RUN, Lab


@pytest.fixture
def damaged_folder(folder: Path) -> Path:
    damage(folder)
    return folder


def damage(folder: Path) -> None:
    database = folder / "lightflow.db"
    raw = sqlite3.connect(database)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    garbage = random.Random(1).randbytes(database.stat().st_size)
    with database.open("r+b") as file:
        file.write(garbage)


async def until_rebuilt(lab: Lab, times: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        warnings = (await lab.get("status"))["warnings"]
        if sum("Nothing of it could be read" in told for told in warnings) == times:
            return
        assert time.monotonic() < deadline, warnings
        await asyncio.sleep(0.05)


async def test_damage_before_the_start_and_at_work_is_told_and_the_runs_come_back(
    damaged_folder: Path, lab: Lab
) -> None:
    started = time.monotonic()
    status = await lab.get("status")
    assert time.monotonic() - started < 5
    assert any("moved to quarantine/" in told for told in status["warnings"])
    await until_rebuilt(lab, 1)
    assert (await lab.get(f"runs/{RUN}"))["run"]["metrics"][0]["count"] == 4
    assert (await lab.get("runs"))["total"] == 2

    damage(damaged_folder)
    assert await lab.service.read(Store.look_through)
    await until_rebuilt(lab, 2)
    assert (await lab.get(f"runs/{RUN}"))["run"]["metrics"][0]["count"] == 4
    assert (await lab.get("runs"))["total"] == 2
