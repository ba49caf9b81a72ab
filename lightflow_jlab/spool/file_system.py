"""Which file systems keep the space that was reserved, so that a mapped file can't fail later."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RESERVING = frozenset({"ext2", "ext3", "ext4", "xfs", "tmpfs"})
"""Where `posix_fallocate` takes the blocks that later stores use. Copy-on-write systems (btrfs,
zfs, and overlay, which may stand on one) take new blocks at each write, network systems far away.
"""


def file_system(folder: Path) -> str:
    """Return the type of the file system that holds a folder (`ext4`, `nfs4`, …), or ''."""
    if not sys.platform.startswith("linux"):
        return ""
    target = os.path.realpath(folder)
    best, kind = "", ""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                fields, _, rest = line.partition(" - ")
                point = fields.split(" ")[4].replace("\\040", " ")
                inside = target == point or target.startswith(point.rstrip("/") + "/")
                if inside and len(point) >= len(best):
                    best, kind = point, rest.split(" ", 1)[0]
    except (OSError, IndexError):
        return ""
    return kind
