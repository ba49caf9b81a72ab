"""A plan as a notebook that anybody can run."""

from __future__ import annotations

from typing import Any

from lightflow_jlab.reproduction.plan import LOADING_CELL, Plan


def notebook_text(plan: Plan) -> str:
    """Return the notebook file's text."""
    import nbformat

    library: Any = nbformat
    new = library.v4
    head = f"# {plan.run.run_name}\n\nThe cells that the run `{plan.run.run_id}` stood on."
    if plan.notes:
        head += "\n\nWhat they are not enough for:\n\n" + "\n".join(f"* {n}" for n in plan.notes)
    sources = [LOADING_CELL, *(cell.source for cell in plan.cells)]
    metadata = {"kernelspec": {"name": plan.kernel_name or "python3", "display_name": "Python 3"}}
    notebook = new.new_notebook(
        cells=[new.new_markdown_cell(head), *map(new.new_code_cell, sources)], metadata=metadata
    )
    return f"{library.writes(notebook)}\n"
