"""What MLflow's client does by itself, beside the calls that were asked of it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Server
from hard_to_carry import recorder
from mlflow import MlflowClient
from stories import by_client
from stories.telling import Names, differences

NOT_KEPT = ("trace", "span", "prompt", "webhook", "workspace", "mcp", "dataset")
"""What the methods are about that Lightflow has no place for; datasets are those of evaluations."""


Story = Callable[[by_client.Teller], None]


@pytest.fixture
def client(ours: Server, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", ours.token or "")
    return MlflowClient(ours.uri)


@pytest.fixture(scope="session")
def told(ours: Server, theirs: Server) -> Callable[[Story], tuple[list[Any], list[Any]]]:
    """Return a function that has the client tell a story to theirs and ours, once."""
    known: dict[Story, tuple[list[Any], list[Any]]] = {}

    def tell(story: Story) -> tuple[list[Any], list[Any]]:
        if story not in known:
            known[story] = (heard(story, theirs), heard(story, ours))
        return known[story]

    return tell


def heard(story: Story, server: Server) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch, recorder(server.uri) as client:
        patch.setenv("MLFLOW_TRACKING_TOKEN", server.token or "")
        teller = by_client.Teller([], client)
        story(teller)
        return teller.told


@pytest.mark.parametrize("story", by_client.STORIES, ids=lambda story: story.__name__)
def test_the_client_is_answered_alike(
    story: Story, told: Callable[[Story], tuple[list[Any], list[Any]]]
) -> None:
    expected, found = (Names().alike(some) for some in told(story))
    unlike = list(differences(expected, found))
    assert not unlike, "\n".join(unlike)


def test_the_stories_call_every_method_of_the_client(
    told: Callable[[Story], tuple[list[Any], list[Any]]],
) -> None:
    called = {name for story in by_client.STORIES for one in told(story)[1] for name in one}
    methods = {
        name
        for name, _ in inspect.getmembers(MlflowClient, inspect.isfunction)
        if name[0] != "_" and not any(word in name for word in NOT_KEPT)
    }
    assert methods <= called


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
