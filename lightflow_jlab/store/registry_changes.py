"""What every edit of the registry does: it notes the time and takes a number in the feed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.model_schema import registered_models as models
from lightflow_jlab.store.sequence import next_seq


def touch_model(connection: Connection, model: str, **values: Any) -> None:
    changed = connection.execute(
        update(models)
        .where(models.c.name == model)
        .values(last_update_time=now_milliseconds(), seq=next_seq(connection), **values)
    )
    if not changed.rowcount:
        raise no_model(model)


def put_tag(
    connection: Connection, table: Table, match: dict[str, Any], key: str, value: str
) -> None:
    connection.execute(
        upsert(table)
        .values(**match, key=key, value=value)
        .on_conflict_do_update(index_elements=[*match, "key"], set_={"value": value})
    )


def no_model(name: str) -> NotFoundError:
    return NotFoundError(f"Registered Model with name={name} not found")
