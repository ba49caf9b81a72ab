"""Whatever fails in Lightflow, or interrupts it, the cell does what it does without us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

BODY = "import sys\nlr = 0.1\nx = lr * 2\nprint(x)\n_ = sys.stderr.write('w\\n')\nx + 1"
"""One write, since a warning of another thread may stand between the two of `print`."""

PLACES = [
    "lightflow_jlab.notebook.tracked_cell.start_run",
    "lightflow_jlab.notebook.tracked_cell.source_of",
    "lightflow_jlab.notebook.tracked_cell.current_store",
    "lightflow_jlab.notebook.cell_record.hide_secrets",
    "lightflow_jlab.notebook.cell_record.Surroundings",
    "lightflow_jlab.notebook.cell_record.FigureCapture",
    "lightflow_jlab.notebook.tracked_cell.LiveCard",
    "lightflow_jlab.notebook.tracked_cell.CellRecord",
    "lightflow_jlab.notebook.tracked_cell.OutcomeWatch",
    "lightflow_jlab.notebook.tracked_cell.TrackedCell.begin",
    "lightflow_jlab.notebook.tracked_cell.TrackedCell.finish",
    "lightflow_jlab.notebook.cell_record.automatic_values",
    "lightflow_jlab.notebook.cell_record.without_overwritten",
    "lightflow_jlab.notebook.surroundings.git_state",
    "lightflow_jlab.notebook.judgement.verdict_on",
    "lightflow_jlab.notebook.ledger.Ledger.add",
    "lightflow_jlab.notebook.ledger_log.LedgerLog.add",
    "lightflow_jlab.notebook.ledger_log.LedgerLog.begin",
    "lightflow_jlab.notebook.surroundings.environment_json",
    "lightflow_jlab.tracking.run.ActiveRun.log_document",
    "lightflow_jlab.tracking.run.ActiveRun.log_params",
    "lightflow_jlab.tracking.run.ActiveRun.log_metrics",
    "lightflow_jlab.tracking.run.ActiveRun.end",
    "lightflow_jlab.spool.writer.SpoolWriter.record",
]

BREAK = """
import importlib, os
os.environ["LIGHTFLOW_STRICT"] = "0"
import lightflow_jlab.notebook.tracked_cell
names = {place!r}.split(".")
for cut in range(len(names) - 1, 0, -1):
    try:
        owner = importlib.import_module(".".join(names[:cut]))
        break
    except ModuleNotFoundError:
        pass
for name in names[cut:-1]:
    owner = getattr(owner, name)
assert hasattr(owner, names[-1])
def broken(*args, **kwargs):
    raise {error}
setattr(owner, names[-1], broken)
"""


@pytest.mark.parametrize("place", PLACES)
def test_a_failing_place_leaves_the_cell_as_it_is(notebook: Notebook, place: str) -> None:
    plain = notebook.run(BODY)
    error = "OSError(28, 'No space left on device')"
    assert notebook.run(BREAK.format(place=place, error=error)).status == "ok"
    warnings = 0
    for _ in range(5):
        tracked = notebook.run(f"%%track\n{BODY}")
        assert (tracked.status, tracked.stdout) == (plain.status, plain.stdout)
        assert tracked.contents("execute_result")[0]["data"] == {"text/plain": "1.2"}
        assert "w\n" in tracked.stderr
        warnings += tracked.stderr.count("LightflowWarning")
    assert warnings <= 5
    assert notebook.run("1").types == ["status", "execute_input", "execute_result", "status"]


INTERRUPT = """
import importlib, os, signal
names = {place!r}.split(".")
owner = importlib.import_module(".".join(names[:4 if names[1] == "spool" else 3]))
for name in names[3:-1]:
    owner = getattr(owner, name)
whole = getattr(owner, names[-1])
def interrupted(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGINT)
    return whole(*args, **kwargs)
setattr(owner, names[-1], interrupted)
"""


@pytest.mark.parametrize(
    "place",
    [
        "lightflow_jlab.notebook.tracked_cell.source_of",
        "lightflow_jlab.notebook.tracked_cell.start_run",
        "lightflow_jlab.notebook.cell_record.hide_secrets",
        "lightflow_jlab.notebook.cell_record.FigureCapture",
    ],
)
def test_an_interrupt_while_the_run_starts_reaches_the_cell(notebook: Notebook, place: str) -> None:
    notebook.run("import lightflow_jlab.notebook.tracked_cell")
    assert notebook.run(INTERRUPT.format(place=place)).status == "ok"
    done = notebook.run("%%track lr=1\nimport time\nwhile True:\n    time.sleep(20)")
    assert done.contents("error")[0]["ename"] == "KeyboardInterrupt"
    (run,) = notebook.runs()
    assert (run.status, run.params) == ("KILLED", {"lr": 1})


@pytest.mark.parametrize(
    "place",
    [
        "lightflow_jlab.notebook.cell_record.automatic_values",
        "lightflow_jlab.notebook.cell_record.without_overwritten",
        "lightflow_jlab.tracking.run.ActiveRun.end",
    ],
)
def test_an_interrupt_while_the_run_ends_comes_too_late(notebook: Notebook, place: str) -> None:
    notebook.run("import lightflow_jlab.notebook.tracked_cell")
    assert notebook.run(INTERRUPT.format(place=place)).status == "ok"
    assert notebook.run("%%track\nlr = 0.5\nprint(lr)").status == "ok"
    (run,) = notebook.runs()
    assert (run.status, run.params) == ("FINISHED", {"lr": 0.5})
    assert run.documents["stdout"] == "0.5\n"
    assert notebook.run("'alive'").status == "ok"
