"""Our own failures never reach a cell."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from lightflow_jlab.config.notices import LightflowWarning, forget_notices
from lightflow_jlab.notebook.harmless import forget_failures, harmless, interrupts_held


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("LIGHTFLOW_STRICT", raising=False)
    forget_failures()
    forget_notices()
    yield
    forget_failures()
    forget_notices()


def test_a_step_that_fails_thrice_is_switched_off_with_one_warning() -> None:
    calls = []

    @harmless("do this")
    def fail(number: int) -> int:
        calls.append(number)
        raise OSError("disk full")

    with pytest.warns(LightflowWarning, match="could not do this.*disk full") as told:
        assert [fail(number) for number in (1, 2, 3, 4)] == [None] * 4
    assert len(told) == 1
    assert calls == [1, 2, 3]


def test_other_steps_go_on() -> None:
    @harmless("do that")
    def succeed() -> int:
        return 1

    assert succeed() == 1


def test_in_tests_the_net_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTFLOW_STRICT", "1")

    @harmless("do this")
    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()


def test_an_interrupt_waits_until_the_record_is_whole() -> None:
    finished = False
    arrived = threading.Event()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - where it arrives is what is tested
        with interrupts_held(pass_on=True):
            os.kill(os.getpid(), signal.SIGINT)
            finished = True
        arrived.wait(20)
    assert finished


def test_an_interrupt_after_the_cell_is_not_passed_on() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupts_held(pass_on=False):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
