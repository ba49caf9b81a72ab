"""The connections to one database file, and their renewal when another file takes its name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from lightflow_jlab.store.damage import FileIdentity, identity, telling_damage
from lightflow_jlab.store.engine import open_engine


class Engines(NamedTuple):
    """Each for one purpose; those that write are None in a read-only store."""

    file: FileIdentity | None
    reading: Engine
    writing: Engine | None
    importing: Engine | None

    def dispose(self) -> None:
        for engine in (self.importing, self.writing, self.reading):
            if engine is not None:
                engine.dispose()


class Connections:
    """Gives the engines of the file that the database's name stands for now.

    A damaged database is moved away by whichever process meets it first; the others notice at
    their next transaction.

    Parameters
    ----------
    on_new
        Called before the first use of another file, by the thread that noticed it.
    """

    def __init__(
        self, database: Path, *, read_only: bool, on_new: Callable[[Engines], None]
    ) -> None:
        self._database = database
        self._read_only = read_only
        self._on_new = on_new
        self._renewing = threading.RLock()
        self._engines = self._open()

    @property
    def file(self) -> FileIdentity | None:
        """Which file was last used."""
        return self._engines.file

    def current(self) -> Engines:
        if self._read_only or identity(self._database) in (None, self._engines.file):
            return self._engines
        with self._renewing:
            # While there is no such file, the one that was opened is as good as it gets.
            if identity(self._database) not in (None, self._engines.file):
                former, self._engines = self._engines, self._open()
                with suppress(OSError):
                    former.dispose()
        return self._engines

    def dispose(self) -> None:
        self._engines.dispose()

    def _open(self) -> Engines:
        only, name = self._read_only, self._database
        engines = Engines(
            identity(name),
            open_engine(name, "read", read_only=only),
            None if only else open_engine(name, "write"),
            None if only else open_engine(name, "import"),
        )
        try:
            with telling_damage(name):
                self._on_new(engines)
        except BaseException:
            engines.dispose()
            raise
        return engines
