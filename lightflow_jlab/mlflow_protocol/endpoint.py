"""One address of the protocol: what is asked there, who answers, and who may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

Answer = Callable[[Connection, Any], msgspec.Struct]


class Endpoint(msgspec.Struct, frozen=True):
    method: str
    path: str
    """Below `/mlflow/`; `{name}` takes one part of the path."""
    request: type[msgspec.Struct]
    answer: Answer
    """Answers in one transaction of the store."""
    resource: str
    action: Literal["read", "write"] = "write"
