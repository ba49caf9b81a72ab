"""TensorBoard's event files and CSV files become runs; a wrong source is told in words."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

import pytest

from lightflow_jlab.cli.main import main
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.store import RunQuery, Store

EVENTS = Path(__file__).parent / "events"
"""Written by TensorBoard's own writer (`new`) and by tensorboardX (`old`)."""


def imported(source: Path, folder: Path, *more: str) -> dict[str, Run]:
    assert main(["import", str(source), "--store", str(folder), *more]) == 0
    store = Store.open(folder / ".lightflow")
    runs = store.runs(RunQuery()).runs
    store.close()
    return {run.run_name: run for run in runs}


def test_each_folder_of_event_files_is_a_run(tmp_path: Path) -> None:
    runs = imported(EVENTS, tmp_path, "--experiment", "boards")
    assert sorted(runs) == ["new", "old"]
    loss = runs["new"].metrics[0]
    assert (loss.key, loss.count, loss.last_step) == ("train/loss", 3, 20)
    assert loss.last == pytest.approx(1 / 3)
    acc, nan = runs["old"].metrics
    assert (acc.key, acc.first, acc.last, nan.key, nan.last) == ("acc", 0.0, 0.5, "nan", "NaN")


def test_whoever_looks_on_sees_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    imported(EVENTS, tmp_path)
    shown = sys.stderr.getvalue().split("\r")[-1]
    assert shown.startswith("2/2 runs ####") and shown.endswith("#\n")


def test_what_is_no_scalar_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(EVENTS, tmp_path)
    assert "'note/text_summary', which is no scalar" in capsys.readouterr().out


def test_a_torn_event_file_gives_what_is_whole(tmp_path: Path) -> None:
    (file,) = (EVENTS / "new").iterdir()
    (tmp_path / file.name).write_bytes(file.read_bytes()[:-10])
    run = next(iter(imported(tmp_path, tmp_path).values()))
    assert run.metrics[0].count == 2


def test_a_csv_file_is_a_run_with_a_metric_for_each_column_of_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "fit.csv"
    file.write_text("epoch,loss,val loss,remark\n0,1.5,,slow\n5,0.5,nan,fast\n", "utf-8")
    run = imported(file, tmp_path)["fit"]
    loss, validation = run.metrics
    assert (loss.key, loss.count, loss.last, loss.last_step) == ("loss", 2, 0.5, 5)
    assert (validation.key, validation.count, validation.last) == ("val loss", 1, "NaN")
    assert "the column 'remark', which holds no numbers" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["fit.csv", "events"])
def test_importing_again_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "fit.csv").write_text("loss\n1\n2\n", "utf-8")
    source = EVENTS if name == "events" else tmp_path / name
    first = imported(source, tmp_path)
    second = imported(source, tmp_path)
    assert "0 new" in capsys.readouterr().out
    counts = [{n: [m.count for m in run.metrics] for n, run in f.items()} for f in (first, second)]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["missing.db", "empty", "text.txt", "other.db"])
def test_a_source_that_is_none_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    folder = tmp_path / "store"
    assert main(["import", str(tmp_path / name), "--store", str(folder)]) == 1
    said = capsys.readouterr().err
    assert name in said
    assert not folder.exists()


def test_infinity_is_a_number_in_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "fit.csv"
    file.write_text("loss\ninf\n-inf\n", "utf-8")
    metric = imported(file, tmp_path)["fit"].metrics[0]
    assert (metric.first, metric.last) == ("Infinity", "-Infinity")
    assert math.isinf(float(metric.last))
