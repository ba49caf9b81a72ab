"""Our failures stay ours: a step that fails never reaches the user's cell."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from lightflow_jlab.config.notices import warn_once

MAX_FAILURES = 3
STRICT_VARIABLE = "LIGHTFLOW_STRICT"
_REDELIVERY_SECONDS = 0.01
_REPEAT_SECONDS = 0.1

P = ParamSpec("P")
T = TypeVar("T")

_failures: Counter[str] = Counter()


def harmless(step: str) -> Callable[[Callable[P, T]], Callable[P, T | None]]:
    """Let a function return None instead of raising; after three failures it is not called again.

    With LIGHTFLOW_STRICT=1, as in tests, errors pass.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T | None]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | None:
            if _failures[step] >= MAX_FAILURES:
                return None
            try:
                return function(*args, **kwargs)
            except Exception as error:
                if os.environ.get(STRICT_VARIABLE) == "1":
                    raise
                _note(step, error)
                return None

        return guarded

    return decorate


def forget_failures() -> None:
    """Let every step be tried again."""
    _failures.clear()


def _note(step: str, error: Exception) -> None:
    _failures[step] += 1
    warn_once(
        f"step:{step}",
        f"Lightflow could not {step} ({type(error).__name__}: {error}). Your code is not affected. "
        "After three failures it stops trying, until %reload_ext lightflow_jlab.",
    )


@contextmanager
def interrupts_held(*, pass_on: bool) -> Iterator[None]:
    """Hold back an interrupt while the block runs, so that no record is half made.

    IPython would swallow it there and run the cell all the same: with `pass_on` it is delivered
    again when the cell is running. Does nothing outside of the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    before: Any = signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)
        if held and pass_on and callable(before):
            _deliver_later(before)


def _deliver_later(handler: Callable[[int, FrameType | None], Any]) -> None:
    """Interrupt the main thread in a moment, also where it waits in the system.

    A signal that arrives just before a wait begins doesn't end the wait: it is sent again until
    the handler was called, or is no longer the one in place because the cell has ended.
    """

    def take(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, handler)
        handler(number, frame)

    def deliver() -> None:
        while signal.getsignal(signal.SIGINT) is take:
            _interrupt()
            time.sleep(_REPEAT_SECONDS)

    signal.signal(signal.SIGINT, take)
    timer = threading.Timer(_REDELIVERY_SECONDS, deliver)
    timer.daemon = True
    timer.start()


def _interrupt() -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        import _thread

        _thread.interrupt_main()
