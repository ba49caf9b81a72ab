"""No request names a place outside of a run's artifacts, and no link leads out of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from lightflow_jlab.config.locations import artifact_folder, state_folder
from lightflow_jlab.errors import LightflowError, NotFoundError
from lightflow_jlab.store import artifact_files
from lightflow_jlab.store.artifact_files import open_artifact

from .conftest import RUN, Lab
from .reaching import INSTALLED, reached

SECRET = b"the canary's secret"

HOSTILE = [
    "..",
    "../canary.txt",
    "../../../../../../../../etc/passwd",
    "plots/../../../../canary.txt",
    "./notes.txt",
    "plots//x",
    "/etc/passwd",
    "//host/share",
    "\\\\host\\share",
    "..\\canary.txt",
    "C:\\Windows\\win.ini",
    "C:canary.txt",
    "file:///etc/passwd",
    "http://127.0.0.1/x",
    "s3://bucket/x",
    "simplecache::file:///etc/passwd",
    "zip://x.txt::file:///etc/passwd",
    "a\0b",
    "notes.txt\0.png",
    "line\nbreak",
    "%2e%2e/canary.txt",
    "..%2fcanary.txt",
    "..%5ccanary.txt",
    "a" * 2_000,
    "é" * 200,
    "?",
    "*",
    "~/../x:y",
    "",
]


def spellings(text: str) -> Iterator[str]:
    """Return `text` percent-encoded once to four times, the dots too."""
    for dots in (False, True):
        encoded = text
        for _ in range(4):
            encoded = quote(encoded, safe="")
            yield encoded.replace(".", "%2E") if dots else encoded


def addresses() -> Iterator[str]:
    for text in HOSTILE:
        for spelled in dict.fromkeys([*spellings(text), quote(text, safe="/")]):
            if spelled:
                yield f"runs/{RUN}/artifacts/content/{spelled}"
                yield f"runs/{RUN}/artifacts/preview/{spelled}"
                yield f"runs/{spelled}"
                yield f"runs/{spelled}/artifacts"
                yield f"runs/{spelled}/artifacts/content/notes.txt"
                yield f"runs/{RUN}/documents/{spelled}"
                yield f"experiments/{spelled}"
        if text:
            yield f"runs/{RUN}/artifacts?" + urlencode({"path": text})
            yield f"runs/{RUN}/artifacts/archive?" + urlencode({"path": text})
        yield "series?" + urlencode({"run_id": text, "key": "loss"})
        if text:
            yield "runs?" + urlencode({"run_id": text})
            yield "runs?" + urlencode({"experiment_id": text})
            yield "runs/keys?" + urlencode({"experiment_id": text})

    for key in ("", "..", "../x", "/x", "x/", "a//b", "a\\b", "a\0b", "%2e%2e", "x?y"):
        yield "series?" + urlencode({"run_id": RUN, "key": key})


async def test_no_hostile_name_reaches_a_file(lab: Lab, folder: Path, tmp_path: Path) -> None:
    (folder / "canary.txt").write_bytes(SECRET)
    # The store is opened, which asks what kind of file system it is on.
    await lab.get("status")
    with reached() as found:
        for address in addresses():
            answer = await lab.call("GET", address)
            assert answer.status in (400, 404), (address, answer)
            assert set(answer.json) == {"error_code", "message"}, address
            assert SECRET not in answer.body
    assert found.outside(folder, state_folder(), *INSTALLED) == []
    assert not [path for path in found.paths if "canary" in path]


@pytest.fixture(params=["by handles", "by names"])
def artifacts(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a run's artifact folder, for both ways of opening files."""
    ways = {
        "by handles": artifact_files.open_below_by_handles,
        "by names": artifact_files.open_below_by_names,
    }
    monkeypatch.setattr(artifact_files, "_open_below", ways[request.param])
    (tmp_path / "secret.txt").write_bytes(SECRET)
    folder = artifact_folder(tmp_path / "store", RUN)
    folder.mkdir(parents=True)
    return folder


def read(folder: Path, path: str) -> bytes:
    with open_artifact(folder.parents[2], RUN, path) as file:
        return file.read()


def test_a_file_is_read(artifacts: Path) -> None:
    (artifacts / "plots").mkdir()
    (artifacts / "plots" / "a.txt").write_bytes(b"fine")
    assert read(artifacts, "plots/a.txt") == b"fine"


@pytest.mark.parametrize("path", [text for text in HOSTILE if text])
def test_a_hostile_path_is_refused_before_the_disk_is_asked(artifacts: Path, path: str) -> None:
    with pytest.raises(LightflowError):
        read(artifacts, path)


PLANTS: dict[str, Callable[[Path], object]] = {
    "a link to a file outside": lambda f: (f / "x").symlink_to(f.parents[3] / "secret.txt"),
    "a link to a file within": lambda f: ((f / "y").touch(), (f / "x").symlink_to("y")),
    "a link to itself": lambda f: (f / "x").symlink_to("x"),
    "a folder": lambda f: (f / "x").mkdir(),
    "a pipe": lambda f: os.mkfifo(f / "x"),
    "nothing": lambda f: None,
}


@pytest.mark.parametrize("plant", PLANTS)
def test_only_plain_files_are_opened(artifacts: Path, plant: str) -> None:
    PLANTS[plant](artifacts)
    with pytest.raises(NotFoundError, match="'x' is not there as a file"):
        read(artifacts, "x")


def test_a_linked_folder_is_not_entered(artifacts: Path) -> None:
    (artifacts / "out").symlink_to(artifacts.parents[3])
    with pytest.raises(NotFoundError):
        read(artifacts, "out/secret.txt")


def test_a_run_whose_folder_is_a_link_has_no_artifacts(artifacts: Path) -> None:
    elsewhere = artifacts.parents[3] / "elsewhere"
    artifacts.rename(elsewhere)
    (elsewhere / "a.txt").write_bytes(SECRET)
    artifacts.symlink_to(elsewhere)
    with pytest.raises(NotFoundError):
        read(artifacts, "a.txt")


def test_a_folder_that_is_swapped_for_a_link_during_reads_leads_nowhere(artifacts: Path) -> None:
    plots, aside = artifacts / "plots", artifacts / "aside"
    plots.mkdir()
    (plots / "secret.txt").write_bytes(b"fine")
    outside = artifacts.parents[3]
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            plots.rename(aside)
            plots.symlink_to(outside)
            plots.unlink()
            aside.rename(plots)

    swapper = threading.Thread(target=swap)
    swapper.start()
    found = set()
    for _ in range(1_000):
        try:
            found.add(read(artifacts, "plots/secret.txt"))
        except NotFoundError:
            found.add(b"refused")
    ended.set()
    swapper.join(10)
    assert found <= {b"fine", b"refused"}
