"""Of a source that is damaged or half-written, what is whole is taken in, and the rest is told."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import true

from lightflow_jlab.cli.import_runs import take
from lightflow_jlab.cli.import_tensorboard import EventFiles, event_files
from lightflow_jlab.cli.main import build_parser, main
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.remote.failures import UnreachableError
from lightflow_jlab.store import RunQuery, Store, registered_models
from lightflow_jlab.store.adopt import FoundRun

from .test_import import EVENTS

META = "name: {name}\nstatus: 3\nstart_time: 5\nend_time: 9\nlifecycle_stage: active\n"
WHOLE, HALF, EMPTY, ODD = (digit * 32 for digit in "abcd")
TABLES = """
CREATE TABLE experiments (experiment_id INTEGER, name TEXT, lifecycle_stage TEXT);
CREATE TABLE experiment_tags (experiment_id INTEGER, key TEXT, value TEXT);
CREATE TABLE runs (run_uuid TEXT, experiment_id INTEGER, name TEXT, user_id TEXT, status TEXT,
    start_time INTEGER, end_time INTEGER, lifecycle_stage TEXT, artifact_uri TEXT);
CREATE TABLE metrics (
    run_uuid TEXT, key TEXT, step INTEGER, value REAL, is_nan INTEGER, timestamp INTEGER);
CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT);
CREATE TABLE tags (run_uuid TEXT, key TEXT, value TEXT);
INSERT INTO experiments VALUES (1, 'digits', 'active');
"""
OLD_REGISTRY = """
CREATE TABLE registered_models (
    name TEXT, creation_time INTEGER, last_updated_time INTEGER, description TEXT);
CREATE TABLE registered_model_tags (name TEXT, key TEXT, value TEXT);
CREATE TABLE model_version_tags (name TEXT, version INTEGER, key TEXT, value TEXT);
CREATE TABLE model_versions (name TEXT, version INTEGER, creation_time INTEGER,
    last_updated_time INTEGER, description TEXT, user_id TEXT, current_stage TEXT, source TEXT,
    run_id TEXT, status TEXT);
INSERT INTO registered_models VALUES ('net', 5, 6, 'good');
INSERT INTO registered_model_tags VALUES ('net', 'team', 'vision');
INSERT INTO model_versions (name, version, current_stage, source, run_id, status)
    SELECT 'net', 1, 'Production', 'runs:/' || run_uuid || '/model', run_uuid, 'READY' FROM runs;
"""
"""As MLflow 1 has it, which knew no aliases."""


def imported(source: Path, folder: Path, code: int = 0) -> dict[str, Run]:
    assert main(["import", str(source), "--store", str(folder)]) == code
    store = Store.open(folder / ".lightflow")
    runs = store.runs(RunQuery(view="all")).runs
    store.close()
    return {run.run_id: run for run in runs}


def put(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def mlruns(tmp_path: Path) -> Path:
    """Return a folder of MLflow's with one run that is whole and all that writers leave behind."""
    root = tmp_path / "mlruns"
    digits = root / "1"
    put(digits / "meta.yaml", "name: 漢字 é\nlifecycle_stage: active\n")
    for run in (WHOLE, ODD):
        put(digits / run / "meta.yaml", META.format(name="ü"))
        put(digits / run / "metrics/a/loss é", "7 0.5 1\n8 0.25 2\n")
    put(digits / ODD / "metrics/a/loss é", "7 0.5 1\n8 99999999999999999999 2\n9 1 1e5\n8")
    put(digits / ODD / "metrics/none", "")
    put(digits / ODD / "params/bytes", b"\xff\xfe")
    put(digits / HALF / "meta.yaml", "name: x\nend_time: [9")
    (digits / EMPTY).mkdir()
    put(root / "2" / WHOLE.replace("a", "e") / "meta.yaml", META.format(name="lost"))
    put(root / "models/net/meta.yaml", "name: net\n")
    put(root / "models/net/version-1/meta.yaml", "version: one\n")
    put(root / "stray.txt", "not MLflow's")
    (root / "nothing").mkdir()
    return root


def test_what_is_whole_in_a_half_written_folder_comes_in(
    mlruns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = imported(mlruns, tmp_path)
    assert sorted(runs) == [WHOLE, ODD]
    counts = {
        id_: {one.key: (one.count, one.last) for one in run.metrics} for id_, run in runs.items()
    }
    assert counts == {WHOLE: {"a/loss é": (2, 0.25)}, ODD: {"a/loss é": (2, 1e20)}}
    assert runs[ODD].params[0].value == "��"
    said = capsys.readouterr().out
    assert "2 runs of the folder" in said and "2 new" in said
    for line in (
        f"run {HALF}: its meta.yaml is half-written",
        f"run {EMPTY}: it has no meta.yaml",
        "experiment 2 with 1 runs: it has no meta.yaml",
        "the point '9 1 1e5' of 'a/loss é'",
        "the point '8' of 'a/loss é'",
        "registered model 'net'",
    ):
        assert line in said
    imported(mlruns, tmp_path)
    assert "0 new, 2 known" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "darwin", reason="its names are all UTF-8")
