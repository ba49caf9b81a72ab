"""A log that a store left behind when it was moved is given to it, whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lightflow_jlab.cli import main
from lightflow_jlab.config.locations import fallback_spool_folder
from lightflow_jlab.errors import ConflictError
from lightflow_jlab.importer.orphans import adopt, orphans
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.store import Store

from .conftest import RUN, START, Writer, this_process


def test_the_log_of_a_store_that_was_moved_is_imported_by_sync(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = fallback_spool_folder(tmp_path / "old" / ".lightflow")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        writer = Writer(store, this_process(process.pid))
        writer.spool = SpoolWriter([old], writer.process)
        writer.start()
        for _ in range(3):
            writer.point()
        writer.end("FINISHED", at=START + 5)
        with pytest.raises(ConflictError, match=str(process.pid)):
            adopt(old.name, store.folder)
        process.communicate(b"\n")
    writer.spool.close()

    assert orphans(store.folder) == [old.name]
    assert main(["sync", "--store", str(store.folder), "--adopt", old.name]) == 0
    assert "1 log files taken over" in capsys.readouterr().out
    run = store.run(RUN)
    assert (run.status, run.metrics[0].count) == ("FINISHED", 3)
    assert orphans(store.folder) == []
    assert main(["sync", "--store", str(store.folder), "--adopt", old.name]) == 1
    assert "There are: none." in capsys.readouterr().err
