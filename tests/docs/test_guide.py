"""The guide tells of everything there is, and its Python is run."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lightflow_jlab as lf
from lightflow_jlab.cli.main import build_parser
from lightflow_jlab.notebook.extension import MAGICS
from lightflow_jlab.notebook.track_line import FLAGS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
PAGES = [ROOT / "README.md", *sorted(GUIDE.glob("*.md"))]
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def commands_of(parser: argparse.ArgumentParser, words: str) -> Iterator[str]:
    """Yield each whole command, such as `jupyter lightflow runs list`."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        yield words
    for action in below:
        for name, inner in action.choices.items():
            yield from commands_of(inner, f"{words} {name}")


def settings() -> list[str]:
    schemas = [json.loads(file.read_text("utf-8")) for file in (ROOT / "schema").glob("*.json")]
    return [key for schema in schemas for key in schema.get("properties", {})]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("track.md", [f"`{flag}" for flag in FLAGS]),
        ("track.md", [f"%{name}" for names in MAGICS.values() for name in names]),
        ("sidebar.md", [f"`{key}`" for key in settings()]),
        ("cli.md", [f"`{command}" for command in commands_of(build_parser(), "jupyter lightflow")]),
    ],
    ids=["options of the line", "magics", "settings", "commands"],
)
def test_each_is_told_of(page: str, words: list[str]) -> None:
    text = (GUIDE / page).read_text("utf-8")
    assert [word for word in words if word not in text] == []


def test_each_public_name_is_told_of() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES)
    names = [name for name in lf.__all__ if not re.search(rf"\blf\.{name}\b", text)]
    assert names == []


def test_each_promise_names_tests_that_there_are() -> None:
    page = (GUIDE / "reliability.md").read_text("utf-8")
    rows = re.findall(r"^\| (R\d+): .*? \| (.*) \|$", page, re.MULTILINE)
    assert [row for row, _ in rows] == sorted({row for row, _ in rows}, key=lambda r: int(r[1:]))
    files = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "ui-tests" / "tests").glob("*.spec.js")]
    sources = "".join(file.read_text("utf-8") for file in files)
    known = {*re.findall(r"def (test_\w+)\(", sources), *re.findall(r"test\('(.+?)'", sources)}
    named = {row: re.findall(r"`(.+?)`", tests) for row, tests in rows}
    assert [row for row, tests in named.items() if not tests] == []
    assert [name for names in named.values() for name in names if name not in known] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if _PYTHON.search(page.read_text("utf-8"))],
    ids=lambda page: page.stem,
)
def test_its_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_URI", str(tmp_path))
    monkeypatch.setenv("LIGHTFLOW_STRICT", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cells = [nbformat.v4.new_code_cell(code) for code in _PYTHON.findall(page.read_text("utf-8"))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    warned = [
        output.text
        for cell in notebook.cells
        for output in cell.outputs
        if output.get("name") == "stderr" and "Warning" in output.text
    ]
    assert warned == []


def test_each_picture_is_shown_somewhere() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in _LINK.findall(page.read_text("utf-8"))
        if link.endswith(".png")
    }
    assert shown == set((ROOT / "docs" / "images").glob("*.png"))
