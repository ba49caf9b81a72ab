"""Answers that are believed for a moment, so that they are not asked for again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
MAX_ANSWERS = 100


class Lately(Generic[T]):
    """Thread-safe. Two that ask at the same time may both be answered anew."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[Hashable, tuple[float, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return what was answered lately, else what `ask` returns now."""
        with self._lock:
            until, answer = self._answers.get(key, (0.0, None))
            if answer is not None and self._clock() < until:
                return answer
        answer = ask()
        self.put(key, answer)
        return answer

    def put(self, key: Hashable, answer: T) -> None:
        with self._lock:
            self._answers.pop(key, None)
            self._answers[key] = (self._clock() + self._seconds, answer)
            if len(self._answers) > MAX_ANSWERS:
                del self._answers[next(iter(self._answers))]
