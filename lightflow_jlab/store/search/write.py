"""Tree → text that parses to the same tree."""

from __future__ import annotations

import re
from math import isinf

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
    Value,
)

_PLAIN = re.compile(r"[^\W\d]\w*")


def write_filter(node: Node) -> str:
    """Return the filter in one form: keywords in capitals, texts in single quotes."""
    match node:
        case Both(parts):
            return " AND ".join(_inner(part) for part in parts)
        case Either(parts):
            return " OR ".join(_inner(part) for part in parts)
        case Negation(part):
            return f"NOT {_inner(part)}"
        case Presence(key, negated):
            return f"{_key(key)} IS {'' if negated else 'NOT '}NULL"
        case Comparison(key, operator, value):
            return f"{_key(key)} {operator} {_value(value)}"
        case Likeness(key, pattern, case_sensitive, negated):
            word = "LIKE" if case_sensitive else "ILIKE"
            return f"{_key(key)} {_not(negated)}{word} {_value(pattern)}"
        case Membership(key, values, negated):
            return f"{_key(key)} {_not(negated)}IN ({', '.join(map(_value, values))})"
        case Range(key, low, high, negated):
            return f"{_key(key)} {_not(negated)}BETWEEN {_value(low)} AND {_value(high)}"


def write_key(entity: str, name: str, part: str = "") -> str:
    """Return a key as it is written in a filter, in back ticks where it must be."""
    if entity == "attributes":
        return name
    entity = "dataset" if entity == "datasets" else entity
    shown = name if _PLAIN.fullmatch(name) else f"`{name}`"
    return f"{entity}.{shown}" + (f".{part}" if part else "")


def _inner(node: Node) -> str:
    text = write_filter(node)
    return f"({text})" if isinstance(node, Both | Either) else text


def _key(key: Key) -> str:
    return write_key(key.entity, key.name, key.part)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case Ago(milliseconds):
            return f"{_decimal(milliseconds)}ms ago" if milliseconds else "now"
        case _:
            return ("1e999" if value > 0 else "-1e999") if isinf(value) else repr(value)


def _decimal(number: float) -> str:
    """Return a number without an exponent: a duration has none."""
    return f"{number:f}".rstrip("0").rstrip(".")


def _not(negated: bool) -> str:
    return "NOT " if negated else ""
