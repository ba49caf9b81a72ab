"""Whatever is done, files are the owner's alone, and no secret is in any of them."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from lightflow_jlab.cli import main

from .conftest import TOKEN, Kernel, Server, wait_for

SECRETS = ("hunter2-password", "sk-canary-key-0123456789", "ghp-canary-of-git-012345", TOKEN)
CELL = f"""%%track story api_key={SECRETS[1]}
import lightflow_jlab as lf
password = "{SECRETS[0]}"
config = {{"lr": 0.1, "auth_token": "{SECRETS[1]}"}}
rate = 0.1
for step in range(5):
    lf.log_metric("loss", 1 / (step + 1))
lf.log_param("layers", 3)
lf.log_text("four", "notes/a.txt")
lf.log_dict({{"a": 1}}, "a.json")
print("done")
"""
FAILING = f"""%%track failing
secret = "{SECRETS[0]}"
1 / 0
"""


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let all that is started here make files that anybody may write, unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_after_a_story_of_everything_files_are_private_and_hold_no_secret(
    open_umask: None, root: Path, servers: Callable[[], Server], tmp_path: Path
) -> None:
    git = ["git", "-C", str(root)]
    remote = f"https://ada:{SECRETS[2]}@example.invalid/a.git"
    for words in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run([*git, *words], check=True)
    server = servers()
    kernel = server.kernel()
    _log(server, kernel)
    folder, exports = root / ".lightflow", tmp_path / "exports"
    exports.mkdir()
    for style in ("csv", "json", "parquet"):
        out = str(exports / f"runs.{style}")
        words = ["export", out, "--format", style, "--histories", "--store", str(root)]
        assert main(words) == 0
    assert main(["import", str(exports / "runs.csv"), "--store", str(tmp_path / "imported")]) == 0
    assert main(["merge", str(root), "--into", str(tmp_path / "merged")]) == 0
    _damage(folder)
    assert main(["sync", "--store", str(root)]) == 0
    assert (folder / "quarantine").is_dir()

    stores = [folder, tmp_path / "imported" / ".lightflow", tmp_path / "merged" / ".lightflow"]
    state = [place for place in (root.parent / "state",) if place.exists()]
    files = [path for place in (*stores, *state) for path in (place, *place.rglob("*"))]
    files += list(exports.iterdir())
    assert len(files) > 40
    wanted = {True: 0o700, False: 0o600}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == wanted[path.is_dir()], path
    for path in [file for file in files if file.is_file()]:
        content = unpacked(path)
        assert [secret for secret in SECRETS if secret.encode() in content] == [], path
    told = [line for line in server.log.read_text().splitlines() if "ightflow" in line]
    assert [line for line in told if any(secret in line for secret in SECRETS)] == []


def unpacked(path: Path) -> bytes:
    """Return what a file holds, also what is compressed in it."""
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()
    content = path.read_bytes()
    if path.name == "lightflow.db" and "quarantine" not in path.parts:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
            found = raw.execute("SELECT content, size_bytes FROM documents").fetchall()
        assert found or "imported" in path.parts
        for packed, size in found:
            content += zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
    return content


def _log(server: Server, kernel: Kernel) -> None:
    try:
        kernel.run("import lightflow_jlab")
        kernel.run(CELL)
        kernel.begin(FAILING)
        kernel.client.get_shell_msg(timeout=60)
        wait_for("both runs are in the store", lambda: len(_runs(server)) == 2)
        wait_for("both have ended", lambda: all(run["end_time"] for run in _runs(server)))
        run_id = _runs(server)[0]["run_id"]
        server.call("PATCH", f"lightflow/api/runs/{run_id}", {"note": "seen"})
        mlflow = "lightflow/mlflow/api/2.0/mlflow"
        made = server.call("POST", f"{mlflow}/runs/create", {"experiment_id": "0"})
        of_client = {"run_id": made["run"]["info"]["run_id"], "key": "loss", "value": 0.5}
        server.call("POST", f"{mlflow}/runs/log-metric", {**of_client, "timestamp": 1})
        server.call("DELETE", f"lightflow/api/runs/{run_id}")
        server.call("DELETE", "lightflow/api/trash")
    finally:
        kernel.close()
        server.end()


def _runs(server: Server) -> list[dict[str, str]]:
    found: list[dict[str, str]] = server.call("GET", "lightflow/api/runs")["runs"]
    return found


def _damage(folder: Path) -> None:
    database = folder / "lightflow.db"
    garbage = random.Random(1).randbytes(database.stat().st_size)
    with database.open("r+b") as file:
        file.write(garbage)
