"""A parsed filter. Values are typed: text is `str`, a number is `float`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Entity = Literal["metrics", "params", "tags", "attributes", "datasets"]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Value = str | float | bool


@dataclass(frozen=True)
class Key:
    """What is compared: `metrics.loss.min` is entity `metrics`, name `loss`, part `min`."""

    entity: Entity
    name: str
    part: str = ""
    position: int = 0
    """Where it stands in the text, from 0."""


@dataclass(frozen=True)
class Comparison:
    key: Key
    operator: Operator
    value: Value


@dataclass(frozen=True)
class Likeness:
    key: Key
    pattern: str
    case_sensitive: bool
    negated: bool


@dataclass(frozen=True)
class Membership:
    key: Key
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class Presence:
    key: Key
    negated: bool
    """True for IS NULL."""


@dataclass(frozen=True)
class Both:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Negation:
    part: Node


Node = Comparison | Likeness | Membership | Presence | Both | Either | Negation
