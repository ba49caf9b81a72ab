"""What MLflow's client does by itself, beside the calls that were asked of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Server
from mlflow import MlflowClient


@pytest.fixture
def client(ours: Server, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", ours.token or "")
    return MlflowClient(ours.uri)


def test_models_are_found_though_the_client_asks_for_no_prompts(client: MlflowClient) -> None:
    client.create_registered_model("searched-by-client")
    named = "name = 'searched-by-client'"
    assert [one.name for one in client.search_registered_models(named)] == ["searched-by-client"]
    assert "searched-by-client" in [one.name for one in client.search_registered_models()]


def test_large_file_is_sent_whole_when_the_client_would_send_parts(
    client: MlflowClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", "1000")
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(10_000))
    run_id = client.create_run("0").info.run_id
    client.log_artifact(run_id, str(large))
    (tmp_path / "back").mkdir()
    back = client.download_artifacts(run_id, "large.bin", str(tmp_path / "back"))
    assert Path(back).read_bytes() == large.read_bytes()
