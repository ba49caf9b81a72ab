"""What every edit of the registry does: it notes the time and takes a number in the feed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

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


def no_model(name: str) -> NotFoundError:
    return NotFoundError(f"Registered Model with name={name} not found")
