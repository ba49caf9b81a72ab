"""The search language: text → tree → SQL. It is parsed, never evaluated."""

from lightflow_jlab.store.search.compile import Condition, condition
from lightflow_jlab.store.search.parse import parse_filter
from lightflow_jlab.store.search.vocabulary import RUNS, Held, Vocabulary

__all__ = ["Held", "RUNS", "Vocabulary", "compile_filter", "parse_filter"]


def compile_filter(text: str, vocabulary: Vocabulary = RUNS) -> Condition:
    """Return the SQL condition of a filter. Raises `InvalidValueError`."""
    return condition(parse_filter(text, vocabulary), vocabulary)
