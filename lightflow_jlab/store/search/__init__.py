"""The search language: text → tree → SQL. It is parsed, never evaluated."""

from lightflow_jlab.store.search.compile import Condition, condition, owner_numbers
from lightflow_jlab.store.search.complete import filter_hints
from lightflow_jlab.store.search.mistake import FilterError
from lightflow_jlab.store.search.parse import parse_filter
from lightflow_jlab.store.search.tokens import read_duration
from lightflow_jlab.store.search.vocabulary import RUNS, Held, Vocabulary
from lightflow_jlab.store.search.write import write_filter

__all__ = [
    "Condition",
    "FilterError",
    "Held",
    "RUNS",
    "Vocabulary",
    "compile_filter",
    "filter_hints",
    "condition",
    "owner_numbers",
    "parse_filter",
    "read_duration",
    "write_filter",
]


def compile_filter(text: str, vocabulary: Vocabulary = RUNS) -> Condition:
    """Return the SQL condition of a filter. Raises `FilterError`."""
    return condition(parse_filter(text, vocabulary), vocabulary)
