"""A run as its own process can watch it: by reading its own log, so that logging stays as fast."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lightflow_jlab.contract import records
from lightflow_jlab.contract.contents import Series
from lightflow_jlab.contract.rest import Metric, Param
from lightflow_jlab.contract.scalars import Origin, encode_number
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, Record, SegmentReader, list_segments
from lightflow_jlab.widgets.document import MAX_POINTS

READ_BYTES = 4 * 1024 * 1024
_Point = tuple[int, float, int]
"""Step, value, time in ms."""


@dataclass
class LiveMetric:
    """A metric's summary and a bounded number of its points, peaks kept."""

    origin: Origin = "user"
    count: int = 0
    first: float = math.nan
    last: _Point = (0, math.nan, 0)
    least: tuple[float, int] = (math.nan, 0)
    greatest: tuple[float, int] = (math.nan, 0)
    points: list[_Point] = field(default_factory=list)

    def add(self, step: int, value: float, time_ms: int) -> None:
        if self.count == 0:
            self.first = value
        self.count += 1
        if self.count == 1 or step >= self.last[0]:
            self.last = (step, value, time_ms)
        if value == value:
            if not value >= self.least[0]:
                self.least = (value, step)
            if not value <= self.greatest[0]:
                self.greatest = (value, step)
        self.points.append((step, value, time_ms))
        if len(self.points) > 4 * MAX_POINTS:
            self.points = thinned(self.points)

    def summary(self, key: str) -> Metric:
        return Metric(
            key=key,
            count=self.count,
            first=encode_number(self.first),
            last=encode_number(self.last[1]),
            last_step=self.last[0],
            last_time=self.last[2],
            min=None if math.isnan(self.least[0]) else encode_number(self.least[0]),
            min_step=self.least[1],
            max=None if math.isnan(self.greatest[0]) else encode_number(self.greatest[0]),
            max_step=self.greatest[1],
            origin=self.origin,
        )

    def series(self, run_id: str, key: str) -> Series:
        points = self.points if len(self.points) <= MAX_POINTS else thinned(self.points)
        return Series(
            run_id=run_id,
            key=key,
            steps=[point[0] for point in points],
            values=[encode_number(point[1]) for point in points],
            times=[point[2] for point in points],
            count=self.count,
            total=self.count,
            downsampled=len(points) < self.count,
        )


class LiveRun:
    """What one run has logged so far. Not thread-safe.

    Parameters
    ----------
    spool_folders, writer_id
        Where the writing process puts its log.
    """

    def __init__(self, run_id: str, spool_folders: list[Path], writer_id: str) -> None:
        self.run_id = run_id
        self.params: dict[str, Param] = {}
        self.metrics: dict[str, LiveMetric] = {}
        self._folders = spool_folders
        self._writer_id = writer_id
        self._readers: dict[Path, tuple[SegmentReader, int]] = {}
        self._number = -1
        self._keys: dict[int, str] = {}

    def poll(self) -> None:
        """Read what was written since the last call."""
        for path in self._segments():
            if path not in self._readers:
                try:
                    reader = SegmentReader(path)
                except (SpoolError, OSError):
                    continue
                self._readers[path] = (reader, reader.start)
            self._read_on(path)

    def _segments(self) -> Iterator[Path]:
        for folder in self._folders:
            try:
                files = list_segments(folder)
            except SpoolError:
                # A store that can't be used: the log is in the other folder.
                continue
            yield from (file.path for file in files if file.writer_id == self._writer_id)

    def _read_on(self, path: Path) -> None:
        reader, position = self._readers[path]
        while True:
            try:
                batch = reader.read(position, READ_BYTES)
            except OSError:
                return
            if batch.end == position:
                return
            position = batch.end
            self._readers[path] = (reader, position)
            self._take(batch)

    def _take(self, batch: Batch) -> None:
        for record in batch.records:
            self._take_record(record)
        for run, key, step, time_ms, value in fmt.POINT_BODY.iter_unpack(batch.points):
            if run == self._number:
                self._metric(key).add(step, value, time_ms)

    def _take_record(self, record: Record) -> None:
        payload = record.payload
        match record.type:
            case RecordType.DEFINE_RUN:
                if payload[4:] == self.run_id.encode():
                    self._number = struct.unpack_from("<I", payload)[0]
            case RecordType.DEFINE_KEY:
                self._keys[struct.unpack_from("<I", payload)[0]] = payload[4:].decode()
            case RecordType.POINTS:
                self._take_row(payload)
            case RecordType.PARAMS:
                self._take_params(msgspec.msgpack.decode(payload, type=records.Params))
            case RecordType.METRIC_INFO:
                info = msgspec.msgpack.decode(payload, type=records.MetricInfo)
                if info.run_id == self.run_id:
                    for key in info.keys:
                        self.metrics.setdefault(key, LiveMetric()).origin = info.origin

    def _take_row(self, payload: bytes) -> None:
        run, count, step, time_ms = fmt.POINTS_HEAD.unpack_from(payload)
        if run == self._number:
            row = struct.unpack_from(f"<{count}I{count}d", payload, fmt.POINTS_HEAD.size)
            for key, value in zip(row[:count], row[count:], strict=True):
                self._metric(key).add(step, value, time_ms)

    def _take_params(self, record: records.Params) -> None:
        if record.run_id != self.run_id:
            return
        for param in record.params:
            value = param.value
            if isinstance(value, float) and not math.isfinite(value):
                value = encode_number(value)
            known = self.params.get(param.key)
            if known is None or known.origin == "auto" or param.origin == "user":
                self.params[param.key] = Param(param.key, value, param.type, param.origin)

    def _metric(self, number: int) -> LiveMetric:
        return self.metrics.setdefault(self._keys.get(number, f"unnamed-{number}"), LiveMetric())


def thinned(points: list[_Point]) -> list[_Point]:
    """Return about `MAX_POINTS` of the points: of each stretch the least and the greatest."""
    stretch = max(2, math.ceil(2 * len(points) / MAX_POINTS))
    kept: list[_Point] = [points[0]]
    for start in range(1, len(points) - 1, stretch):
        some = points[start : min(start + stretch, len(points) - 1)]
        numbers = [point for point in some if point[1] == point[1]]
        if len(numbers) < len(some):
            kept.append(next(point for point in some if point[1] != point[1]))
        if numbers:
            extremes = {
                min(numbers, key=lambda point: point[1]),
                max(numbers, key=lambda point: point[1]),
            }
            kept += sorted(extremes)
    return [*kept, points[-1]]
