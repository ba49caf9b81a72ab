"""A process that has a store open is seen by the others, whatever it looks at meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lightflow_jlab.store import RunQuery, Store

from .recorded import record

_LOOKING = """
import sys
from pathlib import Path
from lightflow_jlab.store import RunQuery, Store
store = Store.open(Path(sys.argv[1]))
print(store.runs(RunQuery()).total)
store.close()
"""


def _seen_by_another_process(store: Store) -> int:
    """Return how many runs another process sees, which then closes the store."""
    looked = subprocess.run(
        [sys.executable, "-c", _LOOKING, str(store.folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(looked.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX drops locks when a file is closed")
def test_a_second_look_at_the_database_leaves_the_first_ones_locks(store: Store) -> None:
    record(store, 1)
    Store.open(store.folder).close()
    log = store.folder / "lightflow.db-wal"
    before = log.stat().st_ino
    assert _seen_by_another_process(store) == 1
    assert log.stat().st_ino == before
    record(store, 2)
    assert _seen_by_another_process(store) == 2


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted in /proc")
def test_databases_that_are_gone_keep_no_descriptors(store: Store) -> None:
    for number in range(5):
        folder = store.folder.parent / str(number)
        other = Store.open(folder)
        assert other.runs(RunQuery()).total == 0
        other.close()
        for file in folder.iterdir():
            file.unlink()
    Store.open(store.folder.parent / "last").close()
    gone = [name for name in map(_target, os.listdir("/proc/self/fd")) if "(deleted)" in name]
    assert [name for name in gone if str(store.folder.parent) in name and ".db" in name] == []


def _target(descriptor: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""
