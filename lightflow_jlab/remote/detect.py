"""Which kind of server answers at an address."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from lightflow_jlab.remote.connection import SECONDS, Connection
from lightflow_jlab.remote.credentials import Credentials
from lightflow_jlab.remote.failures import NotAllowedError, RefusedError, UnknownServerError

Kind = Literal["lightflow", "mlflow"]
API = "lightflow/api"
_OURS = re.compile(r"(/lightflow(/mlflow|/api)?|/lab|/tree)$")
_VERSION = re.compile(rb"\d+\.\d+[\w.\-+]*\s*")


class Server(NamedTuple):
    kind: Kind
    uri: str
    """The address that its paths are below."""


def detect(uri: str, credentials: Credentials | None = None, seconds: float = SECONDS) -> Server:
    """Ask a server what it is.

    Raises
    ------
    UnreachableError
        Nothing answers. `NotAllowedError`: something does, and asks who we are.
        `UnknownServerError`: it is neither MLflow nor Lightflow.
    """
    root = _OURS.sub("", uri)
    not_allowed: NotAllowedError | None = None
    try:
        if _is_lightflow(Connection(root, "lightflow", seconds, credentials=credentials)):
            return Server("lightflow", root)
    except NotAllowedError as error:
        not_allowed = error
    try:
        if _is_mlflow(Connection(uri, "mlflow", seconds, credentials=credentials)):
            return Server("mlflow", uri)
    except NotAllowedError as error:
        not_allowed = not_allowed or error
    if not_allowed is not None:
        raise not_allowed
    raise UnknownServerError(
        f"{uri} is neither an MLflow nor a Lightflow server: it answers, but not as these do. "
        "Expected is the address that `mlflow server` tells, or a JupyterLab's with Lightflow, "
        "as in 'https://hub.example.org/user/ada'."
    )


def _is_lightflow(connection: Connection) -> bool:
    try:
        answer = msgspec.json.decode(connection.request("GET", f"{API}/status"))
    except (RefusedError, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return isinstance(answer, dict) and "store_id" in answer


def _is_mlflow(connection: Connection) -> bool:
    try:
        return bool(_VERSION.fullmatch(connection.request("GET", "version")[:80]))
    except RefusedError:
        return False
