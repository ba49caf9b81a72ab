"""`%%track` in a real kernel: what runs is the cell itself, and it is recorded."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.store import RunQuery

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

pytestmark = pytest.mark.timeout(120)


def test_a_tracked_cell_is_a_run(notebook: Notebook) -> None:
    code = '%%track baseline -e digits -t team=vision -n "a *note*" lr=0.1\nprint(lr)\n'
    done = notebook.run(code)
    assert (done.status, done.stdout) == ("ok", "0.1\n")
    run = notebook.last_run()
    assert (run.status, run.error) == ("FINISHED", None)
    assert (run.start.run_name, run.start.experiment_name) == ("baseline", "digits")
    assert run.start.source_type == "NOTEBOOK"
    assert (run.start.source_name, run.start.cell_id) == ("study/first.ipynb", "cell-1")
    assert run.params == {"lr": 0.1}
    assert run.automatic == set()
    assert run.tags["team"] == "vision"
    assert run.tags["mlflow.note.content"] == "a *note*"
    assert run.tags["lightflow.execution_count"] == "2"
    assert run.documents["source"] == code
    assert run.documents["stdout"] == "0.1\n"
    assert "stderr" not in run.documents


def test_running_a_cell_again_is_another_run(notebook: Notebook) -> None:
    for lr in (0.1, 0.2):
        assert notebook.run(f"%%track lr={lr}\n1").status == "ok"
    first, second = notebook.runs()
    assert (first.params, second.params) == ({"lr": 0.1}, {"lr": 0.2})
    assert (first.start.cell_id, second.start.cell_id) == ("cell-1", "cell-1")
    assert second.start.parent_run_id is None


def test_the_store_counts_the_attempts_of_a_cell(notebook: Notebook) -> None:
    for cell_id in ("cell-1", "cell-2", "cell-1", "cell-1"):
        notebook.run("%%track\n1", cell_id=cell_id)
    with closing(catch_up(notebook.store)) as store:
        runs = store.runs(RunQuery(order_by=["start_time ASC"])).runs
    assert [(run.cell_id, run.attempt) for run in runs] == [
        ("cell-1", 1),
        ("cell-2", 1),
        ("cell-1", 2),
        ("cell-1", 3),
    ]


def test_cells_without_the_line_are_no_runs(notebook: Notebook) -> None:
    assert notebook.run("text = '''\n%%track\n'''").status == "ok"
    assert notebook.run("1 + 1").status == "ok"
    assert notebook.runs() == []


def test_silent_and_unnumbered_executions_are_no_runs(notebook: Notebook) -> None:
    assert notebook.run("%%track\n1", silent=True).status == "ok"
    assert notebook.run("%%track a=2\nassert a == 2", store_history=False).status == "ok"
    assert notebook.runs() == []


@pytest.mark.parametrize(
    "body",
    [
        "1 + 1",
        "print('a'); 2",
        "import asyncio\nawait asyncio.sleep(0)\n3",
        "%time 1 + 1\n4",
        "!echo hello",
        "x = !echo hello\nx",
        "%%time\n1 + 1",
        "\n\n%%capture out\nprint(1)",
        "from IPython.display import display\ndisplay('shown')",
        "import sys; print('warned', file=sys.stderr)",
        "def f():\n    raise ValueError('no')\n\nf()",
        "1 +",
        "pwd",
        "",
        "# only a comment",
        "    x = 1\n    x",
    ],
)
def test_a_tracked_cell_does_what_the_untracked_one_does(
    shared_notebook: Notebook, body: str
) -> None:
    notebook, runs_before = shared_notebook, len(shared_notebook.runs())
    plain = notebook.run(body)
    tracked = notebook.run(f"%%track --quiet\n{body}")
    assert tracked.types == (plain.types if body else ["status", "execute_input", "status"])
    assert tracked.status == plain.status
    assert tracked.contents("execute_result") == [
        content | {"execution_count": content["execution_count"] + 1}
        for content in plain.contents("execute_result")
    ]
    if "%time" not in body:
        assert (tracked.stdout, tracked.stderr) == (plain.stdout, plain.stderr)
    assert len(notebook.runs()) == runs_before + 1


def test_line_numbers_are_those_of_the_cell_as_seen(notebook: Notebook) -> None:
    body = "x = 1\n\n\ndef f():\n    raise ValueError('no')\nf()"
    comment = notebook.run(f"# untracked\n{body}")
    tracked = notebook.run(f"%%track\n{body}")
    plain_text = _without_colours(comment.traceback).replace("# untracked", "# %%track")
    plain_text = plain_text.replace("Cell In[2]", "Cell In[3]").replace("In[2]", "In[3]")
    assert _without_colours(tracked.traceback) == plain_text
    assert "line 6" in plain_text or "----> 6" in plain_text


def test_execution_counts_grow_by_one(notebook: Notebook) -> None:
    counts = [
        notebook.run(code).reply["execution_count"]
        for code in ("1", "%%track\n1", "%%track\nawait __import__('asyncio').sleep(0)", "1")
    ]
    assert counts == [2, 3, 4, 5]


def test_cells_in_the_queue_are_runs_one_after_the_other(notebook: Notebook) -> None:
    sent = [notebook.send(f"%%track n{i} i={i}\ni", cell_id=f"cell-{i}") for i in range(4)]
    for message_id in sent:
        assert notebook.receive(message_id).status == "ok"
    assert [(run.start.run_name, run.start.cell_id, run.status) for run in notebook.runs()] == [
        (f"n{i}", f"cell-{i}", "FINISHED") for i in range(4)
    ]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("raise ValueError('no')", "FAILED", ("ValueError", "no")),
        (
            "import asyncio\nawait asyncio.sleep(0)\n1/0",
            "FAILED",
            ("ZeroDivisionError", "division by zero"),
        ),
        ("x = = 1", "FAILED", ("SyntaxError", None)),
        ("import sys; sys.exit()", "FINISHED", None),
        ("import sys; sys.exit(3)", "FAILED", ("SystemExit", "3")),
        ("raise KeyboardInterrupt", "KILLED", ("KeyboardInterrupt", "")),
        ("import asyncio\nraise asyncio.CancelledError", "FAILED", ("CancelledError", "")),
        ("%%time\n1/0", "FAILED", ("ZeroDivisionError", "division by zero")),
    ],
)
def test_a_run_ends_as_its_cell_does(
    shared_notebook: Notebook, body: str, status: str, error: tuple[str, str | None] | None
) -> None:
    shared_notebook.run(f"%%track\n{body}")
    run = shared_notebook.last_run()
    assert run.status == status
    if error is None or run.error is None:
        assert run.error == error
    else:
        assert run.error[0] == error[0]
        assert error[1] is None or run.error[1] == error[1]


@pytest.mark.parametrize(
    "body",
    [
        "import time\nprint('on', flush=True)\nwhile True: time.sleep(0.01)",
        "import asyncio\nprint('on', flush=True)\nwhile True: await asyncio.sleep(0.01)",
    ],
)
def test_an_interrupted_cell_is_killed(notebook: Notebook, body: str) -> None:
    def interrupt_when_on(message: dict[str, object]) -> None:
        if message["msg_type"] == "stream":
            notebook.manager.interrupt_kernel()

    done = notebook.receive(notebook.send(f"%%track lr=0.5\n{body}"), interrupt_when_on)
    assert done.status == "error"
    run = notebook.last_run()
    assert (run.status, run.params) == ("KILLED", {"lr": 0.5})
    assert run.error is not None and run.error[0] == "KeyboardInterrupt"
    assert notebook.run("1").status == "ok"


def test_a_line_that_cannot_be_read_runs_nothing(notebook: Notebook) -> None:
    done = notebook.run("%%track --experimnt digits\nprint('ran')")
    assert (done.status, done.stdout, done.stderr) == ("error", "", "")
    assert done.types == ["status", "execute_input", "error", "status"]
    assert done.contents("error")[0]["ename"] == "TrackLineError"
    assert "'--experimnt' is no flag" in done.traceback
    assert "Did you mean --experiment?" in done.traceback
    assert "The cell was not run" in done.traceback
    assert notebook.runs() == []


def test_variables_become_params_and_metrics(notebook: Notebook) -> None:
    code = """%%track depth=3
