"""Files of runs and models, by way of the proxy."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import FILES, PAGES, outcome, place_of, run_in, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def artifacts_come_and_go(server: Server) -> Any:
    number, run = run_in(server, "artifacts")
    root = f"{FILES}/{number}/{run}/artifacts"
    files = {
        "notes.txt": b"first line\n",
        "empty.bin": b"",
        "plots/a b+c.png": b"\x89PNG" * 1000,
        "plots/deep/été.json": b"{}",
    }
    for path, data in files.items():
        yield outcome(server.call("PUT", f"{root}/{path}", data or b""))
    yield outcome(server.call("PUT", f"{root}/notes.txt", b"second"))
    for path in ("", "plots", "plots/deep", "nowhere", "notes.txt"):
        where = f"{number}/{run}/artifacts/{path}".rstrip("/")
        yield path, server.get(FILES, path=where)
        yield path, server.get("artifacts/list", run_id=run, path=path)
    yield server.get("artifacts/list", run_uuid=run)
    for path in files:
        status, body = server.call("GET", f"{root}/{path}")
        yield status, str(body)
    yield server.call("GET", f"{root}/nowhere.txt")[0]
    yield outcome(server.call("DELETE", f"{root}/plots/deep/été.json"))
    yield server.get(FILES, path=f"{number}/{run}/artifacts/plots")["files"][0]
    for path in ("..", "../..", "a/../../b", "/etc", "%2e%2e", "%252e%252e/x", "plots/../../x"):
        if path[0] != "/":
            where = f"{number}/{run}/artifacts/{path}"
            yield path, outcome(server.call("GET", FILES, path=where))
        yield path, outcome(server.call("GET", "artifacts/list", run_id=run, path=path))
    yield outcome(server.call("GET", "artifacts/list"))


@scenario
def files_come_in_parts(server: Server) -> Any:
    """To a cloud's object store only; a client that hears no sends its file whole."""
    number, run = run_in(server, "parts")
    path = f"{number}/{run}/artifacts/big"
    for verb, body in (
        ("create", {"path": path, "num_parts": 2}),
        ("complete", {"path": path, "upload_id": "u", "parts": []}),
        ("abort", {"path": path, "upload_id": "u"}),
    ):
        where = f"/api/2.0/mlflow-artifacts/mpu/{verb}/{path}"
        yield verb, outcome(server.call("POST", where, body))
    yield outcome(server.call("GET", f"/api/2.0/mlflow-artifacts/presigned/{path}"))


@scenario
def a_logged_model_has_files(server: Server) -> Any:
    number, run = run_in(server, "model files")
    made = server.post("logged-models", experiment_id=number, name="net", source_run_id=run)
    info = made["model"]["info"]
    for path in ("MLmodel", "data/weights.bin", "data/deep/a b.txt"):
        yield outcome(server.call("PUT", f"{place_of(info['artifact_uri'])}/{path}", b"12345"))
    folder = f"{PAGES}/logged-models/{info['model_id']}/artifacts/directories"
    for query in (
        {},
        {"artifact_directory_path": "data"},
        {"artifact_directory_path": "data/deep"},
        {"artifact_directory_path": "nowhere"},
        {"artifact_directory_path": "../.."},
        {"artifact_directory_path": "%2e%2e/x"},
        {"artifact_directory_path": "/etc"},
    ):
        yield query, outcome(server.call("GET", folder, **query))
    nobody = f"{PAGES}/logged-models/m-{'0' * 32}/artifacts/directories"
    yield outcome(server.call("GET", nobody))
    yield server.call("GET", f"{place_of(info['artifact_uri'])}/data/weights.bin")[0]
