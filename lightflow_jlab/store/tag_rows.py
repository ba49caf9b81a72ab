"""Keys and values that stand in a table of their own beside what they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import insert as upsert


def put_tags(
    connection: Connection, table: Table, match: dict[str, Any], tags: Mapping[str, str]
) -> None:
    """Set tags of the row of another table that `match` names."""
    put = upsert(table)
    put = put.on_conflict_do_update(
        index_elements=[*match, "key"], set_={"value": put.excluded.value}
    )
    if rows := [{**match, "key": key, "value": value} for key, value in tags.items()]:
        connection.execute(put, rows)
