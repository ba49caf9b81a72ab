"""What no disk took is counted, and the count is shown with the run."""

from __future__ import annotations

from pathlib import Path

import pytest

import lightflow_jlab as lf

POINTS = 200_000


def test_a_run_tells_how_much_was_dropped_while_no_folder_could_be_written(tmp_path: Path):
    blocked = [tmp_path / ".lightflow" / "spool", tmp_path / "state"]
    for place in blocked:
        place.parent.mkdir(exist_ok=True)
        place.write_text("a file where the folder should be")
    lf.set_tracking_uri(tmp_path)
    with pytest.warns(lf.LightflowWarning, match="can't be written"):
        run = lf.start_run()
    for step in range(POINTS):
        lf.log_metric("loss", 0.5, step)
    for place in blocked:
        place.unlink()
    with pytest.raises(OSError, match="were dropped since the last flush"):
        lf.flush()
    lf.end_run()
    with lf.start_run() as later:
        lf.log_metric("loss", 0.25)
    found = lf.get_run(run.info.run_id).record
    (loss,) = found.metrics
    assert found.status == "FINISHED"
    assert loss.count + found.dropped == POINTS
    assert found.dropped > 10_000
    assert lf.get_run(later.info.run_id).record.dropped == 0
