"""The log into the store, exactly once: under a lease, offsets and rows in one transaction."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path

import zstandard
from filelock import FileLock, Timeout

from lightflow_jlab.config.locations import (
    fallback_spool_folder,
    make_private_folder,
    spool_folder,
)
from lightflow_jlab.config.machine import boot_id
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.importer.apply import apply_batch
from lightflow_jlab.importer.liveness import is_gone
from lightflow_jlab.importer.segments import SegmentCursor, has_data_at, open_cursor
from lightflow_jlab.spool.reader import SpoolFile, discard_unbegun, list_segments
from lightflow_jlab.store.store import Store

KEEP_DAYS = 30
"""How long imported segments are kept, so that a damaged database can be rebuilt."""


@dataclass
class Importer:
    """Imports while it holds the store's lease. Not thread-safe.

    What it knows of the segments is kept when the lease is given back and taken again.
    """

    store: Store
    _lease: FileLock
    _cursors: dict[Path, SegmentCursor] = field(default_factory=dict)
    _finished: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def acquire(cls, store: Store) -> Importer | None:
        """Return an importer that holds the lease, None while another one does."""
        importer = cls.without_lease(store)
        return importer if importer.take_lease() else None

    @classmethod
    def without_lease(cls, store: Store) -> Importer:
        """Return an importer that takes the lease later, by `take_lease`."""
        lease = FileLock(store.folder / "importer.lock", mode=0o600, thread_local=False)
        return cls(store, lease)

    def take_lease(self) -> bool:
        """Take the lease, unless another thread or process has it."""
        if self.store.read_only:
            return False
        try:
            self._lease.acquire(timeout=0)
        except Timeout:
            return False
        self._forget_offsets()
        return True

    def release(self) -> None:
        """Give the lease back."""
        self._lease.release()

    def run_once(self) -> int:
        """Import all that is there now; return how many records and points that was."""
        count = 0
        for folder in (spool_folder(self.store.folder), fallback_spool_folder(self.store.folder)):
            try:
                files = list_segments(folder)
            except SpoolError as error:
                warn_once(f"spool-list:{folder}", str(error))
                continue
            latest = {file.writer_id: file.segment for file in files}
            for file in files:
                count += self._import_segment(file, file.segment < latest[file.writer_id])
        return count

    def check_liveness(self) -> int:
        """Mark runs whose writer is gone as CRASHED; return how many.

        Their last sign of life is when their log was last written.
        """
        found = self.store.open_writers()
        crashed = 0
        for writer_id, process in found.items():
            if not is_gone(process, host=platform.node(), boot_id=boot_id()):
                continue
            last_sign = self._close_log(writer_id)
            crashed += self.store.mark_crashed(writer_id, last_sign)
        return crashed

    # --- private

    def _forget_offsets(self) -> None:
        """Another process may have imported since: the store knows how far."""
        self._finished.clear()
        with self.store.ingest() as ingest:
            for path, cursor in list(self._cursors.items()):
                state = ingest.offset(cursor.file.writer_id, cursor.file.segment)
                if state is None or state[1] or not path.exists():
                    del self._cursors[path]
                elif state[0] != cursor.offset:
                    cursor.learn_until(state[0])
                    cursor.offset = state[0]

    def _cursor(self, file: SpoolFile) -> SegmentCursor | None:
        cursor = self._cursors.get(file.path)
        if cursor is None and (file.writer_id, file.segment) not in self._finished:
            with self.store.ingest() as ingest:
                state = ingest.offset(file.writer_id, file.segment)
            if state is not None and state[1]:
                self._finish(file)
                return None
            cursor = open_cursor(file, state[0] if state else None)
            if cursor is not None:
                self._cursors[file.path] = cursor
        return cursor

    def _import_segment(self, file: SpoolFile, final: bool) -> int:
        cursor = self._cursor(file)
        if cursor is None or not (final or has_data_at(file.path, cursor.offset)):
            return 0
        count = 0
        while True:
            try:
                batch = cursor.next_batch(final=final)
            except OSError as error:
                warn_once(f"spool-read:{file.path}", f"{file.path} can't be read: {error}.")
                return count
            stuck = batch.end == cursor.offset
            finished = batch.finished or (stuck and final)
            if stuck and not finished:
                return count
            with self.store.ingest() as ingest:
                count += apply_batch(ingest, cursor, batch)
                ingest.set_offset(file.writer_id, file.segment, batch.end, finished=finished)
            cursor.advance(batch)
            if finished:
                self._finish(file)
                return count

    def _close_log(self, writer_id: str) -> int:
        """Import the rest of a dead writer's log; return when it was last written, in ms."""
        last_sign = 0.0
        for folder in (spool_folder(self.store.folder), fallback_spool_folder(self.store.folder)):
            for file in list_segments(folder):
                if file.writer_id == writer_id:
                    last_sign = max(last_sign, file.path.stat().st_mtime)
                    self._import_segment(file, True)
            discard_unbegun(folder, writer_id)
        return int((last_sign or time.time()) * 1000)

    def _finish(self, file: SpoolFile) -> None:
        """Put an imported segment away, compressed."""
        self._cursors.pop(file.path, None)
        self._finished.add((file.writer_id, file.segment))
        folder = make_private_folder(spool_folder(self.store.folder) / "imported")
        target = folder / f"{file.path.name}.zst"
        draft = folder / f".{file.path.name}.part"
        try:
            descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as out, file.path.open("rb") as segment:
                zstandard.ZstdCompressor(level=1).copy_stream(segment, out)
            draft.replace(target)
            file.path.unlink()
            self._forget_old(folder)
        except OSError as error:
            warn_once(f"spool-keep:{error.errno}", f"{file.path} can't be put away: {error}.")

    def _forget_old(self, folder: Path) -> None:
        before = time.time() - KEEP_DAYS * 86_400
        for kept in folder.glob("*.zst"):
            if kept.stat().st_mtime < before:
                kept.unlink(missing_ok=True)
