"""Runs and histories leave as Parquet, their owner's alone."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import pytest

import lightflow_jlab as lf
from lightflow_jlab.cli import main


@pytest.fixture
def store(tmp_path: Path) -> Path:
    lf.set_tracking_uri(tmp_path)
    for rate in (0.1, "adaptive"):
        with lf.start_run(run_name=f"rate-{rate}"):
            lf.log_param("rate", rate)
            lf.log_param("layers", 3)
            for value in (2.0, math.nan, math.inf):
                lf.log_metric("loss", value)
    return tmp_path


def test_runs_and_histories_are_written_as_columns(store: Path) -> None:
    from pyarrow import parquet

    out = store / "runs.parquet"
    before = os.umask(0)
    try:
        words = ["export", str(out), "--histories", "--store", str(store)]
        assert main(words) == 0
    finally:
        os.umask(before)
    runs = parquet.read_table(out).to_pydict()
    assert sorted(runs["params.rate"]) == ["0.1", "adaptive"]
    assert runs["params.layers"] == [3, 3]
    assert runs["metrics.loss"] == [math.inf] * 2
    points = parquet.read_table(store / "runs.points.parquet").to_pydict()
    assert points["step"] == [0, 1, 2] * 2
    assert repr(points["value"][:3]) == repr([2.0, math.nan, math.inf])
    for file in (out, store / "runs.points.parquet"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_without_pyarrow_it_says_what_to_install(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    out = store / "runs.parquet"
    assert main(["export", str(out), "--format", "parquet", "--store", str(store)]) == 1
    assert "pip install 'lightflow-jlab[parquet]'" in capsys.readouterr().err
    assert not out.exists()
