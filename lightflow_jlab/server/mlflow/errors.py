"""Errors of the way by HTTP, in MLflow's form."""

from __future__ import annotations

from http.client import responses

from tornado.web import HTTPError

from lightflow_jlab.mlflow_protocol import errors
from lightflow_jlab.mlflow_protocol.messages import ErrorMessage

LOGIN_HINT = (
    "Who asks is not known here. Set MLFLOW_TRACKING_TOKEN to the Jupyter server's token (shown "
    "by `jupyter server list`), and remove the host from ~/.netrc, which would replace the token."
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
    if (known := errors.explain(error)) is not None:
        return known
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