lr = 0.1
layers = [64, 32]
api_key = "sk-123"
total = 0
for i in range(depth):
    total += i
accuracy = lr * 5
import lightflow_jlab as lf
lf.log_metric("loss", 0.5)
loss = lf.active_run() and 0.25 * 2
"""
    assert notebook.run(code).status == "ok"
    run = notebook.last_run()
    assert run.params == {"depth": 3, "lr": 0.1, "layers": "[64, 32]"}
    assert run.metrics == {"loss": [0.5], "total": [3.0], "accuracy": [0.5]}
    assert run.automatic == {"lr", "layers", "total", "accuracy"}


def test_variables_are_left_alone_on_request(notebook: Notebook) -> None:
    assert notebook.run("%%track --no-params a=1\nlr = 0.1\nb = a + 1").status == "ok"
    run = notebook.last_run()
    assert (run.params, run.metrics) == ({"a": 1}, {})


def test_variables_are_left_alone_by_setting(notebook: Notebook) -> None:
    notebook.run("%env LIGHTFLOW_AUTO_PARAMS=off")
    assert notebook.run("%%track a=1\nlr = 0.1\nb = a + 1").status == "ok"
    run = notebook.last_run()
    assert (run.params, run.metrics) == ({"a": 1}, {})


def test_nothing_is_captured_on_request(notebook: Notebook) -> None:
    assert notebook.run("%%track --no-capture\nprint(1)").status == "ok"
    assert notebook.last_run().documents == {}


def test_figures_shown_are_artifacts(notebook: Notebook) -> None:
    body = """%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
