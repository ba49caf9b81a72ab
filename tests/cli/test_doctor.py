"""The doctor says what is wrong and how it is mended, and mends what is safe."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import lightflow_jlab as lf
from lightflow_jlab.cli import main
from lightflow_jlab.cli.checks import installation
from lightflow_jlab.cli.checks.installation import may_damage_wal
from lightflow_jlab.config.destinations import outbox_of
from lightflow_jlab.config.locations import fallback_spool_folder, spool_folder
from lightflow_jlab.contract.records import Process, RunEnd
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.store import RunQuery, Store

Levels = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a store whose log holds a run of a process that is gone."""
    folder = tmp_path / ".lightflow"
    process = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    writer = SpoolWriter([spool_folder(folder)], process)
    run, key = writer.define_run("ab" * 16), writer.define_key("loss")
    for step in range(3):
        writer.point(run, key, step, 1, 0.5)
    writer.close()
    return folder


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Jupyter find the extensions, as after an installation."""
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        monkeypatch.setenv(variable, str(tmp_path / "jupyter"))
    lab = tmp_path / "jupyter" / "labextensions" / installation.LAB_EXTENSION
    server = tmp_path / "jupyter" / "jupyter_server_config.d"
    for made in (lab, server):
        made.mkdir(parents=True)
    (lab / "package.json").write_text(json.dumps({"version": lf.__version__}))
    config = Path(__file__).parents[2] / "jupyter-config" / "lightflow_jlab.json"
    shutil.copy(config, server)


def examined(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, Levels]:
    """Return the exit code and the level of each check."""
    code = main(["doctor", "--json", "--store", str(folder), *more])
    return code, {row["check"]: row["level"] for row in json.loads(capsys.readouterr().out)}


def test_what_waits_is_told_and_imported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, levels = examined(folder, capsys)
    assert (code, levels["logs"], levels["database"]) == (1, "problem", "problem")
    assert not (folder / "lightflow.db").exists()
    code, levels = examined(folder, capsys, "--fix")
    assert code == 0, levels
    assert {level for check, level in levels.items() if check != "sqlite"} <= {"ok", "note"}
    store = Store.open(folder)
    assert store.runs(RunQuery()).runs[0].metrics[0].count == 3
    store.close()


def test_permissions_are_repaired(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examined(folder, capsys, "--fix")
    (folder / "lightflow.db").chmod(0o644)
    assert main(["doctor", "--store", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "✖ permissions: 1 files and folders can be read by others" in told
    assert examined(folder, capsys, "--fix")[0] == 0
    assert (folder / "lightflow.db").stat().st_mode & 0o777 == 0o600


def test_a_damaged_database_is_told_left_alone_and_rebuilt_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examined(folder, capsys, "--fix")
    damaged = b"nothing of a database" * 400
    (folder / "lightflow.db").write_bytes(damaged)
    code, levels = examined(folder, capsys)
    assert (code, levels["database"]) == (1, "problem")
    assert (folder / "lightflow.db").read_bytes() == damaged
    code, levels = examined(folder, capsys, "--fix")
    assert (code, levels["database"], levels["quarantine"]) == (0, "ok", "note")


def test_what_could_not_be_kept_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert examined(folder, capsys, "--fix")[1]["losses"] == "ok"
    store = Store.open(folder)
    with store.ingest() as ingest:
        ingest.end_run(RunEnd("ab" * 16, "FINISHED", 2, dropped=1_200), "elsewhere")
    name = store.runs(RunQuery()).runs[0].run_name
    store.close()
    assert main(["doctor", "--store", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "· losses: 1,200 logged records of 1 run could not be kept" in told
    assert f"({name}: 1,200)" in told


def test_logs_of_a_store_that_was_moved_are_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = fallback_spool_folder(tmp_path / "old" / ".lightflow")
    shutil.copytree(spool_folder(folder), old)
    assert main(["doctor", "--store", str(folder)]) == 1
    assert f"jupyter lightflow sync --adopt {old.name}" in capsys.readouterr().out


def test_runs_that_wait_for_a_server_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    writer = SpoolWriter([spool_folder(outbox_of("http://127.0.0.1:9"))], process)
    writer.define_run("ab" * 16)
    writer.close()
    assert main(["doctor", "--store", str(tmp_path / "none")]) == 1
    told = capsys.readouterr().out
    assert "✖ to send: 1 run waits to be sent to http://127.0.0.1:9." in told


def test_extensions_that_jupyter_does_not_know_are_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jupyter" / "jupyter_server_config.d" / "lightflow_jlab.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"lightflow_jlab": False}}})
    )
    package = tmp_path / "jupyter" / "labextensions" / "lightflow-jlab" / "package.json"
    package.write_text(json.dumps({"version": "0.0.0"}))
    assert main(["doctor", "--store", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "✖ server extension: It is switched off. Run: jupyter server extension enable" in told
    assert "✖ lab extension: 0.0.0 is installed" in told


def test_without_a_store_there_is_no_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, levels = examined(tmp_path / "none", capsys)
    assert (code, levels["store"]) == (0, "note")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("version", "may"),
    [((3, 40, 1), True), ((3, 44, 6), False), ((3, 50, 6), True), ((3, 51, 3), False)],
)
def test_releases_of_sqlite_that_can_damage_a_database_are_known(
    version: tuple[int, ...], may: bool
) -> None:
    assert may_damage_wal(version) is may
