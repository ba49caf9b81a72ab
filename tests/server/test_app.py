"""The extension shares its store with its kernels, imports unasked, and ends in order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lightflow_jlab import _jupyter_server_extension_points
from lightflow_jlab.importer import Importer
from lightflow_jlab.server.app import LightflowApp
from lightflow_jlab.store import Store

from .conftest import Lab


def test_jupyter_finds_the_extension() -> None:
    assert _jupyter_server_extension_points() == [
        {"module": "lightflow_jlab.server.app", "app": LightflowApp}
    ]


async def test_kernels_are_told_the_servers_store(lab: Lab, folder: Path) -> None:
    assert os.environ["LIGHTFLOW_TRACKING_URI"] == str(folder)
    await lab.app.extension_manager.stop_all_extensions()
    assert "LIGHTFLOW_TRACKING_URI" not in os.environ


@pytest.fixture
def chosen_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_URI", str(tmp_path / "chosen"))
    return tmp_path / "chosen" / ".lightflow"


async def test_a_store_that_the_user_chose_is_served(chosen_store: Path, lab: Lab) -> None:
    assert (await lab.service.store()).folder == chosen_store
    await lab.app.extension_manager.stop_all_extensions()
    assert os.environ["LIGHTFLOW_TRACKING_URI"] == str(chosen_store.parent)


async def test_the_import_begins_before_anybody_looks(lab: Lab, folder: Path) -> None:
    service = lab.service
    await service.store()
    assert service._importer is not None


async def test_the_lease_is_free_after_the_stop(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    await lab.app.extension_manager.stop_all_extensions()
    store = Store.open(folder)
    importer = Importer.acquire(store)
    assert importer is not None
    importer.release()
    store.close()


async def test_a_store_that_can_not_be_opened_is_told_in_words(
    lab: Lab, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        from lightflow_jlab.errors import StoreTooNewError

        raise StoreTooNewError("Upgrade Lightflow.")

    await lab.service.close()
    service = type(lab.service)(folder)
    monkeypatch.setattr(lab.service, "store", service.store)
    monkeypatch.setattr(Store, "open", refuse)
    answer = await lab.call("GET", "status")
    assert answer.status == 503
    assert answer.json == {"error_code": "STORE_TOO_NEW", "message": "Upgrade Lightflow."}
    await service.close()
