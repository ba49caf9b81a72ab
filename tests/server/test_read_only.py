"""A store on a disk that can't be written is shown as it is; commands are refused in words."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lightflow_jlab as lf

from .conftest import RUN, Lab
from .endpoints import BODIES, MADE, NOWHERE, READS, WRITES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bind mounts are Linux's")


@pytest.fixture
def mounted(folder: Path) -> Iterator[Path]:
    """Let nobody write the store, not even root."""
    subprocess.run(["mount", "--bind", folder, folder], capture_output=True)
    made = subprocess.run(
        ["mount", "-o", "remount,bind,ro", folder], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"mounting is not allowed here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def digests(folder: Path) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_it_is_browsed_refuses_commands_and_nothing_is_written(
    mounted: Path, lab: Lab
) -> None:
    before = digests(mounted)
    for read in READS:
        body = BODIES.get((read.method, read.path))
        answer = await lab.call(read.method, read.path, body=body)
        unknown = answer.status == 404 and (MADE in read.path or NOWHERE in read.path)
        assert answer.status == 200 or unknown, (read, answer)
    status = await lab.get("status")
    assert "is read-only: what it holds is shown" in status["warnings"][-1]
    for write in WRITES:
        if MADE in write.path:
            continue
        body = b"x" if write.method == "PUT" else BODIES.get((write.method, write.path))
        headers = {"Content-Type": "application/octet-stream"} if write.method == "PUT" else {}
        token = {"Authorization": f"token {lab.token}"}
        answer = await lab.call(write.method, write.path, body=body, headers=headers | token)
        assert (answer.status, answer.json["error_code"]) == (409, "STORE_READ_ONLY"), (
            write,
            answer,
        )
        assert "is read-only" in answer.json["message"]
    mlflow = "/mlflow/api/2.0/mlflow"
    found = await lab.call("GET", f"{mlflow}/runs/get", run_id=RUN)
    assert found.status == 200
    refused = await lab.call(
        "POST", f"{mlflow}/runs/set-tag", body={"run_id": RUN, "key": "a", "value": "b"}
    )
    assert (refused.status, refused.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert digests(mounted) == before


def test_it_is_read_from_python_and_recording_harms_nothing(mounted: Path) -> None:
    before = digests(mounted)
    lf.set_tracking_uri(mounted)
    assert list(lf.runs()["run_id"]) != []
    with lf.start_run():
        lf.log_metric("loss", 0.5)
    assert RUN in list(lf.runs()["run_id"])
    assert digests(mounted) == before
