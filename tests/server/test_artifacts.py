"""Artifacts reach the browser whole, and inert."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import pytest

from lightflow_jlab.config.locations import artifact_folder

from .conftest import ARTIFACTS, RUN, Lab

CONTENT = f"runs/{RUN}/artifacts/content"


@pytest.mark.parametrize("path", ARTIFACTS)
async def test_a_file_is_sent_as_it_is_and_never_as_a_page(lab: Lab, path: str) -> None:
    answer = await lab.call("GET", f"{CONTENT}/{quote(path)}")
    assert (answer.status, answer.body) == (200, ARTIFACTS[path])
    headers = answer.headers
    pictures = {"png": "image/png", "svg": "image/svg+xml"}
    kind = pictures.get(path.rsplit(".", 1)[-1], "application/octet-stream")
    assert headers["Content-Type"] == kind
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "server_settings",
    [{"tornado_settings": {"headers": {"Content-Security-Policy": "frame-ancestors *"}}}],
)
async def test_a_policy_for_the_whole_server_does_not_open_the_sandbox(lab: Lab) -> None:
    answer = await lab.call("GET", f"{CONTENT}/report.html")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


async def test_a_name_with_any_characters_survives_the_download(lab: Lab) -> None:
    path = next(path for path in ARTIFACTS if path.endswith(".svg"))
    answer = await lab.call("GET", f"{CONTENT}/{quote(path)}")
    name = quote(path.rsplit("/", 1)[-1], safe="")
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{name}")


async def test_a_large_file_is_sent_in_parts_that_fit_together(lab: Lab) -> None:
    path = f"{CONTENT}/notes.txt"
    whole = ARTIFACTS["notes.txt"]
    token = {"Authorization": f"token {lab.token}"}
    parts = [
        await lab.call("GET", path, headers={**token, "Range": f"bytes={start}-{end}"})
        for start, end in ((0, 4), (5, 99))
    ]
    assert [part.status for part in parts] == [206, 206]
    assert b"".join(part.body for part in parts) == whole
    assert parts[0].headers["Content-Range"] == f"bytes 0-4/{len(whole)}"

    beyond = await lab.call("GET", path, headers={**token, "Range": "bytes=99-"})
    assert (beyond.status, beyond.json["error_code"]) == (416, "RANGE_NOT_SATISFIABLE")


async def test_another_site_can_not_embed_a_file(lab: Lab) -> None:
    login = await lab.call("GET", "status")
    cookies = [cookie.partition(";")[0] for cookie in login.headers.get_list("Set-Cookie")]
    cookie = {"Cookie": "; ".join(cookies)}
    own = f"http://127.0.0.1:{lab.port}/lab"
    for referer, status in ((own, 200), ("https://evil.example/", 403)):
        headers = {**cookie, "Referer": referer}
        assert (await lab.call("GET", f"{CONTENT}/notes.txt", headers=headers)).status == status


async def test_a_file_that_was_removed_is_told(lab: Lab, folder) -> None:
    (file,) = folder.rglob("notes.txt")
    file.unlink()
    answer = await lab.call("GET", f"{CONTENT}/notes.txt")
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


async def test_a_preview_shows_a_table_and_only_names_a_picture(lab: Lab) -> None:
    preview = f"runs/{RUN}/artifacts/preview"
    table = await lab.get(f"{preview}/tables/scores.csv")
    assert (table["kind"], table["columns"]) == ("table", ["name", "score"])
    assert table["rows"] == [["ada", "1"], ["grace", "2"]]
    picture = await lab.get(f"{preview}/plots/confusion%20matrix.png")
    assert (picture["kind"], picture["text"]) == ("image", "")
    page = await lab.get(f"{preview}/report.html")
    assert (page["kind"], page["text"]) == ("html", "<script>alert(1)</script>")


async def test_the_files_of_all_folders_come_in_one_answer(lab: Lab) -> None:
    answer = await lab.call("GET", f"runs/{RUN}/artifacts?files=all")
    listed = json.loads(answer.body)["artifacts"]
    assert [one["path"] for one in listed] == sorted(ARTIFACTS)
    assert not any(one["is_dir"] for one in listed)


def files_of(zipped: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("below", ["", "plots"])
async def test_all_files_of_a_run_or_a_folder_are_sent_as_a_zip(lab: Lab, below: str) -> None:
    answer = await lab.call("GET", f"runs/{RUN}/artifacts/archive?path={below}")
    assert answer.headers["Content-Type"] == "application/zip"
    assert f'filename="{below or RUN}.zip"' in answer.headers["Content-Disposition"]
    expected = {path: data for path, data in ARTIFACTS.items() if path.startswith(below)}
    assert files_of(answer.body) == expected


async def test_a_zip_holds_no_file_that_a_link_stands_for_and_names_it(
    lab: Lab, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("outside")
    place = artifact_folder(lab.service.folder, RUN) / "notes.txt"
    place.unlink()
    place.symlink_to(secret)
    files = files_of((await lab.call("GET", f"runs/{RUN}/artifacts/archive")).body)
    assert "notes.txt" not in files
    assert files["files-not-found.txt"] == b"notes.txt\n"
    assert len(files) == len(ARTIFACTS)
