"""What is known of an MLflow server's side: which run there is which of ours, and what it has.

A small database beside the outbox's log. A position is noted after the server has taken what stands
before it, so a sender that is killed sends its last part again, which the server takes as the same.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

_NAME = "mlflow.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS positions (
    writer_id TEXT, segment INTEGER, offset INTEGER, PRIMARY KEY (writer_id, segment));
CREATE TABLE IF NOT EXISTS experiments (name TEXT PRIMARY KEY, remote_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, remote_id TEXT, artifact_uri TEXT NOT NULL DEFAULT '',
    lost INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS writers (
    run_id TEXT, writer_id TEXT, status TEXT NOT NULL, end_time INTEGER,
    PRIMARY KEY (run_id, writer_id));
CREATE TABLE IF NOT EXISTS refused (what TEXT PRIMARY KEY, count INTEGER, message TEXT);
"""
_LAST_POSITION = (
    "SELECT segment, offset FROM positions WHERE writer_id = ? ORDER BY segment DESC LIMIT 1"
)


class RemoteRun(NamedTuple):
    """A run as the server has it."""

    remote_id: str
    artifact_uri: str


class RunState(NamedTuple):
    """How one of the processes that record a run has left it."""

    status: str
    end_time: int | None


def sent_position(outbox: Path, writer_id: str) -> tuple[int, int]:
    """Return segment and byte up to which a log is sent; for those who don't hold the lease."""
    try:
        address = f"{(outbox / _NAME).as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute(_LAST_POSITION, (writer_id,)).fetchone()
    except sqlite3.Error:
        return 0, 0
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


class Ledger:
    """The database of one outbox. Its user holds the outbox's lease."""

    def __init__(self, outbox: Path) -> None:
        path = outbox / _NAME
        path.touch(0o600)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        self._connection.close()

    # --- how far the log is sent

    def position(self, writer_id: str, segment: int) -> int | None:
        row = self._one(
            "SELECT offset FROM positions WHERE writer_id = ? AND segment = ?", writer_id, segment
        )
        return None if row is None else int(row[0])

    def set_position(self, writer_id: str, segment: int, offset: int) -> None:
        self._run("REPLACE INTO positions VALUES (?, ?, ?)", writer_id, segment, offset)

    # --- which is which

    def experiment(self, name: str) -> str | None:
        row = self._one("SELECT remote_id FROM experiments WHERE name = ?", name)
        return None if row is None else str(row[0])

    def set_experiment(self, name: str, remote_id: str) -> None:
        self._run("REPLACE INTO experiments VALUES (?, ?)", name, remote_id)

    def forget_experiment(self, name: str) -> None:
        self._run("DELETE FROM experiments WHERE name = ?", name)

    def begin_run(self, run_id: str) -> bool:
        """Note that a run is about to be made; False where that was noted before."""
        made = self._connection.execute("INSERT OR IGNORE INTO runs (run_id) VALUES (?)", (run_id,))
        return made.rowcount == 1

    def run(self, run_id: str) -> RemoteRun | None:
        """Return a run that the server has."""
        row = self._one("SELECT remote_id, artifact_uri FROM runs WHERE run_id = ?", run_id)
        return None if row is None or row[0] is None else RemoteRun(str(row[0]), str(row[1]))

    def set_run(self, run_id: str, run: RemoteRun) -> None:
        self._run(
            "INSERT INTO runs (run_id, remote_id, artifact_uri) VALUES (?, ?, ?) "
            "ON CONFLICT (run_id) DO UPDATE SET remote_id = excluded.remote_id, "
            "artifact_uri = excluded.artifact_uri",
            run_id,
            *run,
        )

    def is_lost(self, run_id: str) -> bool:
        """Tell whether the server takes nothing more for a run."""
        row = self._one("SELECT lost FROM runs WHERE run_id = ?", run_id)
        return row is not None and bool(row[0])

    def lose_run(self, run_id: str) -> None:
        self._run("UPDATE runs SET lost = 1 WHERE run_id = ?", run_id)

    # --- who records it

    def set_writer(self, run_id: str, writer_id: str, state: RunState) -> None:
        self._run("REPLACE INTO writers VALUES (?, ?, ?, ?)", run_id, writer_id, *state)

    def forget_writers(self, run_id: str) -> None:
        self._run("DELETE FROM writers WHERE run_id = ?", run_id)

    def writers(self, run_id: str) -> list[RunState]:
        rows = self._connection.execute(
            "SELECT status, end_time FROM writers WHERE run_id = ?", (run_id,)
        )
        return [RunState(*row) for row in rows]

    def open_runs(self, writer_id: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT run_id FROM writers WHERE writer_id = ? AND status = 'RUNNING'", (writer_id,)
        )
        return [str(run_id) for (run_id,) in rows]

    # --- what the server refused

    def refuse(self, what: str, message: str, count: int = 1) -> None:
        self._run(
            "INSERT INTO refused VALUES (?, ?, ?) "
            "ON CONFLICT (what) DO UPDATE SET count = count + excluded.count",
            what,
            count,
            message,
        )

    def refused(self) -> list[tuple[str, int, str]]:
        """Return what was refused, how often, and what the server said the first time."""
        return list(self._connection.execute("SELECT what, count, message FROM refused"))

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
        return found

    def _run(self, statement: str, *values: object) -> None:
        self._connection.execute(statement, values)
