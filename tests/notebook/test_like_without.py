"""A kernel with the extension answers as one without it: the same messages in the same order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notebook.conftest import Executed, Notebook, open_notebook

Story = list[tuple[str, Any]]
"""Each message's type and what it says, less what differs from kernel to kernel anyway."""

_OF_ITS_OWN = [
    (re.compile(r"ipykernel_\d+[/\\\\]+\d+"), "ipykernel_N"),
    (re.compile(r"0x[0-9a-f]+"), "0xN"),
    (re.compile(r"Tip: [^\"]*"), "tip"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "uuid"),
    (re.compile(r"(CPU times|Wall time): [^\"]*"), "time"),
]
CELLS = {
    "a result": "1 + 1",
    "output": "import sys\nprint('out')\nprint('err', file=sys.stderr)\n'done'",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "await in a loop": "async def f():\n    return 3\n[await f() for _ in range(2)]",
    "an error": "1/0",
    "a syntax error": "a b",
    "an error in a function": "def f(x):\n    return x.y\nf(1)",
    "a display and its update": "h = display({'a': 1}, display_id='d')\nh.update({'a': 2})",
    "cleared output": (
        "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)"
    ),
    "a shell line": "!echo shell",
    "a timed cell": "%%time\nsum(range(10))",
    "captured": "%%capture seen\nprint('hidden')",
    "help": "print?",
    "the next input": "get_ipython().set_next_input('next')",
    "a system exit": "import sys\nsys.exit(3)",
    "a thread": (
        "import threading\nt = threading.Thread(target=print, args=('thread',))\n"
        "t.start(); t.join()"
    ),
    "history": "In[-2][:3], Out.get(1), _i[:5]",
    "an empty cell": "",
    "a blank cell": "\n  \n",
}
QUESTIONS = {
    "complete_request": {"code": "import o", "cursor_pos": 8},
    "inspect_request": {"code": "len", "cursor_pos": 3, "detail_level": 0},
    "is_complete_request": {"code": "for x in y:"},
    "history_request": {
        "hist_access_type": "tail",
        "n": 3,
        "output": False,
        "raw": True,
        "unique": False,
    },
    "comm_info_request": {},
    "kernel_info_request": {},
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Notebook, Notebook]]:
    """A kernel without the extension, and one with it, in which no run is tracked."""
    opened = [open_notebook(tmp_path_factory.mktemp(name)) for name in ("without", "loaded")]
    try:
        for notebook, first in zip(opened, ("pass", "%load_ext lightflow_jlab"), strict=True):
            assert notebook.run(first).status == "ok"
            # Else jedi names only as many types as it finds in a part of a second.
            notebook.run("get_ipython().Completer.jedi_compute_type_timeout = 30_000")
        yield opened[0], opened[1]
    finally:
        for notebook in opened:
            notebook.close()


def told(done: Executed, kind: str = "execute_reply") -> Story:
    messages = [(message["msg_type"], message["content"]) for message in done.messages]
    return joined([*messages, (kind, done.reply)])


def joined(story: Story) -> Story:
    """Join what is printed in a row: into how many messages it is cut is a matter of time."""
    whole: Story = []
    for name, content in story:
        before, printed = whole[-1] if whole else ("", {})
        if name == before == "stream" and content["name"] == printed["name"]:
            whole[-1] = (name, content | {"text": printed["text"] + content["text"]})
        else:
            whole.append((name, content))
    return [(name, plain(content)) for name, content in whole]


def plain(content: Any) -> Any:
    text = json.dumps(content, sort_keys=True)
    for pattern, word in _OF_ITS_OWN:
        text = pattern.sub(word, text)
    return json.loads(text)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_says_the_same(both: tuple[Notebook, Notebook], name: str) -> None:
    without, loaded = (told(notebook.run(CELLS[name])) for notebook in both)
    assert loaded == without


@pytest.mark.parametrize(
    "options",
    [
        {"silent": True},
        {"store_history": False},
        {"silent": True, "store_history": True},
        {"user_expressions": {"double": "2 * 2", "wrong": "nothing_here"}},
        {"stop_on_error": True},
    ],
    ids=lambda options: ",".join(options),
)
def test_the_flags_of_a_request_mean_the_same(
    both: tuple[Notebook, Notebook], options: dict[str, Any]
) -> None:
    for code in ("x = 5\nx", "1/0", "print(1)", "get_ipython().execution_count"):
        without, loaded = (told(notebook.run(code, **options)) for notebook in both)
        assert loaded == without


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_is_answered_the_same(both: tuple[Notebook, Notebook], kind: str) -> None:
    stories = []
    for notebook in both:
        message = notebook.client.session.msg(kind, QUESTIONS[kind])
        notebook.client.shell_channel.send(message)
        stories.append(told(notebook.receive(message["header"]["msg_id"]), kind))
    assert stories[1] == stories[0]


