"""Reading on in a spool: where each segment stands, what its numbers mean, who writes it."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lightflow_jlab.contract.records import MetricInfo, Process
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, Record, SegmentReader, SpoolFile

READ_BYTES = 8 * 1024 * 1024
_NUMBER = struct.Struct("<I")


@dataclass
class SegmentCursor:
    """One segment being read. `offset` is what the store has."""

    file: SpoolFile
    reader: SegmentReader
    offset: int
    runs: dict[int, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    """By run id and key, where its writer said so: of metrics that may have no points yet."""
    process: Process | None = None
    defined_until: int = 0
    """Byte up to which the definitions are known."""
    size_seen: int = -1
    """The file's size and `idle_at` tell whether a look is worth it."""

    @classmethod
    def open(cls, file: SpoolFile, offset: int | None) -> SegmentCursor:
        """Raises `SpoolError` or `OSError` where the file is none of ours or gone."""
        reader = SegmentReader(file.path)
        cursor = cls(file, reader, reader.start if offset is None else offset)
        cursor.defined_until = reader.start
        cursor.learn_until(cursor.offset)
        return cursor

    def learn_until(self, offset: int) -> None:
        """Learn the definitions that stand before `offset`, which another process has imported."""
        while self.defined_until < offset:
            batch = self.reader.read(self.defined_until, READ_BYTES, final=True)
            if batch.end <= self.defined_until:
                break
            self.define_all(batch.records)
            self.defined_until = batch.end

    def next_batch(self, *, final: bool) -> Batch:
        """Return the records from `offset` on; definitions among them are learnt."""
        batch = self.reader.read(self.offset, READ_BYTES, final=final)
        self.define_all(batch.records)
        return batch

    def advance(self, batch: Batch) -> None:
        """Go on behind a batch whose transaction was committed."""
        self.offset = batch.end
        self.defined_until = max(self.defined_until, batch.end)

    def define_all(self, found: Iterable[Record]) -> None:
        """Learn what numbers mean, and who writes."""
        for record in found:
            self.define(record)

    def define(self, record: Record) -> None:
        if record.type == RecordType.DEFINE_RUN:
            self.runs[_NUMBER.unpack_from(record.payload)[0]] = record.payload[4:].decode("ascii")
        elif record.type == RecordType.DEFINE_KEY:
            self.keys[_NUMBER.unpack_from(record.payload)[0]] = record.payload[4:].decode()
        elif record.type == RecordType.WRITER:
            self.process = msgspec.msgpack.decode(record.payload, type=Process)
        elif record.type == RecordType.METRIC_INFO:
            info = msgspec.msgpack.decode(record.payload, type=MetricInfo)
            self.origins.update({(info.run_id, key): info.origin for key in info.keys})


def open_cursor(file: SpoolFile, offset: int | None) -> SegmentCursor | None:
    """Return a cursor, or None for a file that has no whole header (yet)."""
    try:
        return SegmentCursor.open(file, offset)
    except (SpoolError, OSError, msgspec.DecodeError, UnicodeDecodeError, struct.error):
        return None


def has_data_at(path: Path, offset: int) -> bool:
    """Tell whether a frame begins at a byte: its length is not 0. Cheap: four bytes are read."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            return any(file.read(4))
    except OSError:
        return False
