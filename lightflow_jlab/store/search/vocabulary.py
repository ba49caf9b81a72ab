"""What a search may name: attributes, and what is kept by key beside the thing searched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, and_

from lightflow_jlab.store import schema
from lightflow_jlab.store.ordering import ALIASES, ATTRIBUTES
from lightflow_jlab.store.run_tags import CONTEXT_TAG, TAG_COLUMNS
from lightflow_jlab.store.search.tree import Entity, Key

ValueKind = Literal["number", "text", "time", "span", "any"]
"""What a key is compared with; `any` is a number, a text, or true and false."""


@dataclass(frozen=True)
class Held:
    """Rows with a `key` that belong to the thing searched for."""

    table: Table
    belongs: ColumnElement[bool]
    """The row's column equals the thing's: `metrics.run == runs.id`."""
    text: ColumnElement[Any] | None = None
    """What is compared with a text; None where there are numbers only."""
    number: ColumnElement[Any] | None = None


@dataclass(frozen=True)
class Related:
    """A column of another thing, and how it hangs on the thing searched for."""

    column: ColumnElement[Any]
    belongs: ColumnElement[bool]


@dataclass(frozen=True)
class Vocabulary:
    noun: str
    attributes: Mapping[str, Any]
    numeric: frozenset[str]
    """Attributes that are numbers, times (ms since the epoch) or durations (ms)."""
    held: Mapping[Entity, Held]
    aliases: Mapping[str, str] = field(default_factory=dict)
    tag_columns: Mapping[str, Any] = field(default_factory=dict)
    """Tags that are kept in a column."""
    datasets: Mapping[str, Related] = field(default_factory=dict)
    times: frozenset[str] = frozenset()
    spans: frozenset[str] = frozenset()

    def kind(self, key: Key) -> ValueKind:
        """Return what a key of this vocabulary is compared with."""
        if key.entity == "attributes":
            if key.name in self.times:
                return "time"
            if key.name in self.spans:
                return "span"
            return "number" if key.name in self.numeric else "text"
        if key.entity == "datasets" or (key.entity == "tags" and key.name in self.tag_columns):
            return "text"
        held = self.held[key.entity]
        if held.text is not None and held.number is not None:
            return "any"
        return "text" if held.number is None else "number"


_used = and_(
    schema.run_datasets.c.run == schema.runs.c.id,
    schema.run_datasets.c.dataset == schema.datasets.c.id,
)
_use_tags = schema.run_dataset_tags

RUNS = Vocabulary(
    noun="run",
    attributes=ATTRIBUTES,
    numeric=frozenset({"start_time", "end_time", "duration", "attempt", "dropped"}),
    held={
        "metrics": Held(
            schema.metrics,
            schema.metrics.c.run == schema.runs.c.id,
            number=schema.metrics.c.last,
        ),
        "params": Held(
            schema.params,
            schema.params.c.run == schema.runs.c.id,
            text=schema.params.c.text,
            number=schema.params.c.number,
        ),
        "tags": Held(schema.tags, schema.tags.c.run == schema.runs.c.id, text=schema.tags.c.value),
    },
    aliases=ALIASES,
    tag_columns={key: schema.runs.c[column] for key, column in TAG_COLUMNS.items()},
    datasets={
        "name": Related(schema.datasets.c.name, _used),
        "digest": Related(schema.datasets.c.digest, _used),
        "context": Related(
            _use_tags.c.value,
            and_(_use_tags.c.run == schema.runs.c.id, _use_tags.c.key == CONTEXT_TAG),
        ),
    },
    times=frozenset({"start_time", "end_time"}),
    spans=frozenset({"duration"}),
)