def test_what_waits_behind_an_error_is_given_up_the_same(both: tuple[Notebook, Notebook]) -> None:
    stories = []
    for notebook in both:
        # The error comes when the other cell waits.
        failing = "import time\ntime.sleep(0.5)\n1/0"
        sent = [notebook.send(code, stop_on_error=True) for code in (failing, "print('never')")]
        stories.append([told(notebook.receive(message_id)) for message_id in sent])
        # An abort lasts a moment: what comes after it runs again.
        while notebook.run("'again'").status == "aborted":
            pass
    assert stories[1] == stories[0]


def test_a_person_is_asked_the_same(both: tuple[Notebook, Notebook]) -> None:
    stories = []
    for notebook in both:
        message_id = notebook.send("input('name? ') * 2", allow_stdin=True)
        asked = notebook.client.get_stdin_msg(timeout=30)
        notebook.client.input("ada")
        stories.append([plain(asked["content"]), *told(notebook.receive(message_id))])
    assert stories[1] == stories[0]


@pytest.mark.parametrize(
    "code",
    [
        "print('begun', flush=True)\nimport time\ntime.sleep(30)",
        "print('begun', flush=True)\nimport asyncio\nawait asyncio.sleep(1)",
    ],
    ids=["a sleep", "an await"],
)
def test_an_interrupt_ends_a_cell_the_same(both: tuple[Notebook, Notebook], code: str) -> None:
    # A kernel that awaits takes an interrupt when its loop wakes, with the extension or without.
    def interrupt(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and "begun" in message["content"]["text"]:
            notebook.manager.interrupt_kernel()

    stories = []
    for notebook in both:
        done = notebook.receive(notebook.send(code), interrupt)
        # Where in the standard library it was stopped differs from time to time.
        stories.append([(name, content.get("ename")) for name, content in told(done)])
    assert stories[1] == stories[0]


def take(notebook: Notebook, iopub: dict[str, Story]) -> None:
    """Put the next message with the request that it answers."""
    found = notebook.client.get_iopub_msg(timeout=30)
    parent = found["parent_header"].get("msg_id")
    if parent in iopub:
        iopub[parent].append((found["msg_type"], found["content"]))


def test_a_subshell_answers_while_a_cell_runs_the_same(both: tuple[Notebook, Notebook]) -> None:
    stories = []
    for notebook in both:
        ask = notebook.client.session.msg("create_subshell_request", {})
        notebook.client.control_channel.send(ask)
        subshell = notebook.client.get_control_msg(timeout=30)["content"]["subshell_id"]
        code = "import threading\ngo = threading.Event()\nprint('begun', flush=True)\ngo.wait(30)"
        waiting = notebook.send(code)
        iopub: dict[str, Story] = {waiting: []}
        while "stream" not in [name for name, _ in iopub[waiting]]:
            take(notebook, iopub)
        # Without history: two that count at once would count in any order.
        content = {"code": "go.set()\nprint('sub')", "silent": False, "store_history": False}
        message = notebook.client.session.msg("execute_request", content)
        message["header"]["subshell_id"] = subshell
        notebook.client.shell_channel.send(message)
        replies: dict[str, Any] = {}
        iopub[message["header"]["msg_id"]] = []
        while len(replies) < 2:
            reply = notebook.client.get_shell_msg(timeout=30)
            replies[reply["parent_header"]["msg_id"]] = plain(reply["content"])
        while any(
            not story or story[-1][1] != {"execution_state": "idle"} for story in iopub.values()
        ):
            take(notebook, iopub)
        stories.append([[*joined(iopub[one]), replies[one]] for one in iopub])
    assert stories[1] == stories[0]


def test_nothing_is_recorded_of_cells_that_are_not_tracked(
    both: tuple[Notebook, Notebook],
) -> None:
    both[1].run("'untracked'")
    assert not Path(both[1].store / "spool").exists()
