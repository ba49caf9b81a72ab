"""Files of MLflow's clients go into the store's own folders, and nowhere else."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lightflow_jlab.config.locations import state_folder

from .conftest import OTHER_RUN, RUN, Lab
from .reaching import INSTALLED, reached
from .test_access import Refuser, content

API = "/mlflow/api/2.0/mlflow"
FILES = "/mlflow/api/2.0/mlflow-artifacts/artifacts"
PARTS = "/mlflow/api/2.0/mlflow-artifacts/mpu"
PRESIGNED = "/mlflow/api/2.0/mlflow-artifacts/presigned"
ROOT = f"{FILES}/1/{RUN}/artifacts"

TRICKS = [
    "..",
    "../up.txt",
    "../../../../up.txt",
    "a/../../up.txt",
    "%2e%2e/up.txt",
    "%252e%252e/up.txt",
    "%25252e%25252e%25252fup.txt",
    "%2525252e%2525252e/up.txt",
    "..;/up.txt",
    "a/..;/../up.txt",
    "..%00/up.txt",
    "\\\\host\\share\\up.txt",
    "%5c%5chost%5cshare",
    "C:\\up.txt",
    "/%2fetc/passwd",
    "s3://bucket/up.txt",
    "file:up.txt",
    "a/%2e/b",
    "a/b%2f..%2f..%2fup.txt",
    "..%2fup.txt",
    "..%5cup.txt",
    "a\\..\\up.txt",
    "C:/up.txt",
    "c:up.txt",
    "//host/share",
    "/etc/passwd",
    "file:///etc/passwd",
    "zip::file:///etc/passwd",
    "a//b",
    "./a",
    "nul%00.txt",
    "a%0ab",
    "x" * 256,
]
OWNERS = [
    "",
    "1",
    f"1/{RUN}",
    f"1/{RUN}/elsewhere/a.txt",
    f"1/../1/{RUN}/artifacts/a.txt",
    f"x/{RUN}/artifacts/a.txt",
    "1/traces/artifacts/a.txt",
    f"1/models/m-{RUN[:-1]}/artifacts/a.txt",
    f"1/models/../{RUN}/artifacts/a.txt",
    "lightflow.db",
    "spool/a.txt",
]


SOURCES = [
    "/etc/passwd",
    "file:///etc",
    "s3://bucket/model",
    "http://169.254.169.254/latest",
    "mlflow-artifacts://host/1/x",
    f"mlflow-artifacts:/1/{RUN}/artifacts/../../../x",
    f"mlflow-artifacts:/1/{OTHER_RUN}/artifacts/model",
    f"runs:/{OTHER_RUN}/model",
    f"runs:/{RUN}/../x",
    "models:/m-" + "0" * 32,
    "dbfs:/x",
    "",
]


async def put(lab: Lab, path: str, data: bytes = b"data", **headers: str) -> Any:
    token = {"Authorization": f"token {lab.token}", "Content-Type": "text/plain"}
    return await lab.call("PUT", path, data, {**token, **headers})


def everything(folder: Path) -> list[str]:
    """Return what lies in and beside a store."""
    return content(folder) + sorted(str(path) for path in folder.parent.iterdir())


async def test_a_file_that_is_sent_is_shown_in_the_sidebar(lab: Lab, folder: Path) -> None:
    assert (await put(lab, f"{ROOT}/plots/new%20one.txt", b"new")).status == 200
    listed = await lab.get(f"runs/{RUN}/artifacts", path="plots")
    assert "plots/new one.txt" in [one["path"] for one in listed["artifacts"]]
    answer = await lab.call("GET", f"runs/{RUN}/artifacts/content/plots/new%20one.txt")
    assert (answer.status, answer.body) == (200, b"new")
    file = folder / "artifacts" / RUN[:2] / RUN / "plots" / "new one.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_file_that_a_kernel_kept_is_fetched_by_clients(lab: Lab) -> None:
    answer = await lab.call("GET", f"{ROOT}/notes.txt")
    assert (answer.status, answer.body) == (200, b"first line\n")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_no_path_leads_out_of_a_runs_or_models_folder(lab: Lab, folder: Path) -> None:
    made = await lab.call("POST", f"{API}/logged-models", {"experiment_id": "1", "name": "net"})
    model = made.json["model"]["info"]["model_id"]
    before = everything(folder)
    with reached() as found:
        for trick in TRICKS:
            for answer in [await one for one in tried(lab, model, trick)]:
                assert answer.status in (400, 404, 501), (trick, answer)
                assert b"root:" not in answer.body
    assert everything(folder) == before
    assert found.outside(folder, state_folder(), *INSTALLED) == []


def tried(lab: Lab, model: str, path: str) -> Iterator[Any]:
    """Yield each request that takes a path below a run or a model."""
    yield lab.call("GET", f"{API}/artifacts/list", run_id=RUN, path=path)
    directories = f"{API}/logged-models/{model}/artifacts/directories"
    yield lab.call("GET", directories, artifact_directory_path=path)
    for owner in (f"1/{RUN}/artifacts", f"1/models/{model}/artifacts"):
        where = f"{owner}/{path}"
        yield put(lab, f"{FILES}/{where}")
        yield lab.call("GET", f"{FILES}/{where}")
        yield lab.call("DELETE", f"{FILES}/{where}")
        yield lab.call("GET", FILES, path=where)
        yield lab.call("POST", f"{PARTS}/create/{where}", {"path": where, "num_parts": 1})
        yield lab.call("GET", f"{PRESIGNED}/{where}")


async def test_only_runs_and_models_have_files(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = everything(folder)
    for owner in OWNERS:
        for method in ("PUT", "GET", "DELETE"):
            answer = await lab.call(method, f"{FILES}/{owner}", b"x" if method == "PUT" else None)
            assert answer.status in (400, 404, 405), (method, owner, answer)
    assert everything(folder) == before


async def test_a_run_that_is_not_there_gets_no_files(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = everything(folder)
    answer = await put(lab, f"{FILES}/1/{'0' * 32}/artifacts/a.txt")
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert everything(folder) == before


async def test_links_lead_nowhere(lab: Lab, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    own = folder / "artifacts" / RUN[:2] / RUN
    os.symlink(outside, own / "link")
    os.symlink(outside / "secret.txt", own / "secret.txt")
    assert (await put(lab, f"{ROOT}/link/new.txt")).status == 400
    assert (await lab.call("GET", f"{ROOT}/link/secret.txt")).status == 404
    assert (await lab.call("GET", f"{ROOT}/secret.txt")).status == 404
    assert (await put(lab, f"{ROOT}/secret.txt", b"mine")).status == 200
    assert (outside / "secret.txt").read_text() == "secret"
    assert sorted(path.name for path in outside.iterdir()) == ["secret.txt"]


async def test_a_folder_is_removed_with_all_in_it_but_not_through_links(
    lab: Lab, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    own = folder / "artifacts" / RUN[:2] / RUN
    os.symlink(outside, own / "plots" / "link")
    assert (await lab.call("DELETE", f"{ROOT}/plots")).status == 200
    assert not (own / "plots").exists()
    assert (outside / "kept.txt").exists()
    listed = await lab.get(f"runs/{RUN}/artifacts")
    assert "plots" not in [one["path"] for one in listed["artifacts"]]


async def test_a_large_file_is_taken_in_pieces(lab: Lab) -> None:
    data = os.urandom(1024) * 20_000
    assert (await put(lab, f"{ROOT}/large.bin", data)).status == 200
    answer = await lab.call("GET", f"{ROOT}/large.bin")
    assert answer.body == data
    assert not [*(lab.service.folder / "incoming").iterdir()]


async def test_a_file_that_is_cut_off_leaves_nothing(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = everything(folder)
    _, sending = await asyncio.open_connection("127.0.0.1", lab.port)
    path = f"{lab.app.base_url}lightflow{ROOT}/cut.bin"
    head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\nContent-Length: 1000000\r\n"
    sending.write(f"{head}Authorization: token {lab.token}\r\n\r\n".encode() + b"x" * 500_000)
    incoming = folder / "incoming"
    while not incoming.exists() or not any(file.stat().st_size for file in incoming.iterdir()):
        await asyncio.sleep(0.01)
    sending.close()
    while [*incoming.iterdir()]:
        await asyncio.sleep(0.01)
    incoming.rmdir()
    assert everything(folder) == before


@pytest.mark.parametrize("server_settings", [{"authorizer_class": Refuser}])
async def test_who_may_not_write_sends_nothing(lab: Lab, folder: Path) -> None:
    answer = await put(lab, f"{ROOT}/a.txt")
    assert (answer.status, answer.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert not (folder / "incoming").exists()


async def test_a_version_names_no_place_but_its_own_runs(lab: Lab, folder: Path) -> None:
    await lab.call("POST", f"{API}/registered-models/create", {"name": "net"})
    before = content(folder)
    for source in SOURCES:
        body = {"name": "net", "source": source, "run_id": RUN}
        answer = await lab.call("POST", f"{API}/model-versions/create", body)
        assert answer.status == 400, (source, answer)
        assert answer.json["error_code"] == "INVALID_PARAMETER_VALUE"
    body = {"name": "net", "source": "models:/nobody/1"}
    answer = await lab.call("POST", f"{API}/model-versions/create", body)
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert content(folder) == before
