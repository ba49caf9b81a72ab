"""What a search may name: attributes, and what is kept by key beside the thing searched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_

from lightflow_jlab.store import schema
from lightflow_jlab.store.ordering import ALIASES, ATTRIBUTES
from lightflow_jlab.store.run_tags import CONTEXT_TAG, TAG_COLUMNS
from lightflow_jlab.store.search.tree import Entity


@dataclass(frozen=True)
class Held:
    """Rows with a `key` that belong to the thing searched for."""

    table: Table
    belongs: ColumnElement[bool]
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
    held: Mapping[Entity, Held]
    aliases: Mapping[str, str] = field(default_factory=dict)
    tag_columns: Mapping[str, Any] = field(default_factory=dict)
    """Tags that are kept in a column."""
    datasets: Mapping[str, Related] = field(default_factory=dict)


_used = and_(
    schema.run_datasets.c.run == schema.runs.c.id,
    schema.run_datasets.c.dataset == schema.datasets.c.id,
)
_use_tags = schema.run_dataset_tags

RUNS = Vocabulary(
    noun="run",
    attributes=ATTRIBUTES,
    numeric=frozenset({"start_time", "end_time", "duration", "attempt"}),
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
)
