"""A run that is started with MLflow's client in a kernel says which notebook and cell it is of."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

from lightflow_jlab.notebook.mlflow_context import NotebookContext

from .conftest import Notebook

CODE = """
import json
from lightflow_jlab.notebook.mlflow_context import NotebookContext
context = NotebookContext()
print(json.dumps(context.tags() if context.in_context() else None))
"""


def test_in_a_kernel_the_tags_name_notebook_and_cell(notebook: Notebook) -> None:
    executed = notebook.run(CODE, cell_id="cell-7")
    tags = json.loads(executed.stdout)
    assert tags["mlflow.source.type"] == "NOTEBOOK"
    assert tags["lightflow.cellId"] == "cell-7"
    assert tags["mlflow.source.name"].endswith(".ipynb")


def test_outside_of_a_kernel_mlflows_own_tags_stay() -> None:
    assert not NotebookContext().in_context()


def test_mlflow_finds_it_by_the_entry_point() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    value = "lightflow_jlab.notebook.mlflow_context:NotebookContext"
    assert f'[project.entry-points."mlflow.run_context_provider"]\nlightflow = "{value}"' in project
    entry = EntryPoint("lightflow", value, "mlflow.run_context_provider")
    assert entry.load() is NotebookContext
