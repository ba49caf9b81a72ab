"""A parsed filter. Its values fit what they are compared with; times and durations are in ms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Entity = Literal["metrics", "params", "tags", "attributes", "datasets"]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Ago:
    """A time so many milliseconds before the moment of the search; `now` is 0."""

    milliseconds: float


Value = str | float | bool | Ago


@dataclass(frozen=True)
class Key:
    """What is compared: `metrics.loss.min` is entity `metrics`, name `loss`, part `min`."""

    entity: Entity
    name: str
    part: str = ""
    position: int = field(default=0, compare=False)
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
    """Values of one type."""

    key: Key
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class Range:
    """Both ends belong to it and are of one type."""

    key: Key
    low: Value
    high: Value
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


Test = Comparison | Likeness | Membership | Range | Presence
Node = Test | Both | Either | Negation
