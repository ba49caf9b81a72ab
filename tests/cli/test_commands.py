"""`jupyter lightflow` as a person at a terminal meets it: a process of its own on a real store."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import lightflow_jlab as lf


def run(*words: str, store: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LIGHTFLOW_TRACKING_URI": str(store)}
    return subprocess.run(
        [sys.executable, "-m", "lightflow_jlab", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    lf.set_tracking_uri(tmp_path)
    lf.set_experiment("digits")
    for rate in (0.1, 0.5):
        with lf.start_run(run_name=f"rate-{rate}"):
            lf.log_param("rate", rate)
            lf.log_metric("loss", 1 / rate)
    return tmp_path


def test_runs_are_listed_as_a_table_in_the_order_asked_for(store: Path) -> None:
    done = run("runs", "list", "--order-by", "params.rate DESC", store=store)
    assert done.returncode == 0, done.stderr
    head, first, second = done.stdout.splitlines()
    assert head.split() == [
        "run_id",
        "run_name",
        "status",
        "start_time",
        "metrics.loss",
        "params.rate",
    ]
    assert "rate-0.5" in first and "FINISHED" in first
    assert "rate-0.1" in second


def test_runs_are_filtered_and_printed_for_programs(store: Path) -> None:
    done = run(
        "runs", "list", "--experiment", "digits", "--filter", "params.rate < 0.3",
        "--format", "json", store=store,
    )  # fmt: skip
    rows = json.loads(done.stdout)
    assert [(row["run_name"], row["metrics.loss"]) for row in rows] == [("rate-0.1", 10.0)]


def test_a_run_goes_to_the_trash_and_comes_back(store: Path) -> None:
    rows = json.loads(run("runs", "list", "--format", "json", store=store).stdout)
    run_id = rows[0]["run_id"]
    assert "in the trash" in run("runs", "delete", run_id, store=store).stdout
    left = json.loads(run("runs", "list", "--format", "json", store=store).stdout)
    assert run_id not in {row["run_id"] for row in left}
    assert "is back" in run("runs", "restore", run_id, store=store).stdout
    shown = json.loads(run("runs", "show", run_id, store=store).stdout)
    assert shown["run"]["lifecycle_stage"] == "active"


def test_experiments_are_listed(store: Path) -> None:
    done = run("experiments", "--format", "csv", store=store)
    assert "digits,2,active" in done.stdout


def test_a_bad_filter_is_told_in_one_message_without_a_traceback(store: Path) -> None:
    done = run("runs", "list", "--filter", "metrics.loss >", store=store)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "metrics.loss >" in done.stderr


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = run("runs", "list", store=tmp_path)
    assert done.returncode == 1
    assert "There is no store" in done.stderr
    assert not (tmp_path / ".lightflow").exists()


def test_help_names_every_command(tmp_path: Path) -> None:
    from lightflow_jlab.cli.main import COMMANDS

    shown = run("--help", store=tmp_path).stdout
    assert all(command in shown for command in COMMANDS)


def test_the_trash_is_emptied_after_a_rehearsal(store: Path) -> None:
    listed = run("runs", "list", "--format", "json", store=store)
    run_id = json.loads(listed.stdout)[0]["run_id"]
    run("runs", "delete", run_id, store=store)
    rehearsal = run("gc", "--dry-run", store=store)
    assert run_id in rehearsal.stdout and "would go" in rehearsal.stdout
    assert "0 runs" in run("gc", "--older-than", "30d", store=store).stdout
    assert "1 runs" in run("gc", store=store).stdout
    assert run("runs", "show", run_id, store=store).returncode == 1
    bad = run("gc", "--older-than", "soon", store=store)
    assert bad.returncode == 1 and "Expected for example '30d'" in bad.stderr


def test_runs_and_histories_are_exported(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs.csv"
    done = run("export", str(out), "--filter", "params.rate < 0.3", "--histories", store=store)
    assert done.returncode == 0, done.stderr
    head, row = out.read_text().splitlines()
    assert {"run_id", "metrics.loss", "params.rate"} <= set(head.split(","))
    assert "rate-0.1" in row
    points = (tmp_path / "runs.points.csv").read_text().splitlines()
    assert points[0] == "run_id,key,step,value,time" and ",loss,0,10.0," in points[1]
    again = run("export", str(out), store=store)
    assert again.returncode == 1 and "is there already" in again.stderr
    listed = tmp_path / "runs.json"
    run("export", str(listed), store=store)
    # Begun in one millisecond, the two stand in either order.
    assert {one["params.rate"] for one in json.loads(listed.read_text())} == {0.5, 0.1}


def test_an_export_to_a_server_that_is_none_fails_in_one_line(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    gone = run("export", address, store=store)
    assert gone.returncode == 1 and f"{address} can't be reached" in gone.stderr
    assert len(gone.stderr.splitlines()) == 1
    mixed = run("export", address, "--histories", store=store)
    assert mixed.returncode == 1 and "are for files" in mixed.stderr
    bad = run("export", "runs.csv", "--no-artifacts", store=store)
    assert bad.returncode == 1 and "is for a server" in bad.stderr
