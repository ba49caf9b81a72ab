"""A segment's bytes for sending on: whole frames only, what is damaged left out."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.reader import Record, SegmentReader, resume_at


class Block(NamedTuple):
    """What stands between two bytes of a segment."""

    data: bytes
    """Whole frames, one behind the other."""
    spans: list[tuple[int, int]]
    """Where in the segment they stand; one span where nothing is damaged."""
    records: list[Record]
    """All but single points."""
    end: int
    """Byte to read on from."""
    finished: bool
    """The segment ends here."""


def read_block(reader: SegmentReader, start: int, limit_bytes: int, *, final: bool) -> Block:
    """Return the whole frames from byte `start` on; see `SegmentReader.read`."""
    batch = reader.read(start, limit_bytes, final=final)
    with reader.path.open("rb") as file:
        file.seek(start)
        data = file.read(batch.end - start)
    spans = [(start, batch.end)] if data else []
    if batch.damaged_bytes:
        spans = [(start + first, start + last) for first, last in _whole_spans(data)]
        data = b"".join(data[first - start : last - start] for first, last in spans)
    return Block(data, spans, batch.records, batch.end, batch.finished)


def place_of(reader: SegmentReader, sent_bytes: int, limit_bytes: int) -> int:
    """Return the byte of a segment behind its first `sent_bytes` of header and whole frames."""
    place, passed = reader.start, reader.start
    while passed < sent_bytes:
        block = read_block(reader, place, limit_bytes, final=True)
        if not block.data:
            break
        for first, last in block.spans:
            if passed + last - first > sent_bytes:
                return first + sent_bytes - passed
            passed += last - first
        place = block.end
    return place


def _whole_spans(data: bytes) -> list[tuple[int, int]]:
    view = memoryview(data)
    spans: list[tuple[int, int]] = []
    place = 0
    while place + fmt.FRAME_BYTES <= len(data):
        length, crc, *_ = fmt.FRAME.unpack_from(data, place)
        end = place + fmt.FRAME_BYTES + length
        plausible = 0 < length <= fmt.MAX_PAYLOAD_BYTES and end <= len(data)
        if plausible and crc32(view[place + fmt.CRC_START : end]) == crc:
            whole = place + fmt.frame_bytes(length)
            if spans and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], whole)
            else:
                spans.append((place, whole))
            place = whole
            continue
        found = resume_at(view, place, len(data))
        if found is None:
            break
        place = found
    return spans
