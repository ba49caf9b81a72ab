"""What cells print, read where the kernel sends it: the streams that users see stay as they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

HEAD_LENGTH = TAIL_LENGTH = 128 * 1024
NAMES = ("stdout", "stderr")


class BoundedText:
    """The beginning and the end of a text, in characters."""

    def __init__(self, head_length: int = HEAD_LENGTH, tail_length: int = TAIL_LENGTH) -> None:
        self._head_length = head_length
        self._tail_length = tail_length
        self._head = ""
        self._tail = ""
        self._left_out = 0

    def add(self, text: str) -> None:
        room = self._head_length - len(self._head)
        self._head += text[:room] if room > 0 else ""
        self._tail += text[max(room, 0) :]
        if len(self._tail) > 2 * self._tail_length:
            self._trim()

    def text(self) -> str:
        """Return the text; a line in the middle says how much is left out."""
        self._trim()
        if not self._left_out:
            return self._head + self._tail
        return f"{self._head}\n… {self._left_out:,} characters left out …\n{self._tail}"

    def _trim(self) -> None:
        excess = len(self._tail) - self._tail_length
        if excess > 0:
            self._left_out += excess
            self._tail = self._tail[excess:]


def without_overwritten(text: str) -> str:
    """Return `text` as a terminal would leave it: a progress bar is its last state."""
    if "\r" not in text:
        return text
    return "\n".join(_last_state(line) for line in text.split("\n"))


def _last_state(line: str) -> str:
    seen = line.rstrip("\r")
    return seen[seen.rfind("\r") + 1 :] + line[len(seen) :]


class StreamCapture:
    """Listens to the kernel's stdout and stderr, by the message that asked for the output.

    The hooks belong to the kernel's sending thread, and stay there from `install` to `remove`.
    """

    def __init__(self) -> None:
        self._watched: dict[str, dict[str, BoundedText]] = {}
        self._installed: list[tuple[Any, Callable[[dict[str, Any]], dict[str, Any]]]] = []

    def install(self) -> None:
        for name in NAMES:
            stream = getattr(sys, name)
            thread: Any = getattr(stream, "pub_thread", None)
            if hasattr(stream, "register_hook") and hasattr(thread, "schedule"):
                hook = partial(self._listen, name)
                thread.schedule(partial(stream.register_hook, hook))
                self._installed.append((stream, hook))

    def remove(self) -> None:
        for stream, hook in self._installed:
            if stream.pub_thread is not None:
                stream.pub_thread.schedule(partial(stream.unregister_hook, hook))
        self._installed.clear()

    def watch(self, message_id: str) -> None:
        if message_id and self._installed:
            self._watched[message_id] = {name: BoundedText() for name in NAMES}

    def take(self, message_id: str) -> dict[str, str]:
        """Stop watching; return what was printed, by stream, where there was anything."""
        if message_id not in self._watched:
            return {}
        for stream, _ in self._installed:
            stream.flush()
        texts = self._watched.pop(message_id)
        return {name: text for name, kept in texts.items() if (text := kept.text())}

    def _listen(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        if self._watched and (
            watched := self._watched.get(message.get("parent_header", {}).get("msg_id", ""))
        ):
            watched[name].add(message["content"]["text"])
        return message
