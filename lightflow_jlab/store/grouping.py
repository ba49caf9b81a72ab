"""Runs in groups: by a param, a tag, a cell, a parent, or an attribute; with what each holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from lightflow_jlab.contract.rest import GroupedMetric, RunGroup, RunGroups
from lightflow_jlab.contract.scalars import Number, encode_number
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store import schema
from lightflow_jlab.store.choosing import count_runs
from lightflow_jlab.store.ordering import ENTITIES, OrderTerm, order_terms
from lightflow_jlab.store.run_query import Group, RunQuery
from lightflow_jlab.store.run_tags import tag_column
from lightflow_jlab.store.sequence import current_seq

CELL_SIGN = "#"
"""Between the notebook and the cell in the value of a cell's group."""

runs, experiments = schema.runs, schema.experiments
_ATTRIBUTES: dict[str, ColumnElement[Any]] = {
    "cell": case((runs.c.cell_id != "", runs.c.source_name + CELL_SIGN + runs.c.cell_id)),
    "parent": runs.c.parent_run_id,
    "experiment": runs.c.experiment_id,
    "status": runs.c.status,
    "user_id": func.nullif(runs.c.user_id, ""),
    "source_name": func.nullif(runs.c.source_name, ""),
}


class _Key(NamedTuple):
    value: ColumnElement[Any]
    """NULL for runs without it."""
    held: tuple[Any, ColumnElement[bool]] | None
    """The table that holds it, and which of its rows do; None where it is of the run's own."""


def in_group(group: Group) -> ColumnElement[bool]:
    """Return the condition of being in a group. Raises `InvalidValueError`."""
    value, held = _key(group.by)
    if held is None:
        return _equals(value, group.value)
    table, ours = held
    holders = select(table.c.run).where(ours, value.is_not(None))
    if group.value is None:
        return runs.c.id.not_in(holders)
    return runs.c.id.in_(holders.where(value == group.value))


def groups(
    connection: Connection,
    query: RunQuery,
    matched: ColumnElement[bool],
    by: str,
    metrics: list[str],
) -> RunGroups:
    """Return one page of the groups, by the first term of the order, or the newest first.

    A group stands where the best of its runs would in that order. `metrics` are the keys that are
    aggregated. Raises `InvalidValueError`.
    """
    key = _key(by)
    terms = order_terms(query.order_by[:1])
    grouped = _grouped(select(key.value.label("value"), func.count().label("runs")), key, matched)
    grouped = grouped.add_columns(func.max(runs.c.start_time).label("last_start"))
    total = connection.execute(select(func.count()).select_from(grouped.subquery())).scalar_one()
    for term in terms:
        if term.join is not None:
            grouped = grouped.outerjoin(*term.join)
        for best in _best(term):
            grouped = grouped.order_by(best.is_(None), _directed(best, term))
    grouped = grouped.order_by(func.max(runs.c.start_time).desc(), key.value)
    found = connection.execute(grouped.limit(query.limit).offset(query.offset)).all()
    values = [row.value for row in found]
    labels = _labels(connection, by, values)
    aggregated = _aggregated(connection, key, matched, metrics, values)
    return RunGroups(
        groups=[
            RunGroup(
                value=None if row.value is None else str(row.value),
                label=labels.get(row.value, "" if row.value is None else str(row.value)),
                run_count=row.runs,
                last_start_time=row.last_start,
                metrics=aggregated.get(row.value, []),
            )
            for row in found
        ],
        total=int(total),
        matched=count_runs(connection, matched),
        offset=query.offset,
        seq=current_seq(connection),
    )


def _key(by: str) -> _Key:
    if by in _ATTRIBUTES:
        return _Key(_ATTRIBUTES[by], None)
    entity, _, name = by.partition(".")
    kind = ENTITIES.get(entity.lower())
    if kind not in ("params", "tags") or not name:
        raise InvalidValueError(
            f"Can't group by {by[:80]!r}. Expected params.<key>, tags.<key> or one of "
            f"{', '.join(_ATTRIBUTES)}."
        )
    column = tag_column(name) if kind == "tags" else None
    if column is not None:
        return _Key(func.nullif(column, ""), None)
    table = getattr(schema, kind).alias()
    value = table.c.text if kind == "params" else table.c.value
    return _Key(value, (table, table.c.key == name))


def _equals(value: ColumnElement[Any], wanted: str | None) -> ColumnElement[bool]:
    if wanted is None:
        return value.is_(None)
    if value is runs.c.experiment_id:
        return value == (int(wanted) if wanted.isdecimal() else -1)
    return value == wanted


def _grouped(query: Select[Any], key: _Key, matched: ColumnElement[bool]) -> Select[Any]:
    query = query.select_from(runs)
    if key.held is not None:
        table, ours = key.held
        query = query.outerjoin(table, and_(table.c.run == runs.c.id, ours))
    return query.where(matched).group_by(key.value)


def _best(term: OrderTerm) -> list[ColumnElement[Any]]:
    pick = func.max if term.descending else func.min
    return [pick(value) for value in term.values]


def _directed(best: ColumnElement[Any], term: OrderTerm) -> ColumnElement[Any]:
    return best.desc() if term.descending else best.asc()


def _labels(connection: Connection, by: str, values: list[Any]) -> dict[Any, str]:
    """Return the names of the parents or experiments that groups are of."""
    if by == "parent":
        names = select(runs.c.run_id, runs.c.run_name).where(runs.c.run_id.in_(values))
    elif by == "experiment":
        names = select(experiments.c.experiment_id, experiments.c.name).where(
            experiments.c.experiment_id.in_(values)
        )
    else:
        return {}
    return {row[0]: row[1] for row in connection.execute(names)}


def _aggregated(
    connection: Connection,
    key: _Key,
    matched: ColumnElement[bool],
    metrics: list[str],
    values: list[Any],
) -> dict[Any, list[GroupedMetric]]:
    """Return the metrics of each group, by its value; NaN counts for nothing."""
    if not metrics or not values:
        return {}
    table = schema.metrics
    last = table.c.last
    query = (
        _grouped(
            select(
                key.value.label("value"),
                table.c.key,
                func.count(last).label("counted"),
                func.min(last).label("least"),
                func.max(last).label("greatest"),
                func.avg(last).label("mean"),
            ),
            key,
            and_(matched, or_(key.value.in_(values), key.value.is_(None))),
        )
        .join(table, and_(table.c.run == runs.c.id, table.c.key.in_(metrics)))
        .group_by(table.c.key)
        .order_by(table.c.key)
    )
    found: dict[Any, list[GroupedMetric]] = {}
    for row in connection.execute(query):
        if row.counted:
            found.setdefault(row.value, []).append(
                GroupedMetric(
                    key=row.key,
                    count=row.counted,
                    min=_number(row.least),
                    max=_number(row.greatest),
                    mean=_number(row.mean),
                )
            )
    return found


def _number(value: float | None) -> Number:
    return "NaN" if value is None else encode_number(value)
