"""The search language: text → tree → SQL. It is parsed, never evaluated."""

from lightflow_jlab.store.search.compile import Condition, condition
from lightflow_jlab.store.search.parse import parse_filter

__all__ = ["compile_filter", "parse_filter"]


def compile_filter(text: str) -> Condition:
    """Return the SQL condition on `runs` of a filter. Raises `InvalidValueError`."""
    return condition(parse_filter(text))
