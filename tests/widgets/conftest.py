"""Two runs that differ in one param, in a store of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

import lightflow_jlab as lf

HOSTILE = "<img src=x onerror=alert(1)>&\"'</script>"


@pytest.fixture
def run_ids(tmp_path: Path) -> list[str]:
    lf.set_tracking_uri(tmp_path)
    made = []
    for rate in (0.1, 0.5):
        with lf.start_run(run_name=f"rate-{rate}") as run:
            lf.log_params({"rate": rate, "optimizer": "sgd"})
            for step in range(20):
                lf.log_metric("loss", 1 / (1 + rate * step))
        made.append(run.info.run_id)
    return made


@pytest.fixture
def hostile_run(tmp_path: Path) -> str:
    """A run whose every text tries to be a script."""
    lf.set_tracking_uri(tmp_path)
    run = lf.start_run(run_name=HOSTILE)
    lf.log_param("text", HOSTILE)
    for value in (1.0, 2.0):
        lf.log_metric("a", value)
    run.end("FAILED", ValueError(HOSTILE))
    lf.end_run()
    return run.info.run_id
