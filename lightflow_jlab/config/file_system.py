"""What kind of disk a folder is on, and what that kind is good for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

RESERVING = frozenset({"ext2", "ext3", "ext4", "xfs", "tmpfs"})
"""Where `posix_fallocate` takes the blocks that later stores use. Copy-on-write systems (btrfs,
zfs, and overlay, which may stand on one) take new blocks at each write, network systems far away.
"""
_NETWORK = frozenset(
    "9p afs beegfs ceph cifs gfs2 gpfs lustre ncpfs nfs nfs4 ocfs2 pvfs2 smb2 smb3 smbfs".split()
)


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


def is_network(kind: str) -> bool:
    """Tell whether another machine may be behind a file system; FUSE hides many of them."""
    return kind in _NETWORK or kind.startswith("fuse")
