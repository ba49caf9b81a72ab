"""What Lightflow wrote on an MLflow server in tags, for want of a place, is what it was again."""

from __future__ import annotations

from lightflow_jlab.store.adopt import FoundRun

_STATUS, _EXPORTED = "lightflow.status", "lightflow.exported"
_ERROR_TYPE, _ERROR_MESSAGE = "lightflow.errorType", "lightflow.errorMessage"


def as_it_was(run: FoundRun) -> FoundRun:
    tags = dict(run.tags)
    tags.pop(_EXPORTED, None)
    status = run.status
    if run.status == "FAILED" and tags.get(_STATUS) == "CRASHED":
        status = "CRASHED"
        del tags[_STATUS]
    return run._replace(
        status=status,
        error_type=tags.pop(_ERROR_TYPE, None),
        error_message=tags.pop(_ERROR_MESSAGE, None),
        tags=tags,
    )
