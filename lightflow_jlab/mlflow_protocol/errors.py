"""Which of MLflow's error codes and statuses an error gets; the only place that decides it."""

from __future__ import annotations

import msgspec

from lightflow_jlab.errors import (
    ConflictError,
    LightflowError,
    NotFoundError,
    StoreError,
    StoreReadOnlyError,
)
from lightflow_jlab.mlflow_protocol.messages import ErrorMessage

_NAMES: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFoundError, 404, "RESOURCE_DOES_NOT_EXIST"),
    (ConflictError, 400, "RESOURCE_ALREADY_EXISTS"),
    (StoreReadOnlyError, 403, "PERMISSION_DENIED"),
    (StoreError, 503, "TEMPORARILY_UNAVAILABLE"),
    (NotImplementedError, 501, "NOT_IMPLEMENTED"),
    (LightflowError, 400, "INVALID_PARAMETER_VALUE"),
    (msgspec.MsgspecError, 400, "INVALID_PARAMETER_VALUE"),
)


def explain(error: BaseException | None) -> tuple[int, ErrorMessage] | None:
    """Return the status and the body for an error; None for one that is no part of the protocol."""
    for kind, status, code in _NAMES:
        if isinstance(error, kind):
            return status, ErrorMessage(error_code=code, message=str(error))
    return None
