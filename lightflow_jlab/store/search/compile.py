"""Tree → SQL condition on `runs`.

A comparison never holds for a run that lacks the key, also with `!=`, as in MLflow. A NaN (NULL in
`metrics`) is unequal to every number, and neither less nor greater.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store import schema
from lightflow_jlab.store.ordering import ATTRIBUTES
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

Condition = ColumnElement[bool]
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMERIC_ATTRIBUTES = {"start_time", "end_time", "duration", "attempt"}


def condition(node: Node) -> Condition:
    """Return the SQL condition. Raises `InvalidValueError` where kinds of value don't fit."""
    match node:
        case Both(parts):
            return and_(*(condition(part) for part in parts))
        case Either(parts):
            return or_(*(condition(part) for part in parts))
        case Negation(part):
            return not_(condition(part))
        case Presence(key, negated):
            return not_(_has(key)) if negated else _has(key)
        case Comparison(key, sign, value):
            return _where(key, lambda column: _compare(column, sign, value, key), value)
        case Likeness():
            return _like(node)
        case Membership():
            return _member(node)


def _compare(column: Any, sign: str, value: Value, key: Key) -> Condition:
    plain: Condition = _SIGNS[sign](column, value)
    if sign == "!=" and key.entity == "metrics":
        return or_(column.is_(None), plain)
    return plain


def _like(node: Likeness) -> Condition:
    def matches(column: Any) -> Condition:
        found: Condition = (
            column.like(node.pattern) if node.case_sensitive else column.ilike(node.pattern)
        )
        return not_(found) if node.negated else found

    return _where(node.key, matches, node.pattern)


def _member(node: Membership) -> Condition:
    kinds = {isinstance(value, str) for value in node.values}
    if len(kinds) > 1:
        raise InvalidValueError(
            f"The list for {node.key.name!r} mixes numbers and texts. Expected one kind."
        )

    def matches(column: Any) -> Condition:
        chosen: Condition = column.not_in(node.values) if node.negated else column.in_(node.values)
        return chosen

    return _where(node.key, matches, node.values[0])


def _has(key: Key) -> Condition:
    if key.entity == "attributes":
        present: Condition = ATTRIBUTES[key.name].is_not(None)
        return present
    table = getattr(schema, key.entity)
    return exists().where(table.c.run == schema.runs.c.id, table.c.key == key.name)


def _where(key: Key, matches: Callable[[Any], Condition], value: Value) -> Condition:
    """Apply `matches` to the column that holds values of this kind."""
    is_text = isinstance(value, str)
    if key.entity == "attributes":
        if is_text == (key.name in _NUMERIC_ATTRIBUTES):
            wanted = "a number, as in 1700000000000" if is_text else "a text in quotes"
            raise InvalidValueError(f"{key.name!r} is compared with {value!r}. Expected {wanted}.")
        return matches(ATTRIBUTES[key.name])
    if key.entity == "metrics":
        if is_text:
            raise InvalidValueError(
                f"The metric {key.name!r} is compared with the text {value!r}. Expected a number."
            )
        table: Any = schema.metrics
        column = table.c[key.part or "last"]
    elif key.entity == "params":
        table = schema.params
        column = table.c.text if is_text else table.c.number
    else:
        if not is_text:
            raise InvalidValueError(
                f"The tag {key.name!r} is compared with {value!r}. Expected a text in quotes."
            )
        table = schema.tags
        column = table.c.value
    return exists().where(table.c.run == schema.runs.c.id, table.c.key == key.name, matches(column))
