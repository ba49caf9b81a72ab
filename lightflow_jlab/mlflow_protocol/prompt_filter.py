"""Filters of the registry, to which MLflow's client adds that it wants no prompts.

MLflow keeps prompts among its registered models, told apart by a tag that models don't have. A
test of that tag would hold for no model (a test never holds for what lacks its key), so MLflow's
server takes such tests for "no prompts", which is all that Lightflow keeps.
"""

from __future__ import annotations

from sqlalchemy import true

from lightflow_jlab.store.search import Condition, Vocabulary, condition, parse_filter
from lightflow_jlab.store.search.tree import Both, Comparison, Node

PROMPT_TAG = "mlflow.prompt.is_prompt"
"""What makes of a registered model a prompt."""


def registry_condition(text: str | None, vocabulary: Vocabulary) -> Condition:
    """Return the SQL condition of a filter of models or versions. Raises `FilterError`."""
    if not (text or "").strip():
        return true()
    node = parse_filter(text or "", vocabulary)
    parts = node.parts if isinstance(node, Both) else (node,)
    kept = tuple(part for part in parts if not _wants_no_prompts(part))
    return condition(Both(kept), vocabulary) if kept else true()


def _wants_no_prompts(node: Node) -> bool:
    if not isinstance(node, Comparison) or node.key.entity != "tags":
        return False
    asked = (node.operator, str(node.value).lower())
    return node.key.name == PROMPT_TAG and asked in {("!=", "true"), ("=", "false")}
