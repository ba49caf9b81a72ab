"""How a spool file is laid out, byte by byte. Little-endian throughout.

A file is one segment of one writer: a header of `HEADER_BYTES`, then frames, then zeros up to the
reserved end. A file of zeros is the segment that its writer will go on in. A frame is

    length   u32   bytes of the payload; 0 means that nothing was written here yet
    crc32    u32   over the frame from `seq` to the end of the payload
    seq      u32   position in this segment, from 0; gaps mean damage
    type     u16   a `RecordType`; unknown types are skipped by readers and kept by the importer
    flags    u16   0
    payload        padded with zeros to a multiple of 8

Definitions (`DEFINE_RUN`, `DEFINE_KEY`) give small numbers to run ids and metric keys. They hold
for the whole writer and are repeated at the start of each segment, so each segment is read alone.
"""

from __future__ import annotations

import enum
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lightflow_jlab.errors import SpoolDamagedError, SpoolError

MAGIC = b"LFSPOOL\0"
VERSION = 1
HEADER = struct.Struct("<8sHHI16sQQ8x")
_HEADER_CRC = struct.Struct("<I4x")
HEADER_BYTES = HEADER.size + _HEADER_CRC.size
SUFFIX = ".lf"

FRAME = struct.Struct("<IIIHH")
FRAME_BYTES = FRAME.size
CRC_START = 8
"""Where in the frame the bytes under the checksum begin."""

POINT_TAIL = struct.Struct("<IHHIIqqd")
"""Frame of a `POINT` from `seq` on: seq, type, flags, run, key, step, time in ms, value."""
POINT_BODY = struct.Struct("<IIqqd")
POINT_BYTES = FRAME_BYTES + POINT_BODY.size

POINTS_HEAD = struct.Struct("<IIqq")
"""run, count, step, time in ms; then `count` times key u32 and then `count` times value f64."""

MAX_PAYLOAD_BYTES = 64 * 1024 * 1024


class RecordType(enum.IntEnum):
    WRITER = 1
    """`records.Process`; the first record of each segment."""
    DEFINE_RUN = 2
    """u32 number, then the run id in ASCII."""
    DEFINE_KEY = 3
    """u32 number, then the key in UTF-8."""
    SEGMENT_END = 4
    """u32 number of the segment that follows."""
    CLOSE = 5
    """The writer ended in order; no payload but one zero byte."""
    POINT = 16
    POINTS = 17
    RUN_START = 32
    RUN_END = 33
    PARAMS = 34
    TAGS = 35
    METRIC_INFO = 36
    ARTIFACT = 37
    DOCUMENT = 38
    EXPERIMENT = 39
    HEARTBEAT = 40
    WRITER_GONE = 41
    """The sender of a dead writer's log adds it, with a `CLOSE`."""
    INPUTS = 42
    EXECUTION = 43


class SegmentHeader(NamedTuple):
    writer_id: str
    segment: int
    first_seq: int
    """Records of this writer before this segment."""
    created_ns: int
    header_bytes: int


def pack_header(writer_id: str, segment: int, first_seq: int, created_ns: int) -> bytes:
    head = HEADER.pack(
        MAGIC, VERSION, HEADER_BYTES, segment, bytes.fromhex(writer_id), first_seq, created_ns
    )
    return head + _HEADER_CRC.pack(zlib.crc32(head))


def unpack_header(data: bytes) -> SegmentHeader:
    """Read a header, or raise `SpoolError` where it is none, damaged, or of a newer format."""
    if len(data) < HEADER_BYTES or data[:8] != MAGIC:
        raise SpoolDamagedError("This is not a spool file: its first bytes are wrong.")
    _, version, header_bytes, segment, writer, first_seq, created_ns = HEADER.unpack_from(data)
    (crc,) = _HEADER_CRC.unpack_from(data, HEADER.size)
    if crc != zlib.crc32(data[: HEADER.size]):
        raise SpoolDamagedError("The spool file's header is damaged.")
    if version > VERSION:
        raise SpoolError(
            f"The spool file has format {version}; this Lightflow reads up to {VERSION}. "
            "Upgrade it."
        )
    return SegmentHeader(writer.hex(), segment, first_seq, created_ns, header_bytes)


def pack_frame(seq: int, record_type: int, payload: bytes) -> bytes:
    """Return a whole frame, padded. `payload` has at least one byte."""
    if not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
        raise SpoolError(f"A record of {len(payload)} bytes can't be logged.")
    tail = struct.pack("<IHH", seq, record_type, 0) + payload
    return struct.pack("<II", len(payload), zlib.crc32(tail)) + tail + bytes(-len(payload) % 8)


def pack_definition(number: int, name: str) -> bytes:
    """Return the payload that gives `number` to a run id or key."""
    return struct.pack("<I", number) + name.encode()


def frame_bytes(payload_bytes: int) -> int:
    """Return the size of a frame with its padding."""
    return FRAME_BYTES + (payload_bytes + 7) // 8 * 8


def whole_frames(data: bytes | bytearray, start: int, end: int, most: int | None = None) -> int:
    """Return where the last whole frame before `end` ends, or 0 where there is none.

    The first frame is at `start`; at most `most` are looked at.
    """
    found = 0
    while start + FRAME_BYTES <= end and most != 0:
        start += frame_bytes(FRAME.unpack_from(data, start)[0])
        if start > end:
            break
        found = start
        most = None if most is None else most - 1
    return found


def split_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Return type and payload of each of some whole frames."""
    start = 0
    while start < len(data):
        length, _, _, kind, _ = FRAME.unpack_from(data, start)
        yield kind, data[start + FRAME_BYTES : start + FRAME_BYTES + length]
        start += frame_bytes(length)


def new_writer_id() -> str:
    return os.urandom(16).hex()


def segment_name(writer_id: str, segment: int) -> str:
    return f"{writer_id}-{segment:06d}{SUFFIX}"


def parse_segment_name(path: Path) -> tuple[str, int] | None:
    """Return writer id and segment of a spool file's name; None for any other file."""
    writer_id, dash, number = path.stem.partition("-")
    if path.suffix != SUFFIX or not dash or len(writer_id) != 32 or not number.isdecimal():
        return None
    return writer_id, int(number)
