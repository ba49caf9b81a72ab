"""Many single points at once: their checksums verified together, their bodies cut out together.

Checksums of equally long frames are combined pairwise, as zlib's `crc32_combine` does: appending
`n` bytes changes a CRC by a linear operator, here a table for each of its four bytes. So a group's
checksum, made of those that stand in its frames, is compared with one pass of zlib over the group.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType

GROUP = 256
_CHECKED_BYTES = fmt.POINT_BYTES - fmt.CRC_START
_FRAME = np.dtype(
    {
        "names": ["length", "crc", "type"],
        "formats": ["<u4", "<u4", "<u2"],
        "offsets": [0, 4, 12],
        "itemsize": fmt.POINT_BYTES,
    }
)
_Table = NDArray[np.uint32]


def leading_points(data: memoryview) -> tuple[int, bytes]:
    """Return how many frames at the start are whole single points, and their bodies.

    Looks at whole groups of `GROUP` frames only; what follows is for the caller to look at.
    """
    count = len(data) // fmt.POINT_BYTES // GROUP * GROUP
    if not count:
        return 0, b""
    frames = np.frombuffer(data, _FRAME, count)
    alike = (frames["type"] == RecordType.POINT) & (frames["length"] == fmt.POINT_BODY.size)
    groups = count // GROUP if alike.all() else int(np.argmin(alike)) // GROUP
    raw = np.frombuffer(data, np.uint8, groups * GROUP * fmt.POINT_BYTES)
    raw = raw.reshape(groups, GROUP, fmt.POINT_BYTES)
    expected = _combined(frames["crc"][: groups * GROUP].reshape(groups, GROUP).T)
    checked = np.ascontiguousarray(raw[:, :, fmt.CRC_START :])
    for group in range(groups):
        if crc32(checked[group]) != expected[group]:
            groups = group
            break
    return groups * GROUP, raw[:groups, :, fmt.FRAME_BYTES :].tobytes()


def _combined(crcs: _Table) -> list[int]:
    """Return the checksum of each column's frames, one behind the other."""
    for tables in _operators():
        crcs = _applied(tables, crcs[0::2]) ^ crcs[1::2]
    return [int(crc) for crc in crcs[0]]


@cache
def _operators() -> tuple[_Table, ...]:
    """Return what appending 1, 2, 4, … frames does to a CRC, up to half a group."""
    zeros = bytes(_CHECKED_BYTES)
    nothing = crc32(zeros)
    tables = np.array(
        [
            [crc32(zeros, byte << shift) ^ nothing for byte in range(256)]
            for shift in (0, 8, 16, 24)
        ],
        np.uint32,
    )
    found = [tables]
    while 2 ** len(found) < GROUP:
        found.append(_applied(found[-1], found[-1]))
    return tuple(found)


def _applied(tables: _Table, crcs: _Table) -> _Table:
    changed: _Table = tables[0][crcs & 0xFF]
    for index in (1, 2, 3):
        changed ^= tables[index][(crcs >> np.uint32(8 * index)) & 0xFF]
    return changed
