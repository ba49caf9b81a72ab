"""Filters as data: random trees, and what they mean in plain Python."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from lightflow_jlab.store.search.tree import (
    Ago,
    Both,
    Comparison,
    Either,
    Key,
    Likeness,
    Membership,
    Negation,
    Node,
    Presence,
    Range,
)

NAMES = ("loss", "val/loss", "a b")
TEXTS = ("", "a", "A", "ab", "a_b", "a%b", "axb", "it's", 'say "no"', "é", "0.5", "-1")
NUMBERS = (-1.0, 0.0, 0.5, 1.0, 2.0, 1e300)
PARTS = ("", "min", "max", "first", "last", "count")
LONG = 1_000 * 86_400_000


@dataclass
class PlainRun:
    """A run as the evaluator sees it: values by key."""

    number: int
    attributes: dict[str, Any]
    params: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


def holds(node: Node, run: PlainRun) -> bool:
    match node:
        case Both(parts):
            return all(holds(part, run) for part in parts)
        case Either(parts):
            return any(holds(part, run) for part in parts)
        case Negation(part):
            return not holds(part, run)
        case Presence(key, negated):
            return (_value(key, run, str) is None) == negated
        case Likeness(key, pattern, case_sensitive, negated):
            value = _value(key, run, str)
            return value is not None and _like(value, pattern, case_sensitive) != negated
        case Comparison(key, sign, wanted):
            value = _value(key, run, type(wanted))
            return value is not None and _compare(value, sign, _plain(wanted))
        case Membership(key, values, negated):
            value = _value(key, run, type(values[0]))
            return value is not None and (value in [_plain(v) for v in values]) != negated
        case Range(key, low, high, negated):
            value = _value(key, run, type(low))
            return value is not None and (_plain(low) <= value <= _plain(high)) != negated


def _value(key: Key, run: PlainRun, kind: type) -> Any:
    """Return what is compared with a value of a kind, None where there is no such thing."""
    if key.entity == "attributes":
        return run.attributes[key.name]
    if key.entity == "tags":
        return run.tags.get(key.name)
    if key.entity == "params":
        value = run.params.get(key.name)
        if key.name not in run.params:
            return None
        if kind is str:
            return str(value)
        return _number(value)
    points = run.metrics.get(key.name)
    if points is None:
        return None
    real = [value for value in points if not math.isnan(value)] or [math.nan]
    return {
        "": points[-1],
        "last": points[-1],
        "first": points[0],
        "count": float(len(points)),
        "min": min(real),
        "max": max(real),
    }[key.part]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, Ago):
        return time.time() * 1000 - value.milliseconds
    return float(value) if isinstance(value, bool) else value


def _compare(value: Any, sign: str, wanted: Any) -> bool:
    return {
        "=": value == wanted,
        "!=": value != wanted,
        "<": value < wanted,
        "<=": value <= wanted,
        ">": value > wanted,
        ">=": value >= wanted,
    }[sign]


def _like(value: str, pattern: str, case_sensitive: bool) -> bool:
    parts = ({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
    flags = re.DOTALL | (0 if case_sensitive else re.IGNORECASE | re.ASCII)
    return re.fullmatch("".join(parts), value, flags) is not None


# --- random trees

_texts = st.sampled_from(TEXTS)
_numbers = st.sampled_from(NUMBERS)
_names = st.sampled_from(NAMES)
_signs = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
_ages = st.sampled_from((0.0, 1.5 * LONG, 2.5 * LONG)).map(Ago)

metric_keys = st.builds(Key, st.just("metrics"), _names, st.sampled_from(PARTS))
param_keys = st.builds(Key, st.just("params"), _names)
tag_keys = st.builds(Key, st.just("tags"), _names)
text_attributes = st.builds(
    Key, st.just("attributes"), st.sampled_from(("run_name", "status", "user_id", "error_type"))
)
times = st.builds(Key, st.just("attributes"), st.sampled_from(("start_time", "end_time")))
spans = st.builds(Key, st.just("attributes"), st.just("duration"))
_spans = st.sampled_from((0.0, 1_000.0, 60_000.0, 90_500.0))


def _tests(keys: st.SearchStrategy[Key], values: Any) -> st.SearchStrategy[Node]:
    lists = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Comparison, keys, _signs, values),
        st.builds(Membership, keys, lists, st.booleans()),
        st.builds(Range, keys, values, values, st.booleans()),
        st.builds(Presence, keys, st.booleans()),
    )


def _likes(keys: st.SearchStrategy[Key]) -> st.SearchStrategy[Node]:
    return st.builds(Likeness, keys, _texts, st.booleans(), st.booleans())


tests = st.one_of(
    _tests(metric_keys, _numbers),
    _tests(param_keys, _numbers),
    _tests(param_keys, _texts),
    _tests(param_keys, st.booleans()),
    _tests(tag_keys, _texts),
    _tests(text_attributes, _texts),
    _tests(times, _ages),
    _tests(spans, _spans),
    _likes(st.one_of(param_keys, tag_keys, text_attributes)),
)


def _nodes(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Both, several), st.builds(Either, several), st.builds(Negation, children)
    )


trees = st.recursive(tests, _nodes, max_leaves=8)

# --- random runs

_points = st.lists(
    st.one_of(_numbers, st.sampled_from((math.nan, math.inf, -math.inf))), min_size=1, max_size=3
)
_params = st.one_of(_numbers, _texts, st.booleans(), st.integers(-1, 2), st.none())


def runs(number: int) -> st.SearchStrategy[PlainRun]:
    return st.builds(
        _run,
        st.just(number),
        st.sampled_from(TEXTS[1:]),
        st.sampled_from(TEXTS),
        st.sampled_from((1, 2)),
        st.one_of(st.none(), _spans),
        st.dictionaries(_names, _params),
        st.dictionaries(_names, _points),
        st.dictionaries(_names, _texts),
    )


def _run(
    number: int,
    name: str,
    user: str,
    age: int,
    duration: float | None,
    params: dict[str, Any],
    metrics: dict[str, list[float]],
    tags: dict[str, str],
) -> PlainRun:
    now = int(time.time() * 1000)
    start = now - age * LONG
    attributes = {
        "run_name": name,
        "user_id": user,
        "status": "RUNNING" if duration is None else "FINISHED",
        "start_time": start,
        "end_time": None if duration is None else start + int(duration),
        "duration": now - start if duration is None else duration,
        "error_type": None,
    }
    return PlainRun(number, attributes, params, metrics, tags)
