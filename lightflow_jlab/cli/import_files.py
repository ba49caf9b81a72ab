"""Files of another tracker: copied or linked into the store, and listed once they are there."""

from __future__ import annotations

import contextlib
import mimetypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.contract.limits import MODEL_ID, check_artifact_path
from lightflow_jlab.errors import LightflowError
from lightflow_jlab.store.adopt import FoundFile


def fetch(owner: str, uri: str, folder: Path | None, target: Path, *, link: bool) -> list[str]:
    """Fill a folder with the files of a run or model from the one that its `uri` stands for.

    MLflow names each folder of artifacts after the run or model (`…/ID/artifacts`). A store that
    names another, such as a person's home, is not followed there.
    """
    what = f"model {owner}" if MODEL_ID.fullmatch(owner) else f"run {owner}"
    if folder is None:
        return [f"{what}: its artifacts at {uri} are not on this machine's disks"] if uri else []
    if owner not in folder.parts or ".." in folder.parts:
        return [f"{what}: its artifacts at {uri} are in no folder of its own"]
    return fill(folder, target, link=link)


def fill(folder: Path, target: Path, *, link: bool) -> list[str]:
    """Put the files below a folder below another, those that are there already excepted.

    With `link` they are the same files (hard links), where both are on one disk: nothing is
    copied, but what then changes a file changes both. Links of the source are not followed;
    returns a line for each of them.
    """
    lines = []
    for file in _files_below(folder):
        inner = file.relative_to(folder)
        if file.is_symlink():
            lines.append(f"the link {file}, which may lead anywhere")
            continue
        copy = target / inner
        if copy.exists() and copy.stat().st_size == file.stat().st_size:
            continue
        make_private_folder(copy.parent)
        copy.unlink(missing_ok=True)
        if link:
            with contextlib.suppress(OSError):
                os.link(file, copy)
                continue
        shutil.copyfile(file, copy)
        copy.chmod(0o600)
    return lines


def local_folder(uri: str, base: Path) -> Path | None:
    """Return the folder of an artifact URI, None where it is none of this machine's."""
    parts = urlsplit(uri)
    return base / unquote(parts.path) if uri and parts.scheme in ("", "file") else None


def list_files(folder: Path, lines: list[str]) -> list[FoundFile]:
    """Return what lies in a run's folder; adds a line for each file whose name can't be kept."""
    found = []
    for file in _files_below(folder):
        path = file.relative_to(folder).as_posix()
        try:
            check_artifact_path(path)
        except LightflowError as error:
            lines.append(str(error))
            continue
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        found.append(FoundFile(path, file.stat().st_size, media_type))
    return found


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield files and links, never what is behind a link to a folder."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in (*names, *folders):
            file = Path(parent, name)
            if file.is_symlink() or file.is_file():
                yield file
