"""A plan as a plain Python script: no IPython, the run started and ended by calls."""

from __future__ import annotations

import ast

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.notebook.track_line import TrackLine
from lightflow_jlab.notebook.transformer import body_of, track_line_of
from lightflow_jlab.reproduction.plan import Plan

_ONLY_IN_IPYTHON = "get_ipython()"


def script_text(plan: Plan) -> str:
    """Return the script, one `# %%` block for each cell; IPython's own lines are comments in it.

    Raises
    ------
    InvalidValueError
        A cell awaits at its top level, which a script can't.
    """
    parts = [
        f'"""The cells that the run {plan.run.run_id} stood on."""\n',
        "import lightflow_jlab as lf\n",
    ]
    for cell in plan.cells:
        parts.append(f"# %% Cell [{cell.execution_count}]\n{_block(cell.source)}")
    return "\n".join(parts)


def _block(source: str) -> str:
    line = track_line_of(source)
    code = _plain(body_of(source).strip("\n"))
    if line is None:
        return f"{code}\n"
    return "\n".join([*_beginning(line), code, "lf.end_run()", ""])


def _beginning(line: TrackLine) -> list[str]:
    given = {
        "run_name": line.name,
        "experiment_name": line.experiment,
        "tags": line.tags or None,
        "description": line.note,
    }
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
    lines = [f"{name} = {value!r}" for name, value in line.values.items()]
    lines.append(f"lf.start_run({arguments})")
    if line.values:
        names = ", ".join(f"{name!r}: {name}" for name in line.values)
        lines.append(f"lf.log_params({{{names}}})")
    return lines


def _plain(code: str) -> str:
    """Return code without what only IPython understands; such statements become comments."""
    from IPython.core.inputtransformer2 import TransformerManager

    manager: type = TransformerManager
    python = manager().transform_cell(code).rstrip("\n")
    try:
        module = ast.parse(python)
        compile(python, "cell", "exec")
    except SyntaxError as error:
        raise InvalidValueError(
            f"A cell can't stand in a script: {error.msg} ({(error.text or '').strip()!r}). "
            "Write it as a notebook."
        ) from None
    lines = python.splitlines()
    for statement in reversed(module.body):
        first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
        if _ONLY_IN_IPYTHON in (ast.get_source_segment(python, statement) or ""):
            lines[first:last] = [f"# {line}" for line in lines[first:last]]
    return "\n".join(lines)
