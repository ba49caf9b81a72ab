"""TensorBoard event files: each folder of them is a run, each scalar a metric.

The files are TFRecords of `Event` messages (tensorflow/core/util/event.proto). Only the few fields
of scalars are read, so neither TensorFlow nor a protobuf library is needed.
"""

from __future__ import annotations

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lightflow_jlab.cli.import_sources import Source, whole
from lightflow_jlab.contract.limits import MAX_KEY_LENGTH
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of

_LENGTH = struct.Struct("<Q4x")
_CHECKSUM_BYTES = 4
_MAX_RECORD = 1 << 30
_FLOAT, _DOUBLE = 1, 2
"""TensorFlow's numbers of element types."""

Points = dict[str, list[tuple[int, float, int]]]


def event_files(path: Path) -> list[Path]:
    """Return the event files below a folder, or the one that is named."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*tfevents*") if file.is_file())


class EventFiles(Source):
    def __init__(self, root: Path, files: list[Path], experiment: str) -> None:
        self.name = f"the event files in {root}"
        self._root = root if root.is_dir() else root.parent
        self._experiment = experiment
        self._folders: dict[Path, list[Path]] = defaultdict(list)
        for file in files:
            self._folders[file.parent].append(file)
        self._others: set[str] = set()
        self._damaged = 0

    def experiments(self) -> Iterator[FoundExperiment]:
        yield FoundExperiment(self._experiment, "", {}, False)

    def run_count(self) -> int:
        return len(self._folders)

    def runs(self) -> Iterator[FoundRun]:
        for folder, files in self._folders.items():
            name = folder.relative_to(self._root).as_posix()
            points: Points = defaultdict(list)
            for file in files:
                with file.open("rb") as opened:
                    self._read(opened, points)
            times = [time for some in points.values() for _, _, time in some]
            # An event file's own name holds time, host and process: it is never used twice.
            digest = hashlib.sha256(f"{name}/{files[0].name}".encode()).hexdigest()
            yield FoundRun(
                run_id=digest[:32],
                experiment=self._experiment,
                name=self._root.name if name == "." else name,
                user="",
                status="FINISHED",
                start_time=min(times, default=0),
                end_time=max(times, default=0),
                deleted=False,
                params={},
                tags={},
                points={key: columns_of(some) for key, some in points.items()},
                datasets=[],
            )

    def left_out(self) -> list[str]:
        damaged = [f"{self._damaged} damaged events"] if self._damaged else []
        return damaged + [
            f"{tag[:80]!r}, "
            + ("whose name is too long" if len(tag) > MAX_KEY_LENGTH else "which is no scalar")
            for tag in sorted(self._others)
        ]

    def _read(self, file: BinaryIO, points: Points) -> None:
        for event in _records(file):
            try:
                self._read_event(event, points)
            except (struct.error, ArithmeticError, ValueError):
                self._damaged += 1

    def _read_event(self, event: bytes, points: Points) -> None:
        time, step = 0.0, 0
        summaries = []
        for number, value in _fields(event):
            if number == 1 and isinstance(value, bytes):
                time = struct.unpack("<d", value)[0]
            elif number == 2 and isinstance(value, int):
                step = whole(value - (1 << 64) if value >> 63 else value)
            elif number == 5 and isinstance(value, bytes):
                summaries.append(value)
        for summary in summaries:
            for number, value in _fields(summary):
                if number == 1 and isinstance(value, bytes):
                    self._take(value, step, whole(time * 1000), points)

    def _take(self, summary: bytes, step: int, time: int, points: Points) -> None:
        tag, scalar = "", None
        for number, value in _fields(summary):
            if not isinstance(value, bytes):
                continue
            if number == 1:
                tag = value.decode("utf-8", "replace")
            elif number == 2:
                scalar = struct.unpack("<f", value)[0]
            elif number == 8:
                scalar = _scalar_tensor(value)
        if scalar is None or len(tag) > MAX_KEY_LENGTH:
            self._others.add(tag)
        else:
            points[tag].append((step, float(scalar), time))


def _records(file: BinaryIO) -> Iterator[bytes]:
    """Yield whole records; a torn last one, of a writer that died, is left."""
    while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        if length > _MAX_RECORD:
            return
        body = file.read(length + _CHECKSUM_BYTES)
        if len(body) < length + _CHECKSUM_BYTES:
            return
        yield body[:length]


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a protobuf message: varints as integers, all others as their bytes."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        kind = key & 7
        if kind == 0:
            value, position = _varint(message, position)
            yield key >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            size, position = _varint(message, position)
        yield key >> 3, message[position : position + size]
        position += size


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(message):
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return value, position


def _scalar_tensor(message: bytes) -> float | None:
    """Return the number in a tensor of one float or double, None for any other tensor."""
    kind, numbers = 0, b""
    for number, value in _fields(message):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number in (4, 5, 6) and isinstance(value, bytes):
            numbers = value
    code = {_FLOAT: "<f", _DOUBLE: "<d"}.get(kind)
    if code is None or len(numbers) != struct.calcsize(code):
        return None
    return float(struct.unpack(code, numbers)[0])
