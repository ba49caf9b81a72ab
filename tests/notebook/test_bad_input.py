"""Bad input from a notebook: it is told, and no cell is run half."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook


def test_a_store_that_cannot_be_meant_is_told_before_the_cell_runs(notebook: Notebook) -> None:
    notebook.run("%env LIGHTFLOW_TRACKING_URI=mysql://host/db")
    done = notebook.run("%%track\nprint('ran')")
    assert (done.status, done.stdout) == ("error", "")
    assert "'mysql://host/db' can't be used" in done.traceback
    assert "Expected a folder" in done.traceback
    assert "Traceback" not in done.traceback
    assert notebook.run("print('untracked cells run')").status == "ok"


def test_a_store_that_cannot_be_written_costs_one_warning(notebook: Notebook) -> None:
    (notebook.folder / "full").mkdir()
    (notebook.folder / "full" / ".lightflow").write_text("a file where the folder should be")
    notebook.run(f"%env LIGHTFLOW_TRACKING_URI={notebook.folder / 'full'}")
    cell = "%%track lr=0.1\nimport lightflow_jlab as lf\nlf.log({'loss': lr})\nprint('ran')"
    told = ""
    for _ in range(3):
        done = notebook.run(cell)
        assert (done.status, done.stdout) == ("ok", "ran\n")
        told += done.stderr
    assert told.count("LightflowWarning") == 1
    assert "kept in" in told
    assert list((notebook.folder / "state").rglob("*.lf"))


def test_a_metric_that_is_no_number_is_the_cells_error(notebook: Notebook) -> None:
    done = notebook.run("%%track\nimport lightflow_jlab as lf\nlf.log_metric('loss', 'low')")
    assert "'loss' was given 'low', which is not a number" in done.traceback
    assert notebook.last_run().error == (
        "InvalidTypeError",
        "The metric 'loss' was given 'low', which is not a number. "
        "Expected a number; log text with log_param or set_tag.",
    )


def test_nan_infinity_and_huge_values_are_no_obstacle(notebook: Notebook) -> None:
    done = notebook.run(
        "%%track\nimport lightflow_jlab as lf\nblob = 'x' * 10_000_000\nsmall = 1\n"
        "for value in (float('nan'), float('inf'), -float('inf')):\n"
        "    lf.log({'loss': value})\n"
        "diverged = small * float('nan')"
    )
    assert (done.status, done.stderr) == ("ok", "")
    run = notebook.last_run()
    assert run.params == {"small": 1}
    assert math.isnan(run.metrics["loss"][0])
    assert run.metrics["loss"][1:] == [math.inf, -math.inf]
    assert math.isnan(run.metrics["diverged"][0])


def test_a_name_that_is_not_utf8_is_kept_as_far_as_it_can_be(notebook: Notebook) -> None:
    notebook.run(
        "import lightflow_jlab as lf, os\n"
        "name = b'run-\\xff'.decode('utf-8', 'surrogateescape')\n"
        "os.environ['JPY_SESSION_NAME'] = f'/{name}.ipynb'"
    )
    done = notebook.run("%%track\nlf.log_param('file', name)\nlocal = name + ''")
    assert (done.status, done.stderr) == ("ok", "")
    run = notebook.last_run()
    assert (run.params, run.start.source_name) == ({"file": "run-?"}, "/run-?.ipynb")


def test_a_cell_of_megabytes_is_run_and_recorded(notebook: Notebook) -> None:
    done = notebook.run(f"%%track\ntext = '''{'x' * 6_000_000}'''\nprint(len(text))")
    assert (done.status, done.stdout, done.stderr) == ("ok", "6000000\n", "")
    assert notebook.last_run().status == "FINISHED"
