"""Notebook, cell and git state for runs that are started with MLflow's client in a kernel.

MLflow finds this by the entry point `mlflow.run_context_provider`, asks `in_context`, and adds the
`tags` to the run. Nothing of MLflow is imported: it asks for no base class.
"""

from __future__ import annotations

import sys
from typing import Any

from lightflow_jlab.config.destinations import project_folder
from lightflow_jlab.notebook.place import cell_id_of, notebook_path
from lightflow_jlab.tracking.fluent import current_store
from lightflow_jlab.tracking.git import git_state

CELL_TAG = "lightflow.cellId"


class NotebookContext:
    def in_context(self) -> bool:
        return _shell() is not None

    def tags(self) -> dict[str, str]:
        shell, root = _shell(), project_folder(current_store())
        tags = {
            "mlflow.source.type": "NOTEBOOK",
            "mlflow.source.name": notebook_path(shell.user_ns, root),
            CELL_TAG: cell_id_of(shell, None),
        }
        state = git_state(root)
        if state is not None:
            tags["mlflow.source.git.commit"] = state.commit
            tags["mlflow.source.git.branch"] = state.branch or ""
            tags["mlflow.source.git.repoURL"] = state.remote or ""
        return {key: value for key, value in tags.items() if value}


def _shell() -> Any:
    """Return the kernel's shell, None outside of a kernel."""
    core = sys.modules.get("IPython.core.getipython")
    shell = core.get_ipython() if core is not None else None
    return shell if hasattr(shell, "kernel") else None
