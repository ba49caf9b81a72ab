"""The index of the log: SQLite, its queries and commands."""

from lightflow_jlab.store.contents import History
from lightflow_jlab.store.run_query import RunQuery
from lightflow_jlab.store.store import Store

__all__ = ["History", "RunQuery", "Store"]
