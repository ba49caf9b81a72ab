"""`metrics.loss DESC` and its like, as columns to sort by."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, func, literal

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store import schema
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.run_tags import tag_column

runs = schema.runs

ATTRIBUTES: dict[str, Any] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.run_name,
    "status": runs.c.status,
    "user_id": runs.c.user_id,
    "start_time": runs.c.start_time,
    "end_time": runs.c.end_time,
    "duration": func.coalesce(
        runs.c.end_time, bindparam("now", callable_=now_milliseconds, type_=BigInteger)
    )
    - runs.c.start_time,
    "attempt": runs.c.attempt,
    "artifact_uri": literal("artifacts/") + func.substr(runs.c.run_id, 1, 2) + "/" + runs.c.run_id,
    "source_type": runs.c.source_type,
    "source_name": runs.c.source_name,
    "cell_id": runs.c.cell_id,
    "parent_run_id": runs.c.parent_run_id,
    "note": runs.c.note,
    "error_type": runs.c.error_type,
    "error_message": runs.c.error_message,
    "dropped": runs.c.dropped,
}
"""`duration` of a run that has not ended is up to now; `artifact_uri` is relative to the store."""
ALIASES = {"created": "start_time", "run name": "run_name", "name": "run_name"}
ENTITIES = {
    "metric": "metrics",
    "metrics": "metrics",
    "param": "params",
    "params": "params",
    "parameter": "params",
    "parameters": "params",
    "tag": "tags",
    "tags": "tags",
    "attribute": "attributes",
    "attributes": "attributes",
    "attr": "attributes",
    "run": "attributes",
    "dataset": "datasets",
    "datasets": "datasets",
}
SUMMARIES = ("min", "max", "first", "last", "count")
_TERM = re.compile(
    r"""\s*(?:(?P<entity>[A-Za-z]+)\.)?
        (?:`(?P<ticked>[^`]+)`|"(?P<quoted>[^"]+)"|(?P<plain>[^\s`"]+?))
        (?:\.(?P<part>min|max|first|last|count))?
        (?:\s+(?P<way>ASC|DESC))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)


class OrderTerm(NamedTuple):
    values: tuple[ColumnElement[Any], ...]
    """Runs that have the first come before those that have the second, in both directions."""
    present: ColumnElement[bool]
    join: tuple[Any, ColumnElement[bool]] | None
    descending: bool

    def columns(self) -> list[ColumnElement[Any]]:
        """Return what SQL sorts by: values, then NaN, then runs without the key."""
        rank = case(
            *((value.is_not(None), at) for at, value in enumerate(self.values)),
            (self.present, len(self.values)),
            else_=len(self.values) + 1,
        )
        return [rank, *self.directed()]

    def directed(self) -> list[ColumnElement[Any]]:
        return [value.desc() if self.descending else value.asc() for value in self.values]


def order_terms(order_by: list[str], *, params_as_text: bool = False) -> list[OrderTerm]:
    """Return what to sort by, first term first. Raises `InvalidValueError`."""
    return [_term(text, params_as_text) for text in order_by]


def _term(text: str, params_as_text: bool) -> OrderTerm:
    found = _TERM.fullmatch(text)
    entity = ENTITIES.get((found["entity"] or "attributes").lower()) if found else None
    if found is None or entity is None:
        raise InvalidValueError(
            f"Can't order by {text!r}. Expected for example 'metrics.loss DESC', 'params.lr' or "
            "'start_time'; a key with spaces or '/' stands in back ticks: metrics.`train/loss`."
        )
    key = found["ticked"] or found["quoted"] or found["plain"]
    descending = (found["way"] or "").upper() == "DESC"
    if entity == "attributes":
        name = ALIASES.get(key.lower(), key)
        if name not in ATTRIBUTES:
            raise InvalidValueError(
                f"Can't order by {key!r}. Expected one of {', '.join(ATTRIBUTES)}, "
                "or metrics.<key>, params.<key>, tags.<key>."
            )
        return OrderTerm((ATTRIBUTES[name],), literal(True), None, descending)
    if entity == "datasets":
        raise InvalidValueError(f"Can't order by {text!r}: a run may have several datasets.")
    column = tag_column(key) if entity == "tags" else None
    if column is not None:
        return OrderTerm((column,), column.is_not(None), None, descending)
    table = getattr(schema, entity).alias()
    join = (table, and_(table.c.run == runs.c.id, table.c.key == key))
    if entity == "metrics":
        values: tuple[Any, ...] = (table.c[(found["part"] or "last").lower()],)
    elif entity == "params" and params_as_text:
        values = (table.c.text,)
    elif entity == "params":
        # Numbers sort as numbers, and before texts; a text's number is NULL.
        values = (table.c.number, case((table.c.number.is_(None), table.c.text)))
    else:
        values = (table.c.value,)
    return OrderTerm(values, table.c.key.is_not(None), join, descending)
