"""`name DESC` and its like, where only columns can be sorted by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from lightflow_jlab.errors import InvalidValueError

_TERM = re.compile(
    r"\s*(?:(?:attr|attribute|attributes)\.)?[`\"]?(?P<name>\w+)[`\"]?(?:\s+(?P<way>ASC|DESC))?\s*",
    re.IGNORECASE,
)


def column_order(order_by: list[str], columns: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """Return what to sort by, first term first. Raises `InvalidValueError`."""
    order = []
    for text in order_by:
        found = _TERM.fullmatch(text)
        if found is None or found["name"] not in columns:
            raise InvalidValueError(
                f"Can't order by {text[:80]!r}. Expected one of {', '.join(columns)}, "
                "with ASC or DESC behind it."
            )
        column = columns[found["name"]]
        order.append(column.desc() if (found["way"] or "").upper() == "DESC" else column.asc())
    return order
