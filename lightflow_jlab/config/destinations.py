"""A server as the place of runs: the folder in which they wait for it, the outbox.

An outbox is laid out as a store is (`spool/`, `artifacts/`), without a database.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit

from lightflow_jlab.config.locations import (
    find_store,
    make_private_folder,
    state_folder,
    store_from_uri,
)
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.errors import InvalidValueError

_NAME = "server.txt"


def is_server(uri: str) -> bool:
    """Tell whether a tracking URI names a server and not a folder."""
    return urlsplit(uri.strip()).scheme.lower() in ("http", "https")


def recording_folder(uri: str | os.PathLike[str]) -> Path:
    """Return where runs are written for a tracking URI: in a store, or in a server's outbox."""
    text = os.fspath(uri)
    return outbox_of(text) if is_server(text) else store_from_uri(text)


def server_uri(uri: str) -> str:
    """Return a server's URI in the one form that names it. Raises `InvalidValueError`."""
    parts = urlsplit(uri.strip())
    if "@" in parts.netloc:
        raise InvalidValueError(
            "The tracking URI holds a name or password, which would be kept with the runs. Set "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or LIGHTFLOW_TRACKING_TOKEN, "
            "and leave them out of the URI."
        )
    try:
        bad = not parts.hostname or parts.port == 0
    except ValueError:
        bad = True
    if bad or parts.query or parts.fragment or any(ord(c) <= 32 for c in uri.strip()):
        where = f"{parts.scheme}://{parts.netloc}{parts.path}"
        raise InvalidValueError(
            f"The tracking URI {where!r} can't be used. Expected the address of a server, without "
            "'?' and '#', for example 'https://mlflow.example.org' or 'https://hub/user/ada'. "
            "A token is given by MLFLOW_TRACKING_TOKEN or LIGHTFLOW_TRACKING_TOKEN."
        )
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def outbox_of(uri: str) -> Path:
    """Return the outbox of a server, made where it can be. Raises `InvalidValueError`."""
    uri = server_uri(uri)
    folder = outboxes_folder() / hashlib.sha256(uri.encode()).hexdigest()[:16]
    if not (folder / _NAME).exists():
        try:
            _name_server(folder, uri)
        except OSError as error:
            warn_once(
                f"outbox:{error.errno}",
                f"{folder} can't be written ({error.strerror or error}): runs can't wait there for "
                f"{uri}. Set LIGHTFLOW_STATE_DIR to a folder that can.",
            )
    return folder


def server_of(folder: Path) -> str | None:
    """Return which server an outbox is for, None for a folder that is none."""
    if not is_outbox(folder):
        return None
    try:
        return (folder / _NAME).read_text("utf-8").strip() or None
    except OSError:
        return None


def is_outbox(folder: Path) -> bool:
    return folder.parent == outboxes_folder()


def project_folder(recording: Path) -> Path:
    """Return the folder that paths of notebooks and scripts are relative to."""
    return (find_store() if is_outbox(recording) else recording).parent


def outboxes() -> list[Path]:
    """Return all outboxes of this person on this machine."""
    return sorted(path.parent for path in outboxes_folder().glob(f"*/{_NAME}"))


def outboxes_folder() -> Path:
    return state_folder() / "outboxes"


def _name_server(folder: Path, uri: str) -> None:
    draft = make_private_folder(folder) / f".{_NAME}.{os.getpid()}"
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(uri + "\n")
    draft.replace(folder / _NAME)
