"""Files are previewed by what they hold, as far as it is safe and useful."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest
from tornado.web import HTTPError

from lightflow_jlab.contract.contents import Artifact, ArtifactPreview
from lightflow_jlab.server.byte_range import byte_range
from lightflow_jlab.server.preview import MAX_TEXT_BYTES, preview


def shown(path: str, data: bytes, media_type: str = "") -> ArtifactPreview:
    artifact = Artifact(path, False, len(data), media_type)
    return preview(artifact, io.BytesIO(data), len(data))


def test_text_is_shown_as_it_is() -> None:
    assert shown("notes.md", b"# Hi\n", "text/markdown") == ArtifactPreview(
        "notes.md", "markdown", "text/markdown", 5, "# Hi\n", [], [], False, None
    )


def test_long_text_is_cut_between_characters() -> None:
    data = b"a" + "é".encode() * MAX_TEXT_BYTES
    found = shown("long.txt", data)
    assert (found.kind, found.truncated, found.size_bytes) == ("text", True, len(data))
    assert found.text == "a" + "é" * ((MAX_TEXT_BYTES - 1) // 2)


@pytest.mark.parametrize("data", [b"\x00\x01", b"\xff\xfe", "é".encode()[:1], b"MZ\x90\x00"])
def test_what_is_no_text_is_not_shown_as_text(data: bytes) -> None:
    assert shown("model.txt", data).kind == "none"


def test_a_csv_file_is_a_table() -> None:
    found = shown("a.csv", b'\xef\xbb\xbfname,"a, b"\r\nx,"1\n2"\r\n\r\ny,\r\n', "text/csv")
    assert (found.kind, found.columns, found.truncated) == ("table", ["name", "a, b"], False)
    assert found.rows == [["x", "1\n2"], ["y", ""]]


def test_a_long_table_shows_its_first_200_rows() -> None:
    found = shown("a.tsv", b"x\ty\n" + b"1\t2\n" * 300)
    assert (found.columns, len(found.rows), found.truncated) == (["x", "y"], 200, True)
    assert not shown("a.csv", b"x\n" + b"1\n" * 200).truncated


def test_a_table_cut_by_the_limit_shows_whole_rows() -> None:
    row = b"1," + b"x" * 5_000 + b"\n"
    found = shown("a.csv", b"a,b\n" + row * 100)
    assert found.truncated
    assert {len(row) for row in found.rows} == {2}
    assert {len(row[1]) for row in found.rows} == {5_000}


def test_a_csv_file_that_csv_can_not_read_is_text() -> None:
    assert shown("a.csv", b"a" * 200_000).kind == "text"


def test_json_is_indented() -> None:
    assert shown("a.json", '{"b":[1,"é"]}'.encode()).text == '{\n  "b": [\n    1,\n    "é"\n  ]\n}'


def test_a_table_kept_as_json_is_a_table() -> None:
    data = json.dumps({"columns": ["x", "y"], "data": [[1, None], [2, "b"]]}).encode()
    found = shown("table.json", data)
    assert (found.kind, found.columns, found.rows) == ("table", ["x", "y"], [[1, None], [2, "b"]])


@pytest.mark.parametrize("data", [b"{", b"[" * 100_000, b"1" * 100_000])
def test_json_that_can_not_be_read_is_text(data: bytes) -> None:
    found = shown("a.json", data)
    assert (found.kind, found.text) == ("text", data.decode())


@pytest.mark.parametrize(
    ("path", "media_type"), [("a.PNG", "image/png"), ("b/c.svg", "image/svg+xml")]
)
def test_a_picture_is_fetched_apart(path: str, media_type: str) -> None:
    found = shown(path, b"<svg onload=alert(1)>", "text/html")
    assert (found.kind, found.media_type, found.text) == ("image", media_type, "")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-99", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        (None, None),
        ("bytes=-", None),
        ("bytes=4-2", None),
        ("bytes=0-1,4-5", None),
        ("lines=1-2", None),
        ("bytes=٣-", None),
    ],
)
def test_a_range_is_what_the_header_asks_for(header: str | None, expected: object) -> None:
    assert byte_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_outside_of_the_file_is_refused(header: str) -> None:
    with pytest.raises(HTTPError) as refused:
        byte_range(header, 10)
    assert refused.value.status_code == 416


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.html", "html"), ("b.ipynb", "notebook"), ("c.pdf", "pdf"), ("d.log", "text")],
)
def test_what_is_shown_in_its_own_way_is_named(name: str, kind: str) -> None:
    assert shown(name, b"{}").kind == kind


def test_the_pages_of_a_csv_file_are_all_its_rows() -> None:
    lines = [f'{row},"é\n{row}"\r\n' for row in range(450)]
    data = ("\ufeffa,b\r\n" + "".join(lines)).encode()
    artifact = Artifact("a.csv", False, len(data), "")
    rows: list[list[str]] = []
    start: int | None = 0
    while start is not None:
        page = preview(artifact, io.BytesIO(data), len(data), start)
        assert page.columns == (["a", "b"] if start == 0 else [])
        rows += page.rows
        start = page.next_start
    assert rows == [[str(row), f"é\n{row}"] for row in range(450)]


def test_the_pages_of_a_parquet_file_are_all_its_rows() -> None:
    buffer = io.BytesIO()
    frame = pd.DataFrame({"n": range(450), "x": [float("nan")] * 450, "d": [b"\x00"] * 450})
    frame.to_parquet(buffer, row_group_size=130)
    data = buffer.getvalue()
    artifact = Artifact("t.parquet", False, len(data), "")
    rows: list[list[object]] = []
    start: int | None = 0
    while start is not None:
        page = preview(artifact, io.BytesIO(data), len(data), start)
        assert page.columns == ["n", "x", "d"]
        rows += page.rows
        start = page.next_start
    assert [row[0] for row in rows] == list(range(450))
    json.dumps(rows, allow_nan=False)


def test_a_broken_parquet_file_is_not_shown() -> None:
    assert shown("t.parquet", b"PAR1 and nothing else PAR1").kind == "none"
