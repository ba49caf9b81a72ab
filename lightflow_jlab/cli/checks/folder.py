"""The store's folder: where it is, on what disk, and who can read it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.checks.finding import Finding, note, ok, problem
from lightflow_jlab.config.file_system import file_system, is_network
from lightflow_jlab.config.locations import state_folder

_TIGHT_BYTES = 1024**3
_FULL_BYTES = 100 * 1024**2
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_folder(folder: Path) -> Iterator[Finding]:
    if not os.access(folder, os.W_OK):
        yield note("store", f"{folder}, which can't be written: it is shown as it is.")
    else:
        yield ok("store", f"{folder}")
    kind = file_system(folder)
    if is_network(kind):
        yield note(
            "file system",
            f"{kind}, a network: the database has no write-ahead log there, and programs log to "
            f"{state_folder()} first.",
        )
    else:
        yield ok("file system", kind or "of this system's own kind")
    yield _space(folder)
    if os.name == "posix":
        yield _permissions([folder, state_folder()])


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1024**3:,.1f} GB are free."
    if free < _FULL_BYTES:
        return problem("disk", f"{text} Logging goes on in {state_folder()} when it is full.")
    return note("disk", text) if free < _TIGHT_BYTES else ok("disk", text)


def _permissions(roots: list[Path]) -> Finding:
    open_to_others = [
        path
        for root in roots
        if root.is_dir()
        for path in (root, *root.rglob("*"))
        if not path.is_symlink() and path.stat().st_mode & _OTHERS
    ]
    if not open_to_others:
        return ok("permissions", "All files are yours alone.")
    first = ", ".join(str(path) for path in open_to_others[:3])
    return problem(
        "permissions",
        f"{len(open_to_others)} files and folders can be read by others: {first}"
        f"{' …' if len(open_to_others) > 3 else ''}. --fix makes them yours alone.",
        lambda: _close(open_to_others),
    )


def _close(paths: list[Path]) -> None:
    for path in paths:
        path.chmod(path.stat().st_mode & ~_OTHERS)
