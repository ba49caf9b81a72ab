"""Runs are recorded and read back, in this process and in another, with MLflow's names."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lightflow_jlab as lf
from lightflow_jlab.config import notices


@pytest.fixture(autouse=True)
def store(tmp_path: Path):
    lf.set_tracking_uri(tmp_path)
    yield tmp_path / ".lightflow"
    while lf.active_run():
        lf.end_run()


def test_a_run_is_read_back_as_it_was_written():
    with lf.start_run(run_name="first", tags={"team": "vision"}, description="a *note*") as run:
        lf.log_params({"lr": 0.1, "layers": 3})
        for step in range(5):
            lf.log_metric("loss", 1 / (step + 1), step=step)
    found = lf.get_run(run.info.run_id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "first"
    assert found.data.params == {"lr": 0.1, "layers": 3}
    assert found.data.metrics == {"loss": 0.2}
    assert found.data.tags == {
        "team": "vision",
        "mlflow.runName": "first",
        "mlflow.note.content": "a *note*",
    }


def test_what_was_just_logged_is_read_while_the_run_goes_on():
    with lf.start_run() as run:
        lf.log_metric("loss", 0.5)
        assert lf.get_run(run.info.run_id).data.metrics == {"loss": 0.5}
        lf.log_metric("loss", 0.25)
        assert lf.get_run(run.info.run_id).data.metrics == {"loss": 0.25}
        assert lf.get_run(run.info.run_id).info.status == "RUNNING"


def test_another_process_reads_what_this_one_just_wrote(store: Path):
    with lf.start_run() as run:
        lf.log_metric("loss", 0.5)
        code = (
            "import lightflow_jlab as lf, sys; lf.set_tracking_uri(sys.argv[1]); "
            "print(lf.get_run(sys.argv[2]).data.metrics)"
        )
        shown = subprocess.run(
            [sys.executable, "-c", code, str(store), run.info.run_id],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert shown.stdout.strip() == "{'loss': 0.5}"


def test_the_history_has_every_point_in_step_order():
    with lf.start_run() as run:
        for step, value in [(2, 0.2), (0, 0.0), (1, math.nan), (3, math.inf)]:
            lf.log_metric("loss", value, step=step, timestamp=1_700_000_000_000 + step)
    history = lf.metric_history(run.info.run_id, "loss")
    expected = pd.DataFrame(
        {
            "step": [0, 1, 2, 3],
            "value": [0.0, math.nan, 0.2, math.inf],
            "timestamp": pd.to_datetime(
                [1_700_000_000_000 + step for step in range(4)], unit="ms", utc=True
            ),
        }
    )
    pd.testing.assert_frame_equal(history, expected, check_dtype=False)


def test_without_a_step_each_metric_counts_by_itself():
    with lf.start_run() as run:
        lf.log_metric("a", 1.0)
        lf.log_metric("a", 2.0)
        lf.log_metric("b", 3.0)
        lf.log({"a": 4.0, "c": 5.0})
    assert list(lf.metric_history(run.info.run_id, "a")["step"]) == [0, 1, 2]
    assert list(lf.metric_history(run.info.run_id, "b")["step"]) == [0]
    assert list(lf.metric_history(run.info.run_id, "c")["step"]) == [2]


def test_search_gives_mlflows_columns():
    lf.set_experiment("digits")
    for lr in (0.1, 0.2):
        with lf.start_run():
            lf.log_param("lr", lr)
            lf.log_metric("loss", lr * 2)
    frame = lf.search_runs(experiment_names=["digits"])
    fixed = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]
    assert list(frame.columns) == [*fixed, "metrics.loss", "params.lr", "tags.mlflow.runName"]
    assert sorted(frame["params.lr"]) == [0.1, 0.2]
    assert str(frame["start_time"].dtype).startswith("datetime64")


def test_an_exception_fails_the_run_and_passes_through():
    with pytest.raises(ZeroDivisionError), lf.start_run() as run:
        raise ZeroDivisionError("by zero")
    record = lf.get_run(run.info.run_id).record
    assert record.status == "FAILED"
    assert (record.error.type, record.error.message) == ("ZeroDivisionError", "by zero")


def test_an_interrupt_kills_the_run():
    with pytest.raises(KeyboardInterrupt), lf.start_run() as run:
        raise KeyboardInterrupt
    assert lf.get_run(run.info.run_id).info.status == "KILLED"


def test_a_run_inside_a_run_is_its_child():
    with lf.start_run() as parent:
        with lf.start_run() as child:
            assert lf.active_run() is child
        assert lf.active_run() is parent
    assert lf.get_run(child.info.run_id).record.parent_run_id == parent.info.run_id


def test_a_run_ended_by_its_own_method_is_no_parent_of_the_next():
    lf.start_run().end()
    assert lf.active_run() is None
    with lf.start_run() as following:
        pass
    assert lf.get_run(following.info.run_id).record.parent_run_id is None


def test_a_run_ended_by_its_own_method_can_be_gone_on_with():
    ended = lf.start_run()
    ended.end()
    with lf.start_run(run_id=ended.info.run_id) as again:
        again.log_metric("loss", 1.0)
    assert [metric.last for metric in lf.get_run(ended.info.run_id).record.metrics] == [1.0]


def test_an_ended_run_goes_on_when_started_by_its_id():
    with lf.start_run() as run:
        lf.log_metric("loss", 1.0)
    with lf.start_run(run_id=run.info.run_id):
        lf.log_metric("loss", 0.5)
    assert list(lf.metric_history(run.info.run_id, "loss")["step"]) == [0, 1]
    assert lf.get_run(run.info.run_id).info.status == "FINISHED"


def test_going_on_with_an_unknown_run_says_so():
    with pytest.raises(lf.NotFoundError, match="0{32}"):
        lf.start_run(run_id="0" * 32)
    with pytest.raises(lf.InvalidValueError, match="32 hexadecimal"):
        lf.start_run(run_id="nonsense")


def test_an_ended_run_takes_no_metric():
    with lf.start_run() as run:
        pass
    with pytest.raises(lf.ConflictError, match="has ended"):
        run.log_metric("loss", 1.0)


def test_worker_threads_log_to_the_run_of_the_process():
    with lf.start_run() as run:
        threads = [
            threading.Thread(target=lambda n=n: [lf.log_metric(f"m{n}", i) for i in range(200)])
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    metrics = lf.get_run(run.info.run_id).record.metrics
    assert {metric.key: metric.count for metric in metrics} == {f"m{n}": 200 for n in range(4)}


def test_artifacts_are_kept_whole_and_private(store: Path, tmp_path: Path):
    source = tmp_path / "in" / "sub"
    source.mkdir(parents=True)
    (source / "a.txt").write_text("alpha")
    with lf.start_run() as run:
        lf.log_artifact(source / "a.txt")
        lf.log_artifacts(tmp_path / "in", "copied")
        lf.log_text("héllo", "notes/hello.txt")
        lf.log_dict({"a": [1, 2]}, "config.json")
        lf.log_table({"x": [1, 2]}, "table.csv")
        lf.log_image(np.zeros((4, 6, 3), dtype=np.uint8), "black.png")
    root = Path(run.info.artifact_uri)
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert files.pop("black.png").startswith(b"\x89PNG")
    assert files == {
        "a.txt": b"alpha",
        "copied/sub/a.txt": b"alpha",
        "notes/hello.txt": "héllo".encode(),
        "config.json": json.dumps({"a": [1, 2]}, indent=2).encode(),
        "table.csv": b"x\n1\n2\n",
    }
    assert {oct(p.stat().st_mode & 0o777) for p in root.rglob("*") if p.is_file()} == {"0o600"}
    assert {oct(p.stat().st_mode & 0o777) for p in root.rglob("*") if p.is_dir()} == {"0o700"}


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../x", "a\\b", "C:x", "a//b", "%2e%2e/x"])
def test_an_artifact_path_never_leaves_the_run(path: str):
    with lf.start_run(), pytest.raises(lf.LocationError, match="relative path"):
        lf.log_text("x", path)


def test_a_figure_is_kept_in_the_format_of_its_name():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2])
    with lf.start_run() as run:
        lf.log_figure(figure, "plots/line.png")
        lf.log({"curve": figure, "loss": 0.1}, step=3)
    root = Path(run.info.artifact_uri)
    assert (root / "plots/line.png").read_bytes().startswith(b"\x89PNG")
    assert (root / "figures/curve/00000003.png").is_file()


def test_a_store_that_cannot_be_written_costs_one_warning_and_keeps_the_run(tmp_path: Path):
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / ".lightflow").write_text("a file where the folder should be")
    notices.forget_notices()
    lf.set_tracking_uri(folder)
    with pytest.warns(lf.LightflowWarning, match="kept in") as told:
        run = lf.start_run()
    for step in range(100):
        run.log_metric("loss", step)
    run.end()
    assert len(told) == 1
    kept = list((tmp_path / "state").rglob("*.lf"))
    assert len(kept) == 1
    assert kept[0].stat().st_size > 100 * 48


def test_importing_loads_only_the_standard_library_and_msgspec():
    code = (
        "import sys; before = set(sys.modules); import lightflow_jlab as lf; lf.start_run; "
        "tops = {n.split('.')[0] for n in set(sys.modules) - before}; "
        "print(sorted(t for t in tops if t not in sys.stdlib_module_names))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    # msgspec itself takes typing_extensions where it is installed.
    assert set(eval(shown.stdout)) <= {"lightflow_jlab", "msgspec", "typing_extensions"}


def test_a_script_that_ends_without_end_run_is_finished_or_failed(store: Path):
    script = "import sys, lightflow_jlab as lf; lf.set_tracking_uri(sys.argv[1]); "
    script += "lf.start_run(run_name=sys.argv[2]); lf.log_metric('loss', 1.0); "
    for name, ending in (("good", "pass"), ("bad", "1 / 0")):
        subprocess.run(
            [sys.executable, "-c", script + ending, str(store), name],
            capture_output=True,
            timeout=60,
            check=False,
        )
    states = {run.info.run_name: run.info.status for run in lf.search_runs(output_format="list")}
    assert states == {"good": "FINISHED", "bad": "FAILED"}
