"""A store as the rest of the program sees it: short questions and commands, each a transaction."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from lightflow_jlab.config.file_system import file_system
from lightflow_jlab.config.locations import database_file, make_private_folder
from lightflow_jlab.contract.cells import CellRunsList
from lightflow_jlab.contract.changes import RunChanges
from lightflow_jlab.contract.contents import Artifact, Document, RunDetail, Series
from lightflow_jlab.contract.records import Process
from lightflow_jlab.contract.rest import (
    Experiment,
    ExperimentPatch,
    FilterHints,
    Run,
    RunGroups,
    RunIds,
    RunKeys,
    RunPage,
    RunPatch,
    Trash,
)
from lightflow_jlab.contract.scalars import RunStatus, View
from lightflow_jlab.contract.stream import Changes, Points, Reset, SubscribedSeries
from lightflow_jlab.errors import (
    StoreDamagedError,
    StoreError,
    StoreReadOnlyError,
)
from lightflow_jlab.store import (
    cells,
    commands,
    contents,
    feed,
    listing,
    liveness,
    objects,
    trash,
)
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.connections import Connections, Engines
from lightflow_jlab.store.contents import History
from lightflow_jlab.store.damage import FileIdentity, identity, look_through, telling_damage
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.migrate import KindOf, ensure_schema, readable_database
from lightflow_jlab.store.quarantine import quarantine
from lightflow_jlab.store.recent_points import RecentPoints
from lightflow_jlab.store.run_columns import RunColumns
from lightflow_jlab.store.run_query import RunQuery
from lightflow_jlab.store.search import filter_hints
from lightflow_jlab.store.sequence import current_seq
from lightflow_jlab.store.trash import Remove

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """One folder's runs. Methods block, may be called by any thread, and raise `NotFoundError`
    for an id that names nothing.
    """

    def __init__(self, folder: Path, *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        database = readable_database(folder) if read_only else database_file(folder)
        self._connections = Connections(database, read_only=read_only, on_new=self._meet)

    @classmethod
    def open(
        cls, folder: Path, *, read_only: bool | None = None, kind_of: KindOf = file_system
    ) -> Store:
        """Open the store of a folder; it is made, or migrated after a backup, if need be.

        A damaged database is replaced, see `quarantine`. Where that is found at a later call, this
        raises `StoreDamagedError`, and the next one meets the new database.
        Without `read_only`, a folder that can't be written is opened for reading only. `kind_of`
        tells the file system of a folder.

        Raises
        ------
        StoreError
            There is no store and none can be made.
        StoreDamagedError
            The database is damaged and can't be moved away, see `quarantine`.
        StoreTooNewError
            A newer Lightflow wrote it; it was left untouched.
        """
        if read_only is None:
            read_only = folder.is_dir() and not os.access(folder, os.W_OK)
        if not read_only:
            try:
                make_private_folder(folder)
            except OSError as error:
                raise StoreError(
                    f"The store {folder} can't be made ({error.strerror}). "
                    "Set LIGHTFLOW_TRACKING_URI to a folder that can be written."
                ) from error
            found = identity(database_file(folder))
            try:
                ensure_schema(folder, kind_of)
                return cls(folder, read_only=False)
            except StoreDamagedError as error:
                quarantine(folder, found, str(error))
        return cls(folder, read_only=read_only)

    def close(self) -> None:
        """Give back the connections; a second call does nothing."""
        self._connections.dispose()

    def check_writable(self) -> None:
        """Raise `StoreReadOnlyError` where nothing can be changed."""
        if self.read_only:
            raise StoreReadOnlyError(
                f"The store {self.folder} is read-only: nothing can be changed or recorded."
            )

    @property
    def database(self) -> FileIdentity | None:
        """Which file is the database; another one after a damaged one was replaced."""
        return self._connections.file

    def look_through(
        self, *, seconds: float = 60.0, is_stopped: Callable[[], bool] = lambda: False
    ) -> str:
        """Read the whole database, and replace it where it is damaged; return what is wrong."""
        file = self._connections.current().file
        wrong = look_through(database_file(self.folder), seconds, is_stopped)
        if wrong and not self.read_only:
            quarantine(self.folder, file, f"The store's database is damaged: {wrong}.")
        return wrong

    # --- experiments

    def seq(self) -> int:
        """Return the number of the last change."""
        return self._read(current_seq)

    def experiments(self, view: View = "active") -> list[Experiment]:
        """Return experiments, the last changed first."""
        return self._read(objects.experiments, view)

    def experiment(self, experiment_id: str) -> Experiment:
        return self._read(objects.experiment, experiment_id)

    def experiment_by_name(self, name: str) -> Experiment | None:
        return self._read(objects.experiment_by_name, name)

    def create_experiment(self, name: str, description: str = "") -> Experiment:
        number = self._write(commands.create_experiment, name, description)
        return self.experiment(str(number))

    def update_experiment(self, experiment_id: str, patch: ExperimentPatch) -> Experiment:
        self._write(commands.update_experiment, experiment_id, patch)
        return self.experiment(experiment_id)

    def delete_experiment(self, experiment_id: str) -> Experiment:
        """Put an experiment and its runs into the trash."""
        self._write(commands.set_experiment_stage, experiment_id, "deleted")
        return self.experiment(experiment_id)

    def restore_experiment(self, experiment_id: str) -> Experiment:
        self._write(commands.set_experiment_stage, experiment_id, "active")
        return self.experiment(experiment_id)

    # --- runs

    def runs(self, query: RunQuery) -> RunPage:
        return self._read(listing.page, query)

    def run_ids(self, query: RunQuery) -> RunIds:
        """Return what `runs` does as ids, for commands on thousands of runs."""
        return self._read(listing.ids, query)

    def run_groups(self, query: RunQuery, by: str, metrics: list[str]) -> RunGroups:
        """Return groups of runs by `by` (see `Group`), with the `metrics` of each."""
        return self._read(listing.groups, query, by, metrics)

    def run_columns(self, query: RunQuery) -> RunColumns:
        """Return what `runs` does as columns, for thousands of runs."""
        return self._read(listing.columns, query)

    def run_keys(self, experiment_ids: list[str] | None) -> RunKeys:
        """Return the keys that active runs carry, of all experiments with None."""
        return self._read(listing.keys, experiment_ids)

    def filter_hints(
        self, text: str, position: int, experiment_ids: list[str] | None
    ) -> FilterHints:
        """Return what is wrong with a filter, and what may stand at a place in it."""
        return filter_hints(text, position, self.run_keys(experiment_ids))

    def run(self, run_id: str) -> Run:
        return self._read(objects.run, run_id)

    def run_detail(self, run_id: str) -> RunDetail:
        return self._read(objects.run_detail, run_id)

    def update_run(self, run_id: str, patch: RunPatch) -> Run:
        self._write(commands.update_run, run_id, patch)
        return self.run(run_id)

    def delete_run(self, run_id: str) -> Run:
        """Put a run into the trash; its artifacts stay."""
        self._write(commands.set_run_stage, run_id, "deleted")
        return self.run(run_id)

    def restore_run(self, run_id: str) -> Run:
        self._write(commands.set_run_stage, run_id, "active")
        return self.run(run_id)

    # --- the trash

    def trash(self, *, older_than: float = 0) -> Trash:
        """Return the runs that were deleted at least `older_than` ms ago, and their sizes."""
        return self._read(trash.trash, _before(older_than))

    def empty_trash(
        self,
        *,
        older_than: float = 0,
        run_ids: list[str] | None = None,
        remove: Remove = shutil.rmtree,
    ) -> Trash:
        """Remove what `trash` shows, or of it `run_ids` only, for good; return what is left of it.

        Also removes what an interrupted call left. `remove` takes a folder away.
        """
        before = _before(older_than)
        while self._write(trash.remove_some, before, run_ids):
            pass
        self._write(trash.remove_empty_experiments)
        trash.remove_folders(self.folder, self._read(trash.removed_run_ids), remove)
        return self.trash(older_than=older_than)

    def cell_runs(self, cell_ids: list[str]) -> CellRunsList:
        """Return the runs of some cells, and what the newest of each stood on."""
        return self._read(cells.cell_runs, cell_ids)

    # --- what hangs on a run

    def document(self, run_id: str, kind: str) -> Document:
        return self._read(contents.document, run_id, kind)

    def changes_of_run(self, run_id: str) -> RunChanges:
        """Return what changed since the previous and the best attempt of the run's cell."""
        return self._read(objects.run_changes, run_id)

    def artifacts(self, run_id: str, path: str = "") -> list[Artifact]:
        """Return what lies in one folder of a run's artifacts."""
        return self._read(contents.artifacts, run_id, path)

    def artifact(self, run_id: str, path: str) -> Artifact:
        return self._read(contents.artifact, run_id, path)

    def history(self, run_id: str, key: str) -> History:
        return self._read(contents.history, run_id, key)

    def series(
        self,
        run_ids: list[str],
        key: str,
        *,
        start_step: int | None = None,
        end_step: int | None = None,
        max_points: int = 1000,
    ) -> list[Series]:
        """Return one metric of several runs for drawing, each with about `max_points` points."""
        return self._read(
            contents.series, run_ids, key, start_step, end_step, max_points, self._recent
        )

    # --- what changed

    def changes(self, since: int, *, limit: int = 500) -> Changes | Reset:
        return self._read(feed.changes, since, limit)

    def points_after(
        self, subscribed: list[SubscribedSeries], *, max_points: int = 2000
    ) -> Points | None:
        return self._read(feed.points_after, subscribed, max_points)

    # --- questions and commands that are put together elsewhere

    def ask(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Answer a question from one snapshot."""
        return self._read(question, *args, **kwargs)

    def change(
        self, command: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a command in one transaction of its own; nothing of it stays where it raises."""
        return self._write(command, *args, **kwargs)

    # --- the importer's door

    @contextmanager
    def ingest(self) -> Iterator[Ingest]:
        """One transaction of the importer; only the holder of the lease calls it."""
        engines = self._connections.current()
        self.check_writable()
        assert engines.importing is not None
        with self._replacing_damaged(engines), engines.importing.begin() as connection:
            ingest = Ingest(connection)
            yield ingest
            ingest.finish()

    def spool_offset(self, writer_id: str, segment: int) -> tuple[int, bool] | None:
        """Return up to which byte a segment is in the store, and whether that is all of it."""
        return self._read(liveness.spool_offset, writer_id, segment)

    def spool_offsets(self, writer_id: str) -> dict[int, tuple[int, bool]]:
        """Return what `spool_offset` does, for all segments of a writer."""
        return self._read(liveness.spool_offsets, writer_id)

    def open_writers(self) -> dict[str, Process]:
        """Return the writers that have runs open."""
        return self._read(liveness.open_writers)

    def observe_end(self, writer_id: str, status: RunStatus, end_time: int) -> int:
        """Note that a writer is gone; return how many runs it had open."""
        return self._write(liveness.observe, writer_id, status, end_time)

    def observe_silence(self, writer_id: str) -> int:
        """Note that a writer gives no sign of life; return how many runs it has open."""
        return self._write(liveness.observe, writer_id, "STALLED", None)

    def _read(
        self, answer: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        engines = self._connections.current()
        with self._replacing_damaged(engines), engines.reading.connect() as connection:
            return answer(connection, *args, **kwargs)

    def _write(
        self, command: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        engines = self._connections.current()
        self.check_writable()
        assert engines.writing is not None
        with self._replacing_damaged(engines), engines.writing.begin() as connection:
            return command(connection, *args, **kwargs)

    @contextmanager
    def _replacing_damaged(self, engines: Engines) -> Iterator[None]:
        """Have a database that turns out to be damaged replaced; what was asked for fails."""
        try:
            with telling_damage(database_file(self.folder)):
                yield
        except StoreDamagedError as error:
            if not self.read_only:
                # Windows moves no file that is open.
                engines.dispose()
                quarantine(self.folder, engines.file, str(error))
            raise

    def _meet(self, engines: Engines) -> None:
        """Learn what is the database's own, and forget what was remembered of another one."""
        self._recent = RecentPoints()
        with engines.reading.connect() as connection:
            self.store_id = objects.store_id_of(connection)


def _before(older_than: float) -> int | None:
    return int(now_milliseconds() - older_than) if older_than else None