def test_names_that_are_no_text_are_told(
    mlruns: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = mlruns / "1" / WHOLE
    (inner / "artifacts").mkdir()
    for folder in ("metrics", "artifacts"):
        put(Path(os.fsdecode(os.fsencode(inner / folder) + b"/\xff")), "1 2 3")
    run = imported(mlruns, tmp_path)[WHOLE]
    assert [one.key for one in run.metrics] == ["?", "a/loss é"]
    assert f"run {WHOLE}: '\\udcff' can't be an artifact's path" in capsys.readouterr().out


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a file with MLflow's tables, a run, and more points than a few pages hold."""
    file = tmp_path / "mlflow.db"
    with sqlite3.connect(file) as made:
        made.executescript(TABLES)
        made.execute(
            "INSERT INTO runs VALUES (?, 1, 'one', 'ada', 'FINISHED', 5, 9, 'active', '')", [WHOLE]
        )
        made.execute("INSERT INTO params VALUES (?, 'p', CAST(x'ff41' AS TEXT))", [WHOLE])
        made.executemany(
            "INSERT INTO metrics VALUES (?, 'loss', ?, 0.5, 0, 7)",
            [(WHOLE, step) for step in range(2_000)],
        )
    made.close()
    return file


def test_bytes_that_are_no_text_in_a_database_are_marked(database: Path, tmp_path: Path) -> None:
    run = imported(database, tmp_path)[WHOLE]
    assert (run.params[0].value, run.metrics[0].count) == ("�A", 2_000)


@pytest.mark.parametrize("uri", [".", "{home}", "file://{home}", "mlflow-artifacts:/../{run}/.."])
def test_no_folder_is_copied_but_a_runs_own(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], uri: str
) -> None:
    (tmp_path / "mlartifacts").mkdir()
    put(tmp_path / "secret.txt", "secret")
    with sqlite3.connect(database) as made:
        place = uri.format(home=tmp_path, run=WHOLE)
        made.execute("UPDATE runs SET artifact_uri = ?", [place])
    made.close()
    assert list(imported(database, tmp_path / "store")) == [WHOLE]
    assert "are in no folder of its own" in capsys.readouterr().out
    assert not [*(tmp_path / "store").rglob("*.txt")]


def test_a_run_whose_points_are_damaged_is_told(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(database.read_bytes())
    data[-8_192:-4_096] = b"Z" * 4_096
    database.write_bytes(data)
    assert imported(database, tmp_path) == {}
    assert f"run {WHOLE}: database disk image is malformed" in capsys.readouterr().out


def test_a_registry_without_aliases_comes_in(database: Path, tmp_path: Path) -> None:
    with sqlite3.connect(database) as made:
        made.executescript(OLD_REGISTRY)
    made.close()
    imported(database, tmp_path)
    store = Store.open(tmp_path / ".lightflow")
    (model,) = store.ask(registered_models.find_models, true())
    (version,) = model.latest
    store.close()
    assert (model.row["description"], model.tags) == ("good", {"team": "vision"})
    assert (version.row["stage"], version.row["run_id"]) == ("Production", WHOLE)


def test_a_database_of_another_time_is_told(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(database) as made:
        made.execute("DROP TABLE experiment_tags")
    made.close()
    imported(database, tmp_path, code=1)
    said = capsys.readouterr().err
    assert "no such table: experiment_tags" in said and "mlflow db upgrade" in said


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfel\0o\0", "not UTF-8"),
        (b"loss;acc\n1;2\n", "no column of numbers"),
        (b"a\n" + b"9" * 200_000, "no CSV file"),
        (b"", "no rows"),
    ],
)
def test_a_csv_file_without_numbers_makes_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, why: str
) -> None:
    put(tmp_path / "fit.csv", data)
    assert main(["import", str(tmp_path / "fit.csv"), "--store", str(tmp_path / "store")]) == 1
    assert why in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_rows_without_a_step_that_can_be_are_left(tmp_path: Path) -> None:
    put(tmp_path / "fit.csv", f"step,loss,{'n' * 251}\n1e400,1,1\n1e30,1,1\nnan,1,1\n5,4,1\n2\n")
    (run,) = imported(tmp_path / "fit.csv", tmp_path).values()
    assert [(one.key, one.count, one.last_step) for one in run.metrics] == [("loss", 1, 5)]


def test_a_damaged_event_is_left_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = (EVENTS / "new").iterdir()
    data = file.read_bytes()
    # The wall time of the last event, as infinity.
    last = data.rindex(b"\x09", 0, data.rindex(b"train/loss"))
    put(tmp_path / file.name, data[: last + 1] + b"\0\0\0\0\0\0\xf0\x7f" + data[last + 9 :])
    (run,) = imported(tmp_path, tmp_path / "store").values()
    assert run.metrics[0].count == 2
    assert "1 damaged events" in capsys.readouterr().out


class Leaving(EventFiles):
    """A source that goes away when its runs have been read."""

    def runs(self) -> Iterator[FoundRun]:
        yield from super().runs()
        raise UnreachableError("It has gone.")


def test_what_was_read_before_a_source_went_away_is_kept(tmp_path: Path) -> None:
    words = ["import", str(EVENTS), "--store", str(tmp_path)]
    source = Leaving(EVENTS, event_files(EVENTS), "boards")
    with pytest.raises(UnreachableError):
        take(source, build_parser().parse_args(words))
    store = Store.open(tmp_path / ".lightflow")
    assert sorted(run.run_name for run in store.runs(RunQuery()).runs) == ["new", "old"]
    store.close()
