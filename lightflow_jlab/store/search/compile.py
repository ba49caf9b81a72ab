"""Tree → SQL condition on `runs`, or on what else a vocabulary describes.

A comparison never holds for a run that lacks the key, also with `!=`, as in MLflow. A NaN (NULL in
`metrics`) is unequal to every number, and neither less nor greater.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.search.tree import (
    Both,
    Comparison,
    Either,
    Key,
    Likeness,
    Membership,
    Negation,
    Node,
    Presence,
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
    """Return the SQL condition. Raises `InvalidValueError` where kinds of value don't fit."""
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
        case Comparison(key, sign, value):
            return _where(key, lambda column: _compare(column, sign, value, key), value, vocabulary)
        case Likeness():
            return _like(node, vocabulary)
        case Membership():
            return _member(node, vocabulary)


def _compare(column: Any, sign: str, value: Value, key: Key) -> Condition:
    plain: Condition = _SIGNS[sign](column, value)
    if sign == "!=" and key.entity == "metrics":
        return or_(column.is_(None), plain)
    return plain


def _like(node: Likeness, vocabulary: Vocabulary) -> Condition:
    def matches(column: Any) -> Condition:
        found: Condition = (
            column.like(node.pattern) if node.case_sensitive else column.ilike(node.pattern)
        )
        return not_(found) if node.negated else found

    return _where(node.key, matches, node.pattern, vocabulary)


def _member(node: Membership, vocabulary: Vocabulary) -> Condition:
    kinds = {isinstance(value, str) for value in node.values}
    if len(kinds) > 1:
        raise InvalidValueError(
            f"The list for {node.key.name!r} mixes numbers and texts. Expected one kind."
        )

    def matches(column: Any) -> Condition:
        chosen: Condition = column.not_in(node.values) if node.negated else column.in_(node.values)
        return chosen

    return _where(node.key, matches, node.values[0], vocabulary)


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
    held = _held(key, vocabulary)
    return exists().where(held.belongs, held.table.c.key == key.name)


def _where(
    key: Key, matches: Callable[[Any], Condition], value: Value, vocabulary: Vocabulary
) -> Condition:
    """Apply `matches` to the column that holds values of this kind."""
    is_text = isinstance(value, str)
    if key.entity == "attributes":
        if is_text == (key.name in vocabulary.numeric):
            wanted = "a number, as in 1700000000000" if is_text else "a text in quotes"
            raise InvalidValueError(f"{key.name!r} is compared with {value!r}. Expected {wanted}.")
        return matches(vocabulary.attributes[key.name])
    if key.entity == "datasets":
        if not is_text:
            raise _wrong_kind(key, value, "a text in quotes")
        related = vocabulary.datasets[key.name]
        return exists().where(related.belongs, matches(related.column))
    column = _tag_column(key, vocabulary)
    if column is not None:
        if not is_text:
            raise _wrong_kind(key, value, "a text in quotes")
        return and_(_has(key, vocabulary), matches(column))
    held = _held(key, vocabulary)
    column = held.text if is_text else held.number
    if column is None:
        raise _wrong_kind(key, value, "a number" if is_text else "a text in quotes")
    if key.part:
        column = held.table.c[key.part]
    return exists().where(held.belongs, held.table.c.key == key.name, matches(column))


def _tag_column(key: Key, vocabulary: Vocabulary) -> Any:
    return vocabulary.tag_columns.get(key.name) if key.entity == "tags" else None


def _held(key: Key, vocabulary: Vocabulary) -> Held:
    held = vocabulary.held.get(key.entity)
    if held is None:
        raise InvalidValueError(
            f"A {vocabulary.noun} has no {key.entity}. Expected {', '.join(vocabulary.held)}."
        )
    return held


def _wrong_kind(key: Key, value: Value, wanted: str) -> InvalidValueError:
    return InvalidValueError(
        f"{key.entity}.{key.name} is compared with {value!r}. Expected {wanted}."
    )
