"""What MLflow's protocol has and Lightflow doesn't keep."""

from __future__ import annotations

import re

OUT_OF_SCOPE = (
    "artifacts/presigned-",
    "assessments",
    "datasets",
    "demo",
    "gateway",
    "genai",
    "get-online-trace-details",
    "graphql",
    "issues",
    "jobs",
    "label-schemas",
    "mcp",
    "prompt-optimization",
    "prompts",
    "review-queues",
    "scorer",
    "traces",
    "unified-traces",
    "users",
    "webhooks",
    "workspaces",
)
"""How the addresses begin of what Lightflow doesn't keep."""
_OUT_OF_SCOPE = re.compile(f"/mlflow/(?:{'|'.join(map(re.escape, OUT_OF_SCOPE))})")


def is_out_of_scope(address: str) -> bool:
    return _OUT_OF_SCOPE.search(address) is not None
