"""Where the store, its spool and its artifacts are."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lightflow_jlab.errors import InvalidValueError

STORE_NAME = ".lightflow"
TRACKING_URI_VARIABLE = "LIGHTFLOW_TRACKING_URI"


def find_store(start: Path | None = None) -> Path:
    """Return the nearest `.lightflow` at or above `start`, else the one to make in `start`.

    Nothing is created. `start` is the working folder by default.
    """
    start = (start or Path.cwd()).absolute()
    for folder in (start, *start.parents):
        if (folder / STORE_NAME).is_dir():
            return folder / STORE_NAME
    return start / STORE_NAME


def store_from_uri(uri: str | os.PathLike[str]) -> Path:
    """Return the store folder that a tracking URI names.

    A folder that is not itself called `.lightflow` is taken as the folder that holds one.
    """
    text = os.fspath(uri)
    if not text.strip():
        raise InvalidValueError(
            "The tracking URI is empty. Expected a folder, for example './experiments'."
        )
    if "\0" in text:
        raise InvalidValueError(f"The tracking URI {text!r} holds a NUL character.")
    parts = urlsplit(text)
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
    elif "://" in text:
        raise InvalidValueError(
            f"The tracking URI {_without_password(text)!r} can't be used here. Expected a folder "
            "('./experiments' or 'file:///data/experiments'). Runs can be recorded to a server too "
            "(http, https), but not read by a command that works on a store's folder."
        )
    else:
        path = Path(text).expanduser()
    path = path.absolute()
    return path if path.name == STORE_NAME else path / STORE_NAME


def _without_password(uri: str) -> str:
    scheme, mark, rest = uri.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def default_store() -> Path:
    """Return the store that `LIGHTFLOW_TRACKING_URI` names, else the nearest one."""
    uri = os.environ.get(TRACKING_URI_VARIABLE)
    return store_from_uri(uri) if uri else find_store()


def spool_folder(store: Path) -> Path:
    """Return the folder of the store's own spool files."""
    return store / "spool"


def fallback_spool_folder(store: Path) -> Path:
    """Return the spool folder on this machine's own disk, for a store that can't be written."""
    digest = hashlib.sha256(os.fsencode(store)).hexdigest()[:16]
    return state_folder() / "spool" / digest


def received_folder(store: Path) -> Path:
    """Return the folder of the logs that other machines have sent, which only the server writes."""
    return spool_folder(store) / "received"


def all_spool_folders(store: Path) -> list[Path]:
    """Return where a store's log may be."""
    return [spool_folder(store), fallback_spool_folder(store), received_folder(store)]


def artifact_folder(store: Path, run_id: str) -> Path:
    """Return the folder of a run's artifacts; sharded by the id's first two digits."""
    return store / "artifacts" / run_id[:2] / run_id


def model_folder(store: Path, model_id: str) -> Path:
    """Return the folder of a logged model's files; sharded as the runs' are."""
    return store / "models" / model_id[2:4] / model_id


def artifact_folders(store: Path, run_ids: Iterable[str]) -> list[str]:
    """Return what `artifact_folder` does for each run, as text: for thousands of runs."""
    base, sign = os.path.join(store, "artifacts"), os.sep
    return [f"{base}{sign}{run_id[:2]}{sign}{run_id}" for run_id in run_ids]


def database_file(store: Path) -> Path:
    return store / "lightflow.db"


def state_folder() -> Path:
    """Return the person's folder for what belongs to this machine and not to a store."""
    if given := os.environ.get("LIGHTFLOW_STATE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "lightflow"


def make_private_folder(path: Path) -> Path:
    """Create `path` and its missing parents; those that are made are 0700 whatever the umask."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path
