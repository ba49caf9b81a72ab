"""Which of MLflow's error codes and statuses an error gets; the only place that decides it."""

from __future__ import annotations

from http.client import responses

import msgspec
from tornado.web import HTTPError

from lightflow_jlab.errors import (
    ConflictError,
    LightflowError,
    NotFoundError,
    StoreError,
)
from lightflow_jlab.server.mlflow.messages import ErrorMessage

LOGIN_HINT = (
    "Who asks is not known here. Set MLFLOW_TRACKING_TOKEN to the Jupyter server's token (shown "
    "by `jupyter server list`), and remove the host from ~/.netrc, which would replace the token."
)

_NAMES: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFoundError, 404, "RESOURCE_DOES_NOT_EXIST"),
    (ConflictError, 400, "RESOURCE_ALREADY_EXISTS"),
    (StoreError, 503, "TEMPORARILY_UNAVAILABLE"),
    (NotImplementedError, 501, "NOT_IMPLEMENTED"),
    (LightflowError, 400, "INVALID_PARAMETER_VALUE"),
    (msgspec.MsgspecError, 400, "INVALID_PARAMETER_VALUE"),
)
_CODES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "ENDPOINT_NOT_FOUND",
    413: "INVALID_PARAMETER_VALUE",
    415: "INVALID_PARAMETER_VALUE",
    429: "REQUEST_LIMIT_EXCEEDED",
    503: "TEMPORARILY_UNAVAILABLE",
}


def explain(error: BaseException | None, status: int) -> tuple[int, ErrorMessage]:
    """Return the status and the body for `error`; `status` is what tornado would answer."""
    for kind, its_status, code in _NAMES:
        if isinstance(error, kind):
            return its_status, ErrorMessage(error_code=code, message=str(error))
    if status == 401:
        return status, ErrorMessage(error_code="UNAUTHENTICATED", message=LOGIN_HINT)
    if status >= 500:
        message = "Lightflow failed at this request; the server's log says why."
        return 500, ErrorMessage(error_code="INTERNAL_ERROR", message=message)
    message = responses.get(status, "The request can't be answered")
    if isinstance(error, HTTPError) and error.log_message and not error.args:
        message = error.log_message
    code = _CODES.get(status, "BAD_REQUEST")
    # Only statuses that MLflow's own server has: it answers 400 for a body it won't read.
    status = 400 if code == "INVALID_PARAMETER_VALUE" else status
    return status, ErrorMessage(error_code=code, message=message)
