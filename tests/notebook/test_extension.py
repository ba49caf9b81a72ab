"""Loading leaves a shell as it was once it is taken back; loading again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

SNAPSHOT = """
def snapshot():
    ip = get_ipython()
    return (
        list(ip.input_transformers_cleanup),
        list(ip.input_transformers_post),
        {event: list(callbacks) for event, callbacks in ip.events.callbacks.items()},
        {kind: set(names) for kind, names in ip.magics_manager.magics.items()},
        set(ip.magics_manager.registry),
        list(ip.display_pub._hooks),
    )
loaded = snapshot()
get_ipython().run_line_magic("unload_ext", "lightflow_jlab")
bare = snapshot()
"""


def value(notebook: Notebook, expression: str) -> str:
    done = notebook.run(expression)
    return str(done.contents("execute_result")[0]["data"]["text/plain"])


def test_what_was_loaded_is_taken_out_whole(notebook: Notebook) -> None:
    assert notebook.run(SNAPSHOT).status == "ok"
    assert value(notebook, "loaded != bare") == "True"
    notebook.run("%load_ext lightflow_jlab")
    notebook.run("%%track\n1")
    notebook.run("%unload_ext lightflow_jlab")
    assert value(notebook, "snapshot() == bare") == "True"
    assert value(notebook, "any('lightflow' in repr(part) for part in bare)") == "False"


def test_loading_twice_is_loading_once(notebook: Notebook) -> None:
    notebook.run(SNAPSHOT)
    notebook.run(
        "%load_ext lightflow_jlab\nfrom lightflow_jlab.notebook import extension\n"
        "once = snapshot()\nextension.load(get_ipython())"
    )
    assert value(notebook, "snapshot() == once") == "True"
    notebook.run("%%track\n1")
    assert len(notebook.runs()) == 1


def test_a_magic_of_the_same_name_comes_back(notebook: Notebook) -> None:
    notebook.run("%unload_ext lightflow_jlab")
    notebook.run(
        "from IPython.core.magic import register_line_magic\n@register_line_magic\n"
        "def runs(line): return 'mine'"
    )
    notebook.run("%load_ext lightflow_jlab")
    notebook.run("%unload_ext lightflow_jlab")
    assert value(notebook, "%runs") == "'mine'"


def test_reloading_leaves_it_loaded_once(notebook: Notebook) -> None:
    assert notebook.run("%reload_ext lightflow_jlab").status == "ok"
    assert notebook.run("%%track\n1").status == "ok"
    assert [run.status for run in notebook.runs()] == ["FINISHED"]
