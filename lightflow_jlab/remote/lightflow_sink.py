"""To a Lightflow server: the log itself, segment by segment, and the files that it names.

The server says how far it has each segment, so that nothing is kept here of what was sent.
"""

from __future__ import annotations

import os
import urllib.parse
from pathlib import Path

import msgspec

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.logs import LogState, SegmentState
from lightflow_jlab.contract.records import WriterGone
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import API
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.sent_files import artifacts_of, remove_segment
from lightflow_jlab.remote.state import REFUSED
from lightflow_jlab.remote.waiting_logs import WaitingLog
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.blocks import Block, place_of, read_block
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader, SpoolFile, discard_unbegun

BLOCK_BYTES = 4 * 1024 * 1024
_NOTHING = SegmentState(0, 0, 0, False)


class LightflowSink:
    """Sends to one server. Not thread-safe."""

    def __init__(self, outbox: Path, connection: Connection) -> None:
        self._outbox = outbox
        self._connection = connection
        self._states: dict[str, dict[int, SegmentState]] = {}
        self._places: dict[Path, tuple[int, int]] = {}
        self._refused: dict[str, str] = {}
        self._refused_files: dict[Path, str] = {}
        self._lost_files = 0

    def send(self, log: WaitingLog, *, is_open: bool) -> int:
        if log.writer_id in self._refused:
            return 0
        try:
            return self._send(log, is_open)
        except RefusedError as error:
            if not self._is_further(log.writer_id):
                self._refused[log.writer_id] = str(error)
            return 0

    def notices(self) -> dict[str, str]:
        uri = self._connection.uri
        found = {
            f"{REFUSED}{writer_id}": f"{uri} refuses the log {writer_id}, which stays in "
            f"{self._outbox}. It says: {message}"
            for writer_id, message in self._refused.items()
        }
        for path, message in self._refused_files.items():
            found[f"{REFUSED}{path}"] = f"{uri} refuses the file {path}. It says: {message}"
        if self._lost_files:
            found[f"{REFUSED}lost files"] = (
                f"{self._lost_files} files of runs are not in {self._outbox} any more and could "
                "not be sent."
            )
        return found

    def close(self) -> None:
        """Nothing is held."""

    def _send(self, log: WaitingLog, is_open: bool) -> int:
        if log.writer_id not in self._states:
            self._states[log.writer_id] = self._ask(log.writer_id)
        count = 0
        for file in log.files:
            final = not is_open or file is not log.files[-1]
            sent, done = self._send_segment(log, file, final=final, dead=not is_open)
            count += sent
            if not done:
                return count
            self._places.pop(file.path, None)
            remove_segment(self._outbox, file, self._refused_files)
        if not is_open:
            for folder in {file.path.parent for file in log.files}:
                discard_unbegun(folder, log.writer_id)
        return count

    def _send_segment(
        self, log: WaitingLog, file: SpoolFile, *, final: bool, dead: bool
    ) -> tuple[int, bool]:
        """Send a block at most; return its size, and whether the server has all there will be."""
        state = self._states[log.writer_id].get(file.segment, _NOTHING)
        if state.finished:
            return 0, True
        try:
            reader = SegmentReader(file.path)
        except (SpoolError, FileNotFoundError):
            return 0, final
        place, sent_bytes = self._places.get(file.path, (0, -1))
        if sent_bytes != state.size_bytes:
            place = place_of(reader, state.size_bytes, BLOCK_BYTES)
        block = read_block(reader, place, BLOCK_BYTES, final=final)
        if not block.data and block.end == place:
            if not final:
                return 0, False
            if dead and file is log.files[-1] and not _has_ended(reader, place):
                self._append(log.writer_id, file.segment, state.size_bytes, _gone(log))
            return 0, True
        self._send_files(log.writer_id, block)
        data = block.data
        if not state.size_bytes:
            data = _header(reader) + data
        self._append(log.writer_id, file.segment, state.size_bytes, data)
        self._places[file.path] = (block.end, state.size_bytes + len(data))
        return len(data), block.finished

    def _append(self, writer_id: str, segment: int, offset: int, data: bytes) -> None:
        path = f"{API}/logs/{writer_id}/segments/{segment}?offset={offset}"
        body = self._connection.request("POST", path, data, "application/octet-stream")
        self._states[writer_id] = _by_segment(msgspec.json.decode(body, type=LogState))

    def _ask(self, writer_id: str) -> dict[int, SegmentState]:
        body = self._connection.request("GET", f"{API}/logs/{writer_id}")
        return _by_segment(msgspec.json.decode(body, type=LogState))

    def _is_further(self, writer_id: str) -> bool:
        """Ask the server anew; tell whether it has another part of a log than we thought."""
        before = self._states.pop(writer_id, None)
        try:
            self._states[writer_id] = self._ask(writer_id)
        except RefusedError:
            return False
        return before is not None and self._states[writer_id] != before

    def _send_files(self, writer_id: str, block: Block) -> None:
        for record in artifacts_of(block.records):
            folder = artifact_folder(self._outbox, record.run_id)
            name = urllib.parse.quote(record.path)
            path = f"{API}/logs/{writer_id}/artifacts/{record.run_id}/{name}"
            try:
                with (folder / record.path).open("rb") as file:
                    self._connection.put_file(path, file, os.fstat(file.fileno()).st_size)
            except FileNotFoundError:
                self._lost_files += 1
            except RefusedError as error:
                self._refused_files[folder / record.path] = str(error)


def _by_segment(state: LogState) -> dict[int, SegmentState]:
    return {one.segment: one for one in state.segments}


def _header(reader: SegmentReader) -> bytes:
    with reader.path.open("rb") as file:
        return file.read(reader.start)


def _has_ended(reader: SegmentReader, place: int) -> bool:
    """Tell whether a `CLOSE` or `SEGMENT_END` stands before a byte."""
    start = reader.start
    while start < place:
        block = read_block(reader, start, BLOCK_BYTES, final=True)
        if block.finished:
            return True
        if block.end == start:
            return False
        start = block.end
    return False


def _gone(log: WaitingLog) -> bytes:
    """Return the frames that end a log whose writer can't any more."""
    payload = msgspec.msgpack.encode(WriterGone(log.last_written()))
    return fmt.pack_frame(_LAST_SEQ, RecordType.WRITER_GONE, payload) + fmt.pack_frame(
        _LAST_SEQ, RecordType.CLOSE, b"\0"
    )


_LAST_SEQ = 2**32 - 1
"""Behind all of the writer's own: how many those are is not counted here."""
