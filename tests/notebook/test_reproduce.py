"""Runs of a real notebook had again in a fresh kernel, and written down as notebook and script."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import psutil
import pytest

import lightflow_jlab as lf
from lightflow_jlab.cli.main import main
from lightflow_jlab.reproduction.comparison import is_within
from lightflow_jlab.store import Store

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

ROOT = str(Path(__file__).resolve().parents[2])
FIT = """%%track fit -e digits rate=0.5
import math
values = [n * rate for _ in range(2)]
lf.log({"score": sum(values), "gap": math.nan})
"""


@pytest.fixture
def study(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """A notebook of three cells, executed from top to bottom."""
    for name, value in (("PYTHONPATH", ROOT), ("IPYTHONDIR", str(notebook.folder / "ipython"))):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(notebook.folder)
    lf.set_tracking_uri(notebook.folder)
    notebook.run("import lightflow_jlab as lf", cell_id="a")
    notebook.run("n = 1", cell_id="b")
    notebook.run("n += 1", cell_id="c")
    notebook.run(FIT, cell_id="fit")
    return notebook


def test_a_clean_run_is_had_again_and_a_dirty_one_not(
    study: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = study.judged_run().start.run_id
    study.run("n += 1", cell_id="c")
    study.run(FIT, cell_id="fit")
    dirty = study.judged_run().start.run_id
    assert lf.reproduce(clean)
    again = lf.reproduce(dirty)
    assert not again
    assert str(again).splitlines()[:3] == [
        "✖ fit: differs, 1 of 2 metrics as they were.",
        "score was 3 and is now 2 (-1).",
        "Cell [6] “n += 1” ran 2 times, each on what the last had left.",
    ]
    assert main(["reproduce", dirty, "--tolerance", "score=0.5", "--store", str(study.folder)]) == 0
    assert "✔ fit: reproduced, 2 of 2" in capsys.readouterr().out

    store = Store.open(study.store)
    marks = [store.run(run).tags["lightflow.reproduction"] for run in (clean, dirty)]
    assert marks == ["reproduced", "reproduced"]
    kept = json.loads(store.document(clean, "reproduction").text)
    child = store.run(kept["child_run_id"])
    assert (child.parent_run_id, child.run_name, child.attempt) == (clean, "fit", 0)
    assert [(param.key, param.value) for param in child.params] == [("rate", 0.5)]
    assert kept["environment"] == []
    assert store.run(clean).attempt == 1
    store.close()


def test_an_interrupt_ends_the_fresh_kernel_and_leaves_no_mark(study: Notebook) -> None:
    pid_file = study.folder / "pid"
    study.run(
        "import os, time\n"
        "if 'LIGHTFLOW_REPRODUCES' in os.environ:\n"
        f"    open({str(pid_file)!r}, 'w').write(f'{{os.getpid()}}.')\n"
        "    time.sleep(600)\n"
        "slow = 1",
        cell_id="slow",
    )
    study.run("%%track\nlf.log({'score': slow})", cell_id="fit")
    run_id = study.judged_run().start.run_id

    def kernel_when_busy() -> int:
        while not (pid_file.exists() and (text := pid_file.read_text()).endswith(".")):
            time.sleep(0.05)
        pid_file.unlink()
        return int(text[:-1])

    asked = study.send(f"lf.reproduce({run_id!r})")
    kernel = kernel_when_busy()
    study.manager.interrupt_kernel()
    done = study.receive(asked)
    assert done.contents("error")[0]["ename"] == "KeyboardInterrupt"
    assert "cell 1 of 3" in done.stderr
    assert not psutil.pid_exists(kernel)

    command = [sys.executable, "-m", "lightflow_jlab", "reproduce", run_id]
    with subprocess.Popen(
        [*command, "--store", str(study.folder)], stderr=subprocess.PIPE, text=True
    ) as process:
        kernel = kernel_when_busy()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert told.endswith("jupyter lightflow: interrupted\n")
    assert not psutil.pid_exists(kernel)
    store = Store.open(study.store)
    assert "lightflow.reproduction" not in store.run(run_id).tags
    store.close()


def test_a_run_is_written_as_a_notebook_and_as_a_script(study: Notebook) -> None:
    study.run("%%track tuned -t stage=draft\n%matplotlib inline\nbest = n * 10", cell_id="d")
    run_id = study.judged_run().start.run_id
    notebook = lf.write_reproduction(run_id, study.folder / "again.ipynb")
    cells = nbformat.read(notebook, 4).cells
    assert [cell.source.splitlines()[0] for cell in cells[1:]] == [
        "%load_ext lightflow_jlab",
        "n = 1",
        "n += 1",
        "%%track tuned -t stage=draft",
    ]
    with pytest.raises(lf.ConflictError, match="there already"):
        lf.write_reproduction(run_id, notebook)
    with pytest.raises(lf.InvalidValueError, match=r"ends in \.ipynb or \.py"):
        lf.write_reproduction(run_id, "again.txt")

    script = study.folder / "again.py"
    assert main(["reproduce", run_id, "--write", str(script), "--store", str(study.folder)]) == 0
    assert "# get_ipython().run_line_magic('matplotlib', 'inline')" in script.read_text("utf-8")
    environment = {**os.environ, "LIGHTFLOW_TRACKING_URI": str(study.folder)}
    subprocess.run([sys.executable, str(script)], check=True, env=environment)
    assert (study.last_run().start.run_name, study.last_run().status) == ("tuned", "FINISHED")
    assert study.last_run().tags["stage"] == "draft"


def test_cells_that_go_on_with_another_run_leave_it_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", ROOT)
    lf.set_tracking_uri(tmp_path)
    with lf.start_run() as other:
        lf.log_metric("loss", 1)
    lf.runs()
    go_on = f"with lf.start_run(run_id='{other.info.run_id}'): lf.log_metric('loss', 2)\n"
    environment = {
        **os.environ,
        "LIGHTFLOW_REPRODUCES": "ab" * 16,
        "LIGHTFLOW_TRACKING_URI": str(tmp_path),
    }
    code = f"import lightflow_jlab as lf\n{go_on}{go_on}"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert lf.metric_history(other.info.run_id, "loss")["value"].tolist() == [1]
    (made,) = [run for run in lf.runs()["run_id"] if run != other.info.run_id]
    assert lf.metric_history(made, "loss")["value"].tolist() == [2, 2]


def test_nan_is_nan_and_a_tolerance_is_relative() -> None:
    nan, infinite = float("nan"), float("inf")
    assert is_within(nan, nan, 0.0)
    assert is_within(infinite, infinite, 0.0)
    assert is_within(1e9, 1e9 + 1, 1e-6)
    assert not is_within(1.0, nan, infinite)
    assert not is_within(0.0, 1e-9, 1e-5)
    assert is_within(0.0, 5.0, infinite)
