"""Addresses below `lightflow:`: which store is meant, and which of its artifacts.

A store is `lightflow:` (the nearest one) or `lightflow:/path`; an artifact is
`lightflow:///path/.lightflow/<experiment>/<run>/artifacts/<path>`, so that it says all by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

from lightflow_jlab.config.locations import default_store, store_from_uri
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol.places import ROOT, Place, place

SCHEME = "lightflow:"
PLACED = ("artifact_uri", "artifact_location", "root_uri", "source", "location")
"""The fields of messages that hold the address of artifacts."""

_ARTIFACT = re.compile(
    r"(?P<store>.*/[.]lightflow)/(?P<place>\d+/(?:[0-9a-f]{32}|models/m-[0-9a-f]{32})/artifacts.*)"
)


def store_of_uri(uri: str | None) -> Path:
    """Return the folder of the store that a tracking URI means."""
    path = (uri or SCHEME).removeprefix(SCHEME)
    if not path.strip("/"):
        return default_store()
    return store_from_uri(_local(path) if path.startswith("//") else path)


def artifacts_uri(store: Path) -> str:
    """Return the address below which the artifacts of a store are, with `/` at its end."""
    return f"{SCHEME}{store.as_uri().removeprefix('file:')}/"


def artifact_of_uri(uri: str) -> tuple[Path, Place]:
    """Return the store and the place in it that an artifact's address means."""
    found = _ARTIFACT.fullmatch(uri.removeprefix(SCHEME))
    if not uri.startswith(SCHEME) or found is None:
        raise InvalidValueError(
            f"{uri[:200]!r} is no address of an artifact. Expected "
            "'lightflow:///path/.lightflow/<experiment>/<run>/artifacts/<path>'."
        )
    return store_from_uri(_local(found["store"])), place(found["place"])


def placed(message: Any, old: str, new: str) -> Any:
    """Return a message whose addresses of artifacts begin with `new` instead of `old`."""
    if isinstance(message, list):
        return [placed(one, old, new) for one in message]
    if not isinstance(message, dict):
        return message
    return {
        key: new + value.removeprefix(old)
        if key in PLACED and isinstance(value, str) and value.startswith(old)
        else placed(value, old, new)
        for key, value in message.items()
    }


def outward(message: Any, store: Path) -> Any:
    return placed(message, ROOT, artifacts_uri(store))


def inward(message: Any, store: Path) -> Any:
    return placed(message, artifacts_uri(store), ROOT)


def _local(path: str) -> str:
    """Return the path of what follows the scheme of a file's URI."""
    return url2pathname(re.sub("^//(?=/)", "", path))
