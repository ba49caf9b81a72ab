"""Which status and which words an error gets; the only place that decides it."""

from __future__ import annotations

from http.client import responses

import msgspec
from tornado.web import HTTPError

from lightflow_jlab.contract.rest import ApiError, EditConflict
from lightflow_jlab.errors import (
    ConflictError,
    EditConflictError,
    InvalidTypeError,
    InvalidValueError,
    LightflowError,
    LocationError,
    NotFoundError,
    StoreError,
    StoreReadOnlyError,
    StoreTooNewError,
)

_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFoundError, 404, "RESOURCE_DOES_NOT_EXIST"),
    (ConflictError, 409, "RESOURCE_CONFLICT"),
    (LocationError, 400, "INVALID_LOCATION"),
    (InvalidValueError, 400, "INVALID_PARAMETER_VALUE"),
    (InvalidTypeError, 400, "INVALID_PARAMETER_VALUE"),
    (StoreTooNewError, 503, "STORE_TOO_NEW"),
    (StoreReadOnlyError, 409, "STORE_READ_ONLY"),
    (StoreError, 503, "TEMPORARILY_UNAVAILABLE"),
    (msgspec.MsgspecError, 400, "MALFORMED_REQUEST"),
)
_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "ENDPOINT_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    416: "RANGE_NOT_SATISFIABLE",
}


def explain(error: BaseException | None, status: int) -> tuple[int, ApiError | EditConflict]:
    """Return the status and the body for `error`; `status` is what tornado would answer."""
    if isinstance(error, EditConflictError):
        return 409, EditConflict("EDIT_CONFLICT", str(error), error.present)
    for kind, its_status, code in _STATUSES:
        if isinstance(error, kind):
            return its_status, ApiError(code, str(error))
    if status >= 500:
        return status, ApiError(
            "INTERNAL_ERROR", "Lightflow failed at this request; the server's log says why."
        )
    message = responses.get(status, "The request can't be answered")
    if isinstance(error, HTTPError) and error.log_message and not error.args:
        message = error.log_message
    return status, ApiError(_CODES.get(status, "BAD_REQUEST"), message)


def is_expected(error: BaseException | None) -> bool:
    """Tell whether `error` is the asker's and needs no traceback in the log."""
    return isinstance(error, LightflowError | msgspec.MsgspecError)
