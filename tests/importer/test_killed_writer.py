"""A writer that was killed leaves whole records; they are imported and its files put away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.store.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")

LOGGING = """
import sys
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
run = lf.start_run()
for step in range(10_000):
    lf.log_metric("loss", 0.5, step)
lf.flush()
print(run.info.run_id, flush=True)
sys.stdin.readline()
"""


def test_its_points_are_taken_and_the_file_it_had_opened_ahead_is_removed(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", LOGGING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        run_id = child.stdout.readline().strip()
        child.kill()
    spool = tmp_path / ".lightflow" / "spool"
    assert len(list(spool.glob("*.lf"))) == 2
    store = Store.open(tmp_path / ".lightflow")
    importer = Importer.acquire(store)
    assert importer is not None
    importer.run_once()
    importer.check_liveness()
    importer.close_logs_of_the_dead()
    importer.release()
    run = store.run(run_id)
    store.close()
    assert run.status == "CRASHED"
    assert [metric.count for metric in run.metrics] == [10_000]
    assert list(spool.glob("*.lf")) == []
