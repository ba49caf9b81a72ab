"""The reading end of the spool: whole records from a byte on, and what was damaged between them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.point_blocks import GROUP, leading_points

_POINT_FRAME = fmt.POINT_BYTES
_POINT_SIZE = fmt.POINT_BODY.size
_BODY_START = fmt.FRAME_BYTES
_GROUP = GROUP * _POINT_FRAME
_unpack_frame = fmt.FRAME.unpack_from


class Record(NamedTuple):
    type: int
    seq: int
    """Position among the records of this segment."""
    payload: bytes


class Batch(NamedTuple):
    """What was read between two bytes of a segment."""

    records: list[Record]
    """All but single points, in order."""
    points: bytearray
    """Bodies of the single points (`format.POINT_BODY`), in order."""
    end: int
    """Byte to read on from: behind the last whole record."""
    damaged_bytes: int
    finished: bool
    """The segment ends here: its writer went on in another one or closed."""


class SegmentReader:
    """Reads one spool file, which may still grow. Not thread-safe.

    Raises
    ------
    SpoolError
        The file's header is missing, damaged or of a newer format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self.header = fmt.unpack_header(file.read(fmt.HEADER_BYTES))

    @property
    def start(self) -> int:
        """Byte of the first record."""
        return self.header.header_bytes

    def read(self, start: int, limit_bytes: int, *, final: bool = False) -> Batch:
        """Return the whole records from byte `start` on, in at most about `limit_bytes`.

        Without `final`, a record that fails its checksum is taken as still being written and ends
        the batch. With it (the writer is gone, or went on), it is damage and is searched over.
        """
        with self.path.open("rb") as file:
            file.seek(start)
            data = file.read(limit_bytes)
            scan = scan_frames(data, final)
            at_end = start + len(data) >= os.fstat(file.fileno()).st_size
            while not scan.advanced and not at_end and scan.wanted > len(data):
                file.seek(start)
                data = file.read(scan.wanted)
                if len(data) < scan.wanted:
                    at_end = True
                scan = scan_frames(data, final)
        return Batch(scan.records, scan.points, start + scan.end, scan.damaged, scan.finished)

    def end_of_records(self, start: int) -> int:
        """Return the byte behind the last whole record at or after byte `start`."""
        end = start
        while True:
            batch = self.read(end, 4 * 1024 * 1024)
            if batch.end == end:
                return end
            end = batch.end


class Scan(NamedTuple):
    records: list[Record]
    points: bytearray
    end: int
    damaged: int
    finished: bool
    wanted: int
    """Bytes that the record at `end` needs, where it was cut by the end of the data."""

    @property
    def advanced(self) -> bool:
        return self.end > 0


def scan_frames(data: bytes, final: bool) -> Scan:
    """Return the whole records at the start of `data`; see `SegmentReader.read` for `final`."""
    records: list[Record] = []
    points = bytearray()
    view = memoryview(data)
    position, size, damaged = 0, len(data), 0
    finished = False
    wanted = 0
    look_at = 0
    while position + _BODY_START <= size:
        length, crc, seq, kind, _ = _unpack_frame(data, position)
        end = position + _BODY_START + length
        if length == 0 or length > fmt.MAX_PAYLOAD_BYTES or end > size:
            valid = False
            if 0 < length <= fmt.MAX_PAYLOAD_BYTES:
                wanted = end - position + 8
        else:
            valid = crc32(view[position + fmt.CRC_START : end]) == crc
        if not valid:
            found = resume_at(view, position, size) if final else None
            if found is None:
                break
            damaged += found - position
            position = found
            continue
        if kind == RecordType.POINT and length == _POINT_SIZE:
            count, bodies = leading_points(view[position:]) if position >= look_at else (0, b"")
            if not count:
                count, bodies = 1, data[position + _BODY_START : end]
                # A group that isn't whole points is read one by one before the next is tried.
                look_at = look_at if position < look_at else position + _GROUP
            points += bodies
            position += count * _POINT_FRAME
            continue
        records.append(Record(kind, seq, bytes(view[position + _BODY_START : end])))
        position += fmt.frame_bytes(length)
        if kind in (RecordType.SEGMENT_END, RecordType.CLOSE):
            finished = True
            break
    return Scan(records, points, position, damaged, finished, wanted)


def resume_at(view: memoryview, position: int, size: int) -> int | None:
    """Return the next place (frames are aligned to 8) where a whole record stands, else None."""
    for place in range(position + 8, size - _BODY_START, 8):
        length, crc, _, _, flags = _unpack_frame(view, place)
        end = place + _BODY_START + length
        plausible = 0 < length <= fmt.MAX_PAYLOAD_BYTES and end <= size and not flags
        if plausible and crc32(view[place + fmt.CRC_START : end]) == crc:
            return place
    return None


class SpoolFile(NamedTuple):
    path: Path
    writer_id: str
    segment: int


def list_segments(folder: Path) -> list[SpoolFile]:
    """Return the spool files of a folder, each writer's in order. None without a folder.

    A file that its writer has opened ahead, but not begun, is not among them.
    """
    found: list[SpoolFile] = []
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SpoolError(f"The spool folder {folder} can't be read: {error}.") from error
    for entry in entries:
        if name := fmt.parse_segment_name(Path(entry.path)):
            found.append(SpoolFile(Path(entry.path), *name))
    found.sort(key=lambda file: (file.writer_id, file.segment))
    latest = {file.writer_id: file for file in found}
    return [file for file in found if file is not latest[file.writer_id] or is_begun(file.path)]


def is_begun(path: Path) -> bool:
    """Tell whether a segment has a header."""
    try:
        with path.open("rb", buffering=0) as file:
            return any(file.read(8))
    except OSError:
        return False


def discard_unbegun(folder: Path, writer_id: str) -> None:
    """Remove what a writer that is gone had opened ahead."""
    for path in folder.glob(f"{writer_id}-*{fmt.SUFFIX}"):
        if not is_begun(path):
            path.unlink(missing_ok=True)
