"""Files that are their owner's alone, 0600 whatever the umask."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import BinaryIO

from lightflow_jlab.config.locations import make_private_folder

_BINARY = getattr(os, "O_BINARY", 0)


def create_private(path: Path, *, new: bool = False) -> BinaryIO:
    """Open a file for writing, empty. `new`: raises `FileExistsError` where there is one."""
    how = os.O_EXCL if new else os.O_TRUNC
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | _BINARY | how, 0o600), "wb")


def copy_private_tree(source: Path, target: Path) -> int:
    """Copy a folder's files and folders; links and devices are left out. Return the bytes."""
    make_private_folder(target)
    total = 0
    for entry in os.scandir(source):
        if entry.is_dir(follow_symlinks=False):
            total += copy_private_tree(Path(entry.path), target / entry.name)
        elif stat.S_ISREG((found := entry.stat(follow_symlinks=False)).st_mode):
            with open(entry.path, "rb") as data, create_private(target / entry.name) as out:
                shutil.copyfileobj(data, out, 1024 * 1024)
            total += found.st_size
    return total
