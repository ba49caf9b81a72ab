"""A saved notebook is read where there is no kernel, no server and no network."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import lightflow_jlab
from tests.widgets.conftest import HOSTILE

CELLS = [
    "import lightflow_jlab as lf",
    "%%track first rate=0.25\nfor step in range(20):\n    lf.log({'loss': 1 / (1 + rate * step)})",
    "%%track second rate=0.75\nfor step in range(20):\n    lf.log({'loss': 1 / (1 + rate * step)})"
    "\nlf.log_text('much' * 9, 'notes.txt')",
    f"%%track hostile\nnote = {HOSTILE!r}",
    "lf.compare(['first', 'second'])",
    "lf.chart('loss', ['first', 'second'])",
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("study")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIGHTFLOW_TRACKING_URI", str(folder))
        patch.setenv("LIGHTFLOW_STATE_DIR", str(folder / "state"))
        patch.setenv("LIGHTFLOW_STRICT", "1")
        patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
        client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}})
        return client.execute()


def page_of(saved: Any, *cells: int) -> str:
    some = nbformat.v4.new_notebook(
        cells=[saved.cells[index] for index in cells], metadata=saved.metadata
    )
    return str(HTMLExporter(template_name="basic").from_notebook_node(some)[0])


def test_the_card_stays_with_params_metrics_and_picture(saved: Any) -> None:
    (output,) = saved.cells[1].outputs
    assert output.output_type == "display_data"
    page = page_of(saved, 1)
    assert "✓ first" in page and "finished" in page
    assert ">0.25<" in page and ">0.17391<" in page
    assert page.count("data:image/png;base64,") == 1


def test_the_comparison_stays_with_what_differs_and_picture(saved: Any) -> None:
    page = page_of(saved, 4)
    assert "first" in page and "second" in page
    assert ">0.25<" in page and ">0.75<" in page
    assert ">0.17391<" in page and ">0.065574 (−0.1083)<" in page
    assert ">notes.txt</td>" in page and ">36</td>" in page
    assert "Code: first → second\n" in html.unescape(re.sub(r"<[^>]+>", "\n", page))
    assert "−%%track first rate=0.25\n+%%track second rate=0.75" in html.unescape(page)
    assert page.count("data:image/png;base64,") == 1


def test_the_comparison_that_is_drawn_holds_the_same_facts(saved: Any) -> None:
    (output,) = saved.cells[4].outputs
    first, second = output.data["application/vnd.lightflow.view+json"]["runs"]
    assert (first["params"][0]["value"], second["params"][0]["value"]) == (0.25, 0.75)
    assert first["verdict"].startswith("Clean: it stood on 1 other cell")
    own, other = second["cells"]
    assert own["source"].startswith("%%track second")
    assert other["source"] == CELLS[0]
    assert first["packages"] == {}, "the same for both"


def test_the_chart_stays_as_a_picture(saved: Any) -> None:
    assert "data:image/png;base64," in page_of(saved, 5)


def test_nothing_is_fetched_and_nothing_a_user_wrote_is_markup(saved: Any) -> None:
    page = page_of(saved, 1, 3, 4, 5)
    assert "<img src=x" not in page
    assert "http" not in "".join(
        output.data.get("text/html", "") for cell in saved.cells for output in cell.outputs
    )


def test_what_a_widget_loads_is_small() -> None:
    static = Path(lightflow_jlab.__file__).parent / "static"
    packed = sum(len(gzip.compress(file.read_bytes())) for file in static.iterdir())
    assert 0 < packed <= 150_000
