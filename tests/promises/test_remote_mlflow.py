"""What is sent by MLflow's protocol is there once, though answers are lost on the way.

Our own face of the protocol is the server here; MLflow's own is that of the tests beside MLflow.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import lightflow_jlab as lf
from lightflow_jlab.config.destinations import outbox_of
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.failures import UnreachableError
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_sink import MlflowSink
from lightflow_jlab.remote.waiting_logs import WaitingLogs
from lightflow_jlab.tracking import delivery
from lightflow_jlab.tracking.recorder import recorder_for

from .conftest import TOKEN, Server, View


class LossyConnection(Connection):
    """Does what it is asked; then some answers are lost."""

    chance = random.Random(7)
    lost = 0

    def request(self, *arguments: Any) -> bytes:
        answer = super().request(*arguments)
        self._lose_some()
        return answer

    def put_file(self, path: str, file: BinaryIO, size_bytes: int) -> None:
        super().put_file(path, file, size_bytes)
        self._lose_some()

    def _lose_some(self) -> None:
        if self.chance.random() < 0.15:
            self.lost += 1
            raise UnreachableError("the answer is lost")


def send_all(outbox: Path, connection: Connection) -> dict[str, str]:
    """Send with a new sink after each failure, as after a kill; return what was refused."""
    for _ in range(500):
        sink = MlflowSink(outbox, MlflowApi(connection))
        try:
            logs = list(WaitingLogs(outbox))
            while sum(sink.send(log, is_open=False) for log in logs):
                logs = list(WaitingLogs(outbox))
            return sink.notices()
        except UnreachableError as error:
            last = error
        finally:
            sink.close()
    raise AssertionError(f"it is never done: {last}")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[Any]]:
    """Return what records runs for a server while nobody sends them."""

    def record(uri: str) -> list[Any]:
        monkeypatch.setattr(delivery.Delivery, "begin", lambda self: None)
        lf.set_tracking_uri(uri)
        lf.set_experiment("lossy", tags={"team": "vision"})
        with lf.start_run(run_name="whole", description="# Note") as run:
            lf.log_params({"lr": 0.1, "net": "mlp"})
            lf.log_text("kept", "notes/a.txt")
            for step in range(12_000):
                lf.log_metric("loss", step * 0.5, step=step)
            with lf.start_run(run_name="child") as child:
                lf.set_tags({"kept": "yes", "gone": "soon"})
                lf.delete_tag("gone")
        with lf.start_run(run_name="two") as two:
            lf.log_param("lr", 1)
            lf.log_param("lr", 2)
        recorder_for(outbox_of(uri)).writer.close()
        return [run, child, two]

    return record


def test_lost_answers_cost_and_double_nothing(
    servers: Callable[[], Server],
    root: Path,
    recorded: Callable[[str], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = servers()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", TOKEN)
    uri = f"http://127.0.0.1:{server.port}/lightflow/mlflow"
    runs = recorded(uri)
    outbox = outbox_of(uri)
    connection = LossyConnection(uri, "mlflow")
    refused = send_all(outbox, connection)
    assert connection.lost > 5

    view = View(root / ".lightflow")
    found = view.runs()
    assert sorted(found) == ["child", "two", "whole"]
    whole, child = found["whole"], found["child"]
    assert whole.note == "# Note" and whole.tags["lightflow.runId"] == runs[0].info.run_id
    assert {run.status for run in found.values()} == {"FINISHED"}
    assert child.parent_run_id == whole.run_id
    assert child.tags["kept"] == "yes" and "gone" not in child.tags
    assert {one.key: str(one.value) for one in whole.params} == {"lr": "0.1", "net": "mlp"}
    history = view.store.history(whole.run_id, "loss")
    assert history.steps.tolist() == list(range(12_000))
    assert history.values.tolist() == [step * 0.5 for step in range(12_000)]
    (experiment,) = [one for one in view.store.experiments() if one.name == "lossy"]
    assert experiment.tags["team"] == "vision"
    file = root / ".lightflow/artifacts" / whole.run_id[:2] / whole.run_id / "notes/a.txt"
    assert file.read_text() == "kept"
    assert [str(one.value) for one in found["two"].params] == ["1"]
    assert len(refused) == 1 and "Changing param values" in next(iter(refused.values()))
    assert not [*outbox.glob("spool/*.lf"), *outbox.glob("artifacts/**/*.txt")]
