"""Errors of the way by HTTP, in MLflow's form."""

from __future__ import annotations

from http.client import responses

from tornado.web import HTTPError

from lightflow_jlab.mlflow_protocol import errors
from lightflow_jlab.mlflow_protocol.messages import ErrorMessage

_HOW = (
    "Set MLFLOW_TRACKING_TOKEN to the Jupyter server's token (`jupyter server list` shows it), or "
    "on a JupyterHub to a token of yours."
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


def login_hint(authorization: str) -> str:
    """Say what to do to somebody who isn't known, by the header that came."""
    if authorization.startswith("Basic "):
        return (
            "A name and a password came, and this server asks for a token. Unset "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, remove the host from ~/.netrc, "
            f"which MLflow's client would send instead of the token. {_HOW}"
        )
    if authorization:
        return f"The token that came is not known here. {_HOW}"
    return f"No token came. {_HOW}"


def explain(
    error: BaseException | None, status: int, authorization: str = ""
) -> tuple[int, ErrorMessage]:
    """Return the status and the body for `error`; `status` is what tornado would answer."""
    if (known := errors.explain(error)) is not None:
        return known
    if status == 401:
        message = login_hint(authorization)
        return status, ErrorMessage(error_code="UNAUTHENTICATED", message=message)
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
