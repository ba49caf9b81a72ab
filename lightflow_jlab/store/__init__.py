"""The index of the log: SQLite, its queries and commands.

The names load when they are first used: who only compares attempts in a kernel loads no SQLAlchemy,
and threads that import parts of this package at the same time never wait for each other in a ring.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lightflow_jlab.store.contents import History
    from lightflow_jlab.store.run_query import Group, RunQuery
    from lightflow_jlab.store.store import Store

_HOMES = {"Group": "run_query", "History": "contents", "RunQuery": "run_query", "Store": "store"}

__all__ = ["Group", "History", "RunQuery", "Store"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
