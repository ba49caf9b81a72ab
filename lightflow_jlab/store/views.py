"""Views of the table of runs that people gave names, for all who use the store."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from lightflow_jlab.contract.limits import check_name
from lightflow_jlab.contract.views import (
    SavedView,
    SavedViewCreate,
    SavedViewList,
    SavedViewPatch,
    TableView,
)
from lightflow_jlab.errors import ConflictError, NotFoundError
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.schema import views
from lightflow_jlab.store.sequence import inserted_key


def list_views(connection: Connection) -> SavedViewList:
    rows = connection.execute(select(views).order_by(views.c.name)).mappings()
    return SavedViewList(views=[_view(row) for row in rows])


def create_view(connection: Connection, asked: SavedViewCreate, user: str) -> SavedView:
    """Keep a view. Raises `ConflictError` where the name is taken."""
    name = check_name("view", asked.name)
    _check_free(connection, name, None)
    if asked.is_default:
        _clear_default(connection)
    now = now_milliseconds()
    made = connection.execute(
        insert(views).values(
            name=name,
            definition=_text(asked.definition),
            is_default=asked.is_default,
            created_by=user,
            creation_time=now,
            updated_by=user,
            last_update_time=now,
        )
    )
    return _view(_row(connection, str(inserted_key(made))))


def update_view(
    connection: Connection, view_id: str, patch: SavedViewPatch, user: str
) -> SavedView:
    """Change a view. Raises `NotFoundError`, and `ConflictError` where the name is taken."""
    number = _row(connection, view_id)["view_id"]
    values: dict[str, Any] = {"updated_by": user, "last_update_time": now_milliseconds()}
    if patch.name is not UNSET:
        values["name"] = check_name("view", patch.name)
        _check_free(connection, values["name"], number)
    if patch.definition is not UNSET:
        values["definition"] = _text(patch.definition)
    if patch.is_default is not UNSET:
        _clear_default(connection)
        values["is_default"] = patch.is_default
    connection.execute(update(views).where(views.c.view_id == number).values(values))
    return _view(_row(connection, view_id))


def delete_view(connection: Connection, view_id: str) -> SavedViewList:
    """Remove a view for good and return those that are left. Raises `NotFoundError`."""
    number = _row(connection, view_id)["view_id"]
    connection.execute(delete(views).where(views.c.view_id == number))
    return list_views(connection)


def _view(row: RowMapping) -> SavedView:
    return SavedView(
        view_id=str(row["view_id"]),
        name=row["name"],
        definition=msgspec.json.decode(row["definition"], type=TableView),
        is_default=row["is_default"],
        created_by=row["created_by"],
        creation_time=row["creation_time"],
        updated_by=row["updated_by"],
        last_update_time=row["last_update_time"],
    )


def _row(connection: Connection, view_id: str) -> RowMapping:
    if view_id.isdecimal() and len(view_id) < 18:
        query = select(views).where(views.c.view_id == int(view_id))
        row = connection.execute(query).mappings().first()
        if row is not None:
            return row
    raise NotFoundError(f"There is no saved view with the id {view_id!r}.")


def _check_free(connection: Connection, name: str, own: int | None) -> None:
    found = connection.execute(select(views.c.view_id).where(views.c.name == name)).scalar()
    if found is not None and found != own:
        raise ConflictError(f"A view named {name!r} exists already. Take another name.")


def _clear_default(connection: Connection) -> None:
    connection.execute(update(views).values(is_default=False).where(views.c.is_default))


def _text(definition: TableView) -> str:
    return msgspec.json.encode(definition).decode()