figure = plt.figure()
plt.plot([2, 1])
plt.close(figure)
figure
"""
    plain = notebook.run(body)
    done = notebook.run(f"%%track\n{body}")
    assert "display_data" in done.types and "execute_result" in done.types
    assert done.types_beside_the_card == plain.types
    run = notebook.last_run()
    assert run.artifacts == ["figures/01.png", "figures/02.png"]
    folder = notebook.store / "artifacts" / run.start.run_id[:2] / run.start.run_id
    assert (folder / "figures" / "01.png").read_bytes().startswith(b"\x89PNG")


def test_output_is_kept_even_of_other_processes(notebook: Notebook) -> None:
    notebook.run("print('before')")
    notebook.run(
        "%%track\nimport sys\nprint('a')\n!echo b\nprint('c', file=sys.stderr)\n"
        "print('10%\\r20%\\rdone')"
    )
    notebook.run("print('after')")
    documents = notebook.last_run().documents
    assert documents["stdout"].replace("\r\n", "\n") == "a\nb\ndone\n"
    assert documents["stderr"] == "c\n"


def test_environment_and_git_are_kept(notebook: Notebook) -> None:
    notebook.run(
        "!git init -q -b main . && git -c user.name=A -c user.email=a@b.c commit -q "
        "--allow-empty -m First"
    )
    notebook.run("%%track\nimport time; time.sleep(0.2)")
    documents = notebook.last_run().documents
    git = json.loads(documents["git"])
    assert (git["branch"], git["dirty"], len(git["commit"])) == ("main", False, 40)
    assert notebook.last_run().tags["mlflow.source.git.commit"] == git["commit"]
    assert "msgspec" in json.loads(documents["environment"])["packages"]


def test_a_cell_that_ends_its_own_run_is_left_so(notebook: Notebook) -> None:
    code = "%%track\nimport lightflow_jlab as lf\nlf.end_run('KILLED')\nx = 1"
    assert notebook.run(code).status == "ok"
    assert [run.status for run in notebook.runs()] == ["KILLED"]
    assert notebook.run("lf.active_run() is None").contents("execute_result")[0]["data"] == {
        "text/plain": "True"
    }


def test_runs_left_open_below_end_with_the_cell(notebook: Notebook) -> None:
    notebook.run(
        "%%track parent\nimport lightflow_jlab as lf\n"
        "lf.start_run(run_name='child', nested=True)\n1/0"
    )
    parent, child = notebook.runs()
    assert (parent.status, child.status) == ("FAILED", "FAILED")
    assert child.start.parent_run_id == parent.start.run_id


def test_a_run_goes_on_in_another_cell(notebook: Notebook) -> None:
    notebook.run("%%track first\nimport lightflow_jlab as lf\nlf.log_metric('loss', 1.0)")
    assert notebook.run("%%track --resume last\nlf.log_metric('loss', 0.5)").status == "ok"
    (run,) = notebook.runs()
    assert (run.status, run.metrics) == ("FINISHED", {"loss": [1.0, 0.5]})


def test_nothing_to_resume_is_said_before_the_cell_runs(notebook: Notebook) -> None:
    done = notebook.run("%%track --resume last\nprint('ran')")
    assert (done.status, done.stdout) == ("error", "")
    assert "has recorded no run yet" in done.traceback
    assert notebook.runs() == []


def test_an_unknown_run_to_resume_is_said_before_the_cell_runs(notebook: Notebook) -> None:
    done = notebook.run(f"%%track --resume {'ab' * 16}\nprint('ran')")
    assert (done.status, done.stdout) == ("error", "")
    assert "has no such run" in done.traceback
    assert notebook.runs() == []


def test_runs_are_shown_by_a_line_magic(notebook: Notebook) -> None:
    notebook.run("%%track first lr=0.1\n1")
    notebook.run("%%track second lr=0.2\n1")
    shown = notebook.run("frame = %runs params.lr > 0.15\nlist(frame['tags.mlflow.runName'])")
    assert shown.contents("execute_result")[0]["data"] == {"text/plain": "['second']"}


def test_what_changed_is_told_by_a_line_magic(notebook: Notebook) -> None:
    for rate in (0.5, 0.25):
        notebook.run(f"%%track rate={rate}\nloss = rate * 2", cell_id="cell-3")
    told = notebook.run("%changed").contents("execute_result")[0]["data"]["text/plain"]
    assert told.startswith("Since attempt 1: loss 1 → 0.5 (-0.5, better); rate 0.5 → 0.25; lines")


def test_comparing_nothing_is_explained(notebook: Notebook) -> None:
    assert "no run is named" in notebook.run("%compare").traceback


def test_unloading_takes_everything_out(notebook: Notebook) -> None:
    assert notebook.run("%unload_ext lightflow_jlab").status == "ok"
    done = notebook.run("%%track\n1")
    assert (done.status, notebook.runs()) == ("error", [])
    assert "Cell magic `%%track` not found" in done.stderr
    assert notebook.run("%load_ext lightflow_jlab").status == "ok"
    assert notebook.run("%%track\n1").status == "ok"
    assert len(notebook.runs()) == 1


def test_importing_is_loading(notebook: Notebook) -> None:
    notebook.run(
        "%unload_ext lightflow_jlab\nimport sys\n"
        "for name in [name for name in sys.modules if name.startswith('lightflow_jlab')]:\n"
        "    del sys.modules[name]"
    )
    notebook.run("import lightflow_jlab as lf")
    assert notebook.run("%%track\n1").status == "ok"
    assert len(notebook.runs()) == 1


def test_help_tells_of_the_line(notebook: Notebook) -> None:
    (payload,) = notebook.run("%%track?").reply["payload"]
    assert "--resume ID|last" in payload["data"]["text/plain"]
    assert notebook.runs() == []


def test_a_cell_is_complete_as_it_is_without_us(notebook: Notebook) -> None:
    notebook.client.is_complete("%%track --nonsense\nx = 1\n\n")
    reply = notebook.client.get_shell_msg(timeout=30)
    assert reply["content"]["status"] == "complete"


def _without_colours(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)
