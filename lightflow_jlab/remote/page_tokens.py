"""Where the pages of a search begin: MLflow names them by tokens, a list asks by numbers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lightflow_jlab.errors import InvalidValueError

MAX_SEARCHES = 100
MAX_WALK = 100
"""Pages that are passed over for one that is asked for."""
Ask = Callable[[str], tuple[list[Any], str]]
"""Asks for the page of a token, the first for an empty one; returns it and the next one's token."""


class FoundPage(NamedTuple):
    items: list[Any]
    total: int
    """All that match, or those that are known of and one more."""
    more_exist: bool


@dataclass
class _Search:
    tokens: list[str] = field(default_factory=lambda: [""])
    """Of the pages that are known of, in order."""
    total: int | None = None
    """All that match, where the last page was seen."""


class PageTokens:
    """Remembers the searches that were asked for last. Thread-safe."""

    def __init__(self) -> None:
        self._searches: OrderedDict[Hashable, _Search] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, search: Hashable, number: int, size: int, ask: Ask) -> FoundPage:
        """Return page `number`, from 0, walking there over those that nobody has asked for yet.

        Pages of one search have one size. Raises `InvalidValueError` where the way is too long.
        """
        with self._lock:
            known = self._searches.setdefault(search, _Search())
            self._searches.move_to_end(search)
            if len(self._searches) > MAX_SEARCHES:
                self._searches.popitem(last=False)
            at = min(number, len(known.tokens) - 1)
            token = known.tokens[at]
        if number - at > MAX_WALK:
            raise InvalidValueError(
                f"offset={number * size} can't be used: this server tells of pages one after the "
                f"other, and those up to offset={at * size} are known. Ask for the next ones first."
            )
        while True:
            items, following = ask(token)
            self._learn(known, at, following, at * size + len(items))
            if at == number or not following:
                break
            at, token = at + 1, following
        with self._lock:
            total = known.total
            at_least = (len(known.tokens) - 1) * size + 1
        shown = items if at == number else []
        return FoundPage(shown, at_least if total is None else total, total is None)

    def _learn(self, search: _Search, at: int, following: str, seen: int) -> None:
        with self._lock:
            if not following:
                del search.tokens[at + 1 :]
                search.total = seen
                return
            if at + 1 == len(search.tokens):
                search.tokens.append(following)
                search.total = None
            else:
                search.tokens[at + 1] = following
