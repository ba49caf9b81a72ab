"""What may be written at a place in a filter: for a filter bar that completes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from lightflow_jlab.contract.rest import Completion, FilterHints, RunKeys
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store.ordering import SUMMARIES
from lightflow_jlab.store.search import parse
from lightflow_jlab.store.search.mistake import FilterError
from lightflow_jlab.store.search.parse import Parser
from lightflow_jlab.store.search.tree import Key
from lightflow_jlab.store.search.vocabulary import RUNS, Vocabulary
from lightflow_jlab.store.search.write import write_key

MAX_COMPLETIONS = 50
# What is being typed: up to a blank or sign, but a quote that is not closed holds blanks too.
_TYPED = re.compile(r"(?:[\w.:/-]*[`\"'][^`\"']*|[\w.:/-]+|[=!<>]+)$")


def filter_hints(
    text: str, position: int, keys: RunKeys, vocabulary: Vocabulary = RUNS
) -> FilterHints:
    """Return what is wrong with a filter, and what may stand where the word at `position` begins.

    `keys` are those that runs carry.
    """
    mistake = _mistake(text, vocabulary) if text.strip() else None
    head = text[:position]
    typed = _TYPED.search(head) if head.count("'") % 2 or not head.endswith(("'", "`")) else None
    start = typed.start() if typed else position
    allowed, key = _allowed(head[:start], vocabulary)
    word = head[start:].lower().replace("`", "")
    found = [
        one
        for one in _candidates(allowed, key, keys, vocabulary)
        if one.text.lower().replace("`", "").startswith(word)
    ]
    return FilterHints(
        position=mistake.position if mistake else None,
        reason=mistake.reason if mistake else "",
        allowed=list(mistake.allowed) if mistake else [],
        start=start,
        completions=found[:MAX_COMPLETIONS],
    )


def _mistake(text: str, vocabulary: Vocabulary) -> FilterError | None:
    try:
        parse.parse_filter(text, vocabulary)
    except FilterError as error:
        return error
    return None


def _allowed(head: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], Key | None]:
    """Return what may follow `head`, and the key it is about."""
    try:
        parser = Parser(head, vocabulary)
        parser.parse()
    except FilterError as error:
        at_end = error.position >= len(head)
        return (error.allowed if at_end else ()), parser.key
    return ("AND", "OR"), None


def _candidates(
    allowed: Iterable[str], key: Key | None, keys: RunKeys, vocabulary: Vocabulary
) -> Iterable[Completion]:
    for one in allowed:
        if one == parse.A_KEY:
            yield from _keys(keys, vocabulary)
        elif one == parse.A_TEXT and key is not None and key.name == "status":
            yield from (Completion(f"'{status}'", "value") for status in get_args(RunStatus))
        elif one == parse.A_TIME:
            yield from (Completion(text, "value") for text in ("1h ago", "1d ago", "7d ago", "now"))
        elif one == parse.A_SPAN:
            yield from (Completion(text, "value") for text in ("1m", "10m", "1h"))
        elif one in parse.TRUTH:
            yield Completion(one, "value")
        elif one not in (parse.A_TEXT, parse.A_NUMBER):
            yield Completion(one, "operator" if one in parse.COMPARISONS else "word")


def _keys(keys: RunKeys, vocabulary: Vocabulary) -> Iterable[Completion]:
    for entity, names in (("metrics", keys.metrics), ("params", keys.params), ("tags", keys.tags)):
        yield from (Completion(write_key(entity, name), "key") for name in names)
    yield from (Completion(name, "key") for name in vocabulary.attributes)
    yield from (Completion(f"dataset.{name}", "key") for name in vocabulary.datasets)
    for name in keys.metrics:
        yield from (Completion(write_key("metrics", name, part), "key") for part in SUMMARIES)
