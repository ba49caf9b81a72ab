"""Who may import: one at a time; asking takes nothing from anybody."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path

import pytest

from lightflow_jlab.importer import lease
from lightflow_jlab.importer.lease import LOCK_NAME, Lease, is_held


def test_one_has_it_until_it_gives_it_back(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    one, other = Lease(tmp_path), Lease(tmp_path)
    assert one.take()
    assert is_held(tmp_path)
    assert not other.take()
    one.release()
    assert not is_held(tmp_path)
    assert other.take()
    other.release()


def test_those_who_ask_at_once_do_not_take_each_other_for_the_holder(tmp_path: Path) -> None:
    one = Lease(tmp_path)
    assert one.take()
    one.release()
    answers = list[bool]()

    def ask() -> None:
        answers.extend(is_held(tmp_path) for _ in range(2_000))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8_000
    assert not any(answers)


def test_it_is_taken_though_somebody_asks_just_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / LOCK_NAME).open("w") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        monkeypatch.setattr(lease, "sleep", lambda _: fcntl.flock(asking, fcntl.LOCK_UN))
        one = Lease(tmp_path)
        assert one.take()
        one.release()
