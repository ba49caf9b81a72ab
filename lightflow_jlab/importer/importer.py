"""The log into the store, exactly once: under a lease, offsets and rows in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lightflow_jlab.config.locations import all_spool_folders, spool_folder
from lightflow_jlab.config.machine import boot_id
from lightflow_jlab.config.notices import take_back, tell, warn_once
from lightflow_jlab.contract.records import Process
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.importer import left_behind
from lightflow_jlab.importer.apply import apply_batch, apply_kept
from lightflow_jlab.importer.judge import Judge
from lightflow_jlab.importer.lease import Lease
from lightflow_jlab.importer.liveness import Sight, look_at
from lightflow_jlab.importer.rebuild import Rebuild, take_out_unknown
from lightflow_jlab.importer.received import is_received
from lightflow_jlab.importer.retention import days_to_keep, put_away
from lightflow_jlab.importer.segments import SegmentCursor, has_data_at, open_cursor
from lightflow_jlab.spool.reader import SpoolFile, discard_unbegun, list_segments
from lightflow_jlab.store.damage import FileIdentity
from lightflow_jlab.store.quarantine import quarantined
from lightflow_jlab.store.store import Store

_REBUILD = "rebuild"
QUIET_SECONDS = 86_400.0
"""After which a segment of another machine, or from before a restart of this one, is closed."""


class Importer:
    """Imports while it holds the store's lease. Not thread-safe.

    What it knows of the segments is kept when the lease is given back and taken again.

    Parameters
    ----------
    keep_days
        How long imported segments are kept; by default what the environment sets, or 30 days.
    is_stopped_by_user, clock
        See `Judge`.
    """

    def __init__(
        self,
        store: Store,
        *,
        keep_days: float | None = None,
        is_stopped_by_user: Callable[[Process], bool] = lambda process: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self._keep_days = days_to_keep() if keep_days is None else keep_days
        self._lease = Lease(store.folder)
        self._cursors: dict[Path, SegmentCursor] = {}
        self._finished: set[tuple[str, int]] = set()
        self._met: FileIdentity | None = None
        self._rebuilds: list[Rebuild] = []
        self._judge = Judge(
            store,
            self._close_log,
            is_sent_here=partial(is_received, store.folder),
            is_stopped_by_user=is_stopped_by_user,
            clock=clock,
        )

    @classmethod
    def acquire(cls, store: Store) -> Importer | None:
        """Return an importer that holds the lease, None while another one does."""
        importer = cls(store)
        return importer if importer.take_lease() else None

    def take_lease(self) -> bool:
        """Take the lease, unless another thread or process has it."""
        if self.store.read_only or not self._lease.take():
            return False
        self._forget_offsets()
        return True

    def release(self) -> None:
        """Give the lease back."""
        self._lease.release()

    def close(self) -> None:
        """Give back the lease and all else; the importer is not used again."""
        self._judge.close()
        self._drop_rebuilds()
        self.release()

    def run_once(self) -> int:
        """Import all that is there now; return how many records and points that was.

        A database that is new in the place of a damaged one is rebuilt.
        """
        if self.store.database != self._met:
            self._meet_database()
        count = self._import_all()
        if self._rebuilds and self.store.database == self._met:
            self._judge.look()
            for rebuild in self._rebuilds:
                rebuild.finish()
            self._drop_rebuilds()
            take_back(_REBUILD)
        return count

    def _import_all(self) -> int:
        count = 0
        for folder in all_spool_folders(self.store.folder):
            try:
                files = list_segments(folder)
            except SpoolError as error:
                warn_once(f"spool-list:{folder}", str(error))
                continue
            latest = {file.writer_id: file.segment for file in files}
            for file in files:
                final = file.segment < latest[file.writer_id]
                count += self._import_segment(file, final=final)
        return count

    def check_liveness(self) -> int:
        """Judge the runs whose writer doesn't end them; return how many got another state."""
        return self._judge.look()

    def someone_ended(self) -> bool:
        """Tell whether `check_liveness` is worth it at once."""
        return self._judge.someone_ended()

    def close_logs_of_the_dead(self) -> None:
        """Put away the segments of writers that ended without saying so."""
        for cursor in list(self._cursors.values()):
            if is_received(self.store.folder, cursor.file.writer_id):
                # Its process may be long gone, and the rest of its log still on its way.
                continue
            if cursor.process is not None and _is_surely_gone(cursor.process, cursor.file.path):
                self._import_segment(cursor.file, final=True)
                discard_unbegun(cursor.file.path.parent, cursor.file.writer_id)
        for folder in all_spool_folders(self.store.folder):
            left_behind.clear(folder, self.store)

    # --- private

    def _meet_database(self) -> None:
        """Prepare for a database that this importer hasn't seen, as the holder of the lease."""
        self._cursors.clear()
        self._finished.clear()
        met = self.store.database
        self._drop_rebuilds()
        waiting = [one for one in quarantined(self.store.folder) if not one.about.rebuilt]
        self._rebuilds = [Rebuild(self.store, one, _tell_rebuild) for one in waiting]
        for rebuild in self._rebuilds:
            rebuild.begin()
        take_out_unknown(self.store)
        apply_kept(self.store)
        if waiting:
            _tell_rebuild("importing the logs")
        self._met = met

    def _drop_rebuilds(self) -> None:
        for rebuild in self._rebuilds:
            rebuild.close()
        self._rebuilds.clear()

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

    def _import_segment(self, file: SpoolFile, *, final: bool, may_go_on: bool = False) -> int:
        """Import what is there of a segment; return how many records and points that was.

        `final`: its writer is gone or writes another one, so what is damaged stays so.
        `may_go_on`: should it write here all the same, that is not missed.
        """
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
            finished = batch.finished or (stuck and final and not may_go_on)
            if stuck and not finished:
                return count
            with self.store.ingest() as ingest:
                count += apply_batch(ingest, cursor, batch)
                ingest.set_offset(file.writer_id, file.segment, batch.end, finished=finished)
            self._judge.hear(file.writer_id)
            cursor.advance(batch)
            if finished:
                self._finish(file)
                return count

    def _close_log(self, writer_id: str) -> int:
        """Import the rest of a gone writer's log; return when it was last written, in ms."""
        last_sign = 0.0
        for folder in all_spool_folders(self.store.folder):
            for file in list_segments(folder):
                if file.writer_id == writer_id:
                    last_sign = max(last_sign, file.path.stat().st_mtime)
                    self._import_segment(file, final=True, may_go_on=True)
        return int((last_sign or time.time()) * 1000)

    def _finish(self, file: SpoolFile) -> None:
        self._cursors.pop(file.path, None)
        self._finished.add((file.writer_id, file.segment))
        put_away(file.path, spool_folder(self.store.folder), self._keep_days)


def _tell_rebuild(progress: str) -> None:
    tell(_REBUILD, f"A damaged database was replaced and is being rebuilt: {progress}.")


def _is_surely_gone(process: Process, segment: Path) -> bool:
    """Tell whether nothing will be written any more, also where two machines share a name."""
    if look_at(process) is not Sight.GONE:
        return False
    if process.boot_id == boot_id():
        return True
    try:
        return time.time() - segment.stat().st_mtime > QUIET_SECONDS
    except OSError:
        return False
