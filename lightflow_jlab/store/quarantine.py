"""A damaged database is moved away whole, told of, and never thrown away by us.

`quarantine/<stamp>/` holds the database with its write-ahead log, and `about.json`: what was wrong,
and whether the new database has got back what can be got.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
from filelock import FileLock

from lightflow_jlab.config.file_system import file_system
from lightflow_jlab.config.locations import database_file, make_private_folder
from lightflow_jlab.config.private_files import create_private
from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.store.damage import FileIdentity, identity
from lightflow_jlab.store.engine import journal_on
from lightflow_jlab.store.migrate import LOCK_SECONDS, MIGRATION_LOCK, make_database

FOLDER = "quarantine"
ABOUT = "about.json"
MOST_PER_HOUR = 5
TOLD_DAYS = 7
SUFFIXES = ("", "-wal", "-shm")


class About(msgspec.Struct, frozen=True):
    """What `about.json` says."""

    reason: str
    time: int
    """When it was found, in ms since the epoch."""
    rebuilt: bool = False
    told: str = ""
    """What became of the runs, in words, once it is rebuilt."""


class Quarantined(msgspec.Struct, frozen=True):
    folder: Path
    about: About

    @property
    def database(self) -> Path:
        return database_file(self.folder)

    def __str__(self) -> str:
        where = f"quarantine/{self.folder.name}"
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.about.time / 1000))
        head = f"The database was found damaged on {when} and moved to {where} in the store. "
        if not self.about.rebuilt:
            return head + "It is being rebuilt from the logs that were kept."
        return head + self.about.told


def quarantine(store: Path, damaged: FileIdentity | None, reason: str) -> None:
    """Put a new, empty database in the place of a damaged one, which is moved away.

    Does nothing where another process has done so: the name stands for another file than `damaged`.

    Raises
    ------
    StoreDamagedError
        It happens again and again, or the file can't be moved.
    """
    database = database_file(store)
    with FileLock(store / MIGRATION_LOCK, timeout=LOCK_SECONDS, mode=0o600):
        if damaged is None or identity(database) != damaged:
            return
        _refuse_the_endless(store, reason)
        target = _new_folder(store)
        # Beside it and not at its place, so that nobody ever finds half a database there.
        fresh = target / "new.db"
        journal = journal_on(file_system(store))
        make_database(fresh, journal, first_seq=time.time_ns() // 1_000_000)
        _write(target, About(reason, time.time_ns() // 1_000_000))
        try:
            for suffix in reversed(SUFFIXES):
                moving = database.with_name(database.name + suffix)
                if moving.exists():
                    moving.rename(target / moving.name)
        except OSError as error:
            raise StoreDamagedError(
                f"The damaged database {database} can't be moved away: {error}. "
                "End the programs that have it open."
            ) from error
        fresh.rename(database)


def quarantined(store: Path) -> list[Quarantined]:
    """Return what was moved away, the newest first."""
    found = []
    for about in sorted((store / FOLDER).glob(f"*/{ABOUT}"), reverse=True):
        try:
            text = msgspec.json.decode(about.read_bytes(), type=About)
        except (OSError, msgspec.MsgspecError):
            continue
        if database_file(about.parent).exists():
            found.append(Quarantined(about.parent, text))
    return found


def recent_notices(store: Path) -> list[str]:
    """Return what users should be told of now: rebuilds under way, or of the last days."""
    since = (time.time() - TOLD_DAYS * 86_400) * 1000
    return [
        str(one) for one in quarantined(store) if not one.about.rebuilt or one.about.time > since
    ]


def note_rebuilt(one: Quarantined, told: str) -> None:
    """Note what became of the runs of a database that was moved away."""
    _write(one.folder, msgspec.structs.replace(one.about, rebuilt=True, told=told))


def _refuse_the_endless(store: Path, reason: str) -> None:
    since = (time.time() - 3600) * 1000
    if sum(one.about.time > since for one in quarantined(store)) >= MOST_PER_HOUR:
        raise StoreDamagedError(
            f"{reason} That happened {MOST_PER_HOUR} times within the hour: the disk may be "
            f"failing. Move the store {store} to another one."
        )


def _new_folder(store: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    names = (stamp, *(f"{stamp}-{number}" for number in range(2, 100)))
    target = next(store / FOLDER / name for name in names if not (store / FOLDER / name).exists())
    return make_private_folder(target)


def _write(folder: Path, about: About) -> None:
    draft = folder / f".{ABOUT}"
    with create_private(draft) as file:
        file.write(msgspec.json.encode(about))
    draft.replace(folder / ABOUT)
