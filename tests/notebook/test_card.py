"""The card under a tracked cell, in a real kernel, by a card that tells what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

WITH_A_CARD = """
class Card:
    def __init__(self, run):
        self.run, self.asked = run, 0
    def mime_bundle(self, *, final, notes=()):
        self.asked += 1
        text = f"{self.run.info.run_name} {self.run.info.status}"
        return {"text/plain": text if final else f"{text} {self.asked}"}

from lightflow_jlab.notebook import extension
ip = get_ipython()
extension.unload(ip)
extension.load(ip, card_factory=Card)
"""


@pytest.fixture
def with_card(notebook: Notebook) -> Notebook:
    assert notebook.run(WITH_A_CARD).status == "ok"
    return notebook


def shown(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (message["msg_type"], message["content"]["data"]["text/plain"])
        for message in messages
        if message["msg_type"] in ("display_data", "update_display_data")
    ]


def test_a_quick_cell_gets_its_card_at_the_end(with_card: Notebook) -> None:
    done = with_card.run("%%track quick\nprint(1)")
    assert done.types == ["status", "execute_input", "stream", "display_data", "status"]
    assert shown(done.messages) == [("display_data", "quick FINISHED")]


def test_a_long_cell_shows_its_card_while_it_runs(with_card: Notebook) -> None:
    done = with_card.run("%%track long\nimport time\ntime.sleep(1.0)\n1/0")
    cards = shown(done.messages)
    assert cards[0] == ("display_data", "long RUNNING 1")
    assert cards[1] == ("update_display_data", "long RUNNING 2")
    assert cards[-1] == ("update_display_data", "long FAILED")
    assert len(cards) <= 4
    ids = {
        message["content"]["transient"]["display_id"]
        for message in done.messages
        if "display" in message["msg_type"]
    }
    assert len(ids) == 1


def test_after_the_cell_nothing_more_is_shown(with_card: Notebook) -> None:
    with_card.run("%%track long\nimport time\ntime.sleep(0.45)")
    assert shown(with_card.later_messages(1.2)) == []


def test_each_cell_has_its_own_card(with_card: Notebook) -> None:
    sent = [with_card.send(f"%%track n{i}\nimport time\ntime.sleep(0.4)") for i in range(2)]
    for number, message_id in enumerate(sent):
        cards = shown(with_card.receive(message_id).messages)
        assert [kind for kind, _ in cards] == ["display_data", "update_display_data"]
        assert all(text.startswith(f"n{number} ") for _, text in cards)


def test_a_quiet_cell_has_no_card(with_card: Notebook) -> None:
    assert shown(with_card.run("%%track -q\nimport time; time.sleep(0.5)").messages) == []


def test_the_card_is_no_figure_of_the_cell(with_card: Notebook) -> None:
    with_card.run(
        "class Picture(Card):\n"
        "    def mime_bundle(self, *, final, notes=()):\n"
        "        return {'image/png': 'aGVsbG8='}\n"
        "extension.unload(ip)\n"
        "extension.load(ip, card_factory=Picture)"
    )
    done = with_card.run("%%track\n1")
    assert "display_data" in done.types
    assert with_card.last_run().artifacts == []


def test_a_card_that_fails_leaves_the_cell_alone(with_card: Notebook) -> None:
    with_card.run(
        "import os\n"
        "os.environ['LIGHTFLOW_STRICT'] = '0'\n"
        "class Broken(Card):\n"
        "    def mime_bundle(self, *, final, notes=()):\n"
        "        raise OSError('no card today')\n"
        "extension.unload(ip)\n"
        "extension.load(ip, card_factory=Broken)"
    )
    warned = []
    for _ in range(5):
        done = with_card.run("%%track\n1")
        assert done.status == "ok"
        assert done.types[:3] == ["status", "execute_input", "execute_result"]
        warned.append("no card today" in done.stderr)
    assert warned == [True, False, False, False, False]
    assert [run.status for run in with_card.runs()] == ["FINISHED"] * 5
