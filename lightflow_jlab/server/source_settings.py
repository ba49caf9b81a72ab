"""The configured servers whose runs are shown: who may be asked is decided here, by no browser."""

from __future__ import annotations

import re
from typing import Any

from lightflow_jlab.config.destinations import is_server, server_uri
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.remote.credentials import Credentials, FromEnvironment, Given
from lightflow_jlab.remote.mlflow_source import MlflowSource

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FIELDS = ("uri", "token", "username", "password")
EXAMPLE = '{"team": "https://mlflow.example.org"}'


def source_of(name: Any, given: Any) -> MlflowSource:
    """Return what reads a server that is configured by its address, or by a dictionary.

    Raises
    ------
    InvalidValueError
        The message holds no credentials.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidValueError(
            f"{name!r} can't be the name of a server. Expected are up to 64 letters, digits, "
            f"'_', '-' and '.', as in {EXAMPLE}."
        )
    if isinstance(given, str):
        return MlflowSource(_address(name, given), FromEnvironment())
    if not isinstance(given, dict) or not all(
        field in _FIELDS and isinstance(value, str) for field, value in given.items()
    ):
        raise InvalidValueError(
            f"The server {name!r} is configured neither by an address nor by texts named "
            f"{', '.join(_FIELDS)}. Expected is for example {EXAMPLE}."
        )
    own = {field: value for field, value in given.items() if field != "uri"}
    credentials: Credentials = Given(**own) if own else FromEnvironment()
    return MlflowSource(_address(name, given.get("uri", "")), credentials)


def _address(name: str, uri: str) -> str:
    if not is_server(uri):
        raise InvalidValueError(
            f"The server {name!r} has no address that begins with http:// or https://. "
            f"Expected is for example {EXAMPLE}."
        )
    return server_uri(uri)
