"""Tree → SQL condition on `runs`, or on what else a vocabulary describes.

Every test is true or false, never NULL, so that NOT means what it says. A test never holds for a
run that lacks the key, also with `!=` and `NOT IN`, as in MLflow. A NaN (NULL in `metrics`) is
unequal to every number and outside of every range, and neither less nor greater.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import BinaryExpression, ColumnElement, Select, and_, exists, not_, or_, select

from lightflow_jlab.store.clock import now_milliseconds
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
    Test,
    Value,
)
from lightflow_jlab.store.search.vocabulary import RUNS, Held, Vocabulary

Condition = ColumnElement[bool]
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def condition(node: Node, vocabulary: Vocabulary = RUNS) -> Condition:
    """Return the SQL condition of a tree that was parsed with this vocabulary."""
    match node:
        case Both(parts):
            return and_(*(condition(part, vocabulary) for part in parts))
        case Either(parts):
            return or_(*(condition(part, vocabulary) for part in parts))
        case Negation(part):
            return not_(condition(part, vocabulary))
        case Presence(key, negated):
            present = _has(key, vocabulary)
            return not_(present) if negated else present
        case _:
            return _holds(node, vocabulary)


def owner_numbers(test: Test, vocabulary: Vocabulary) -> Select[tuple[int]] | None:
    """Return the numbers of the things that own a row for which a test holds.

    None for a test on the things themselves, or on datasets.
    """
    key = test.key
    if key.entity in ("attributes", "datasets") or _tag_column(key, vocabulary) is not None:
        return None
    held = vocabulary.held[key.entity]
    if not isinstance(held.belongs, BinaryExpression):
        return None
    return select(held.belongs.left).where(*_on_rows(test, held))


def _holds(test: Test, vocabulary: Vocabulary) -> Condition:
    """Apply a test to the column that holds values of its kind."""
    key = test.key
    if key.entity == "attributes":
        column = vocabulary.attributes[key.name]
        matched = _matches(test, column)
        return and_(column.is_not(None), matched) if getattr(column, "nullable", True) else matched
    if key.entity == "datasets":
        related = vocabulary.datasets[key.name]
        return exists().where(related.belongs, _matches(test, related.column))
    if _tag_column(key, vocabulary) is not None:
        return and_(_has(key, vocabulary), _matches(test, _tag_column(key, vocabulary)))
    held = vocabulary.held[key.entity]
    return _owners(held, *_on_rows(test, held))


def _on_rows(test: Test, held: Held) -> tuple[Condition, ...]:
    key, of_key = test.key, held.table.c.key == test.key.name
    if isinstance(test, Presence):
        return (of_key,)
    column: Any = held.text if _is_text(test) else held.number
    if key.part:
        column = held.table.c[key.part]
    matched = _matches(test, column)
    if key.entity == "metrics" and _holds_for_nan(test):
        matched = or_(matched, column.is_(None))
    return of_key, matched


def _has(key: Key, vocabulary: Vocabulary) -> Condition:
    if key.entity == "attributes":
        present: Condition = vocabulary.attributes[key.name].is_not(None)
        return present
    if key.entity == "datasets":
        related = vocabulary.datasets[key.name]
        return exists().where(related.belongs, related.column.is_not(None))
    column = _tag_column(key, vocabulary)
    if column is not None:
        filled: Condition = column != ""
        return and_(column.is_not(None), filled)
    held = vocabulary.held[key.entity]
    return _owners(held, *_on_rows(Presence(key, False), held))


def _owners(held: Held, *conditions: Condition) -> Condition:
    """Tell whether a thing owns such a row; as a set, which SQLite makes from one index range."""
    if not isinstance(held.belongs, BinaryExpression):
        return exists().where(held.belongs, *conditions)
    chosen = select(held.belongs.left).where(*conditions)
    found: Condition = held.belongs.right.in_(chosen)
    return found


def _matches(test: Test, column: Any) -> Condition:
    match test:
        case Comparison(_, sign, value):
            found: Condition = _SIGNS[sign](column, _bound(value))
            return found
        case Likeness(_, pattern, case_sensitive, negated):
            found = column.like(pattern) if case_sensitive else column.ilike(pattern)
        case Membership(_, values, negated):
            found = column.in_([_bound(value) for value in values])
        case Range(_, low, high, negated):
            found = column.between(_bound(low), _bound(high))
        case Presence():
            raise AssertionError("Presence is decided without a value.")
    return not_(found) if negated else found


def _holds_for_nan(test: Test) -> bool:
    match test:
        case Comparison(_, sign, _):
            return sign == "!="
        case Membership(_, _, negated) | Range(_, _, _, negated):
            return negated
        case _:
            return False


def _is_text(test: Test) -> bool:
    match test:
        case Comparison(_, _, value) | Range(_, value, _, _):
            return isinstance(value, str)
        case Membership(_, values, _):
            return isinstance(values[0], str)
        case _:
            return True


def _bound(value: Value) -> str | float:
    if isinstance(value, Ago):
        return now_milliseconds() - value.milliseconds
    return float(value) if isinstance(value, bool) else value


def _tag_column(key: Key, vocabulary: Vocabulary) -> Any:
    return vocabulary.tag_columns.get(key.name) if key.entity == "tags" else None
