"""The index of the log: SQLite, its queries and commands."""

from lightflow_jlab.store.contents import History
from lightflow_jlab.store.run_query import Group, RunQuery
from lightflow_jlab.store.store import Store

__all__ = ["Group", "History", "RunQuery", "Store"]
