"""How what lies on the server is known again: by tags that name what it is here."""

from __future__ import annotations

from typing import Any, NamedTuple

from lightflow_jlab.remote.mlflow_runs import ID_TAG

EXPORTED_TAG = "lightflow.exported"
"""As what a thing was sent: a store and the number of its last change there."""
MODEL_TAG = "lightflow.modelId"
VERSION_TAG = "lightflow.version"
OWN_TAGS = frozenset((ID_TAG, EXPORTED_TAG, MODEL_TAG, VERSION_TAG))


class Target(NamedTuple):
    """What stands on the server for a run or a logged model."""

    remote_id: str
    artifact_uri: str
    mark: str = ""
    """The `EXPORTED_TAG`; empty where it was not sent whole."""
    is_deleted: bool = False
    is_new: bool = False


def tags_of(message: list[dict[str, Any]] | None) -> dict[str, str]:
    """Return tags or params of a message by key."""
    return {one["key"]: one.get("value", "") for one in message or ()}
