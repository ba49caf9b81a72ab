"""The attempts of a cell as a kernel knows them: those it made itself, and those in the store."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lightflow_jlab.config.locations import database_file
from lightflow_jlab.tracking.run import Source

if TYPE_CHECKING:
    from lightflow_jlab.store.attempt import Attempt, Earlier

MAX_REMEMBERED = 50
_BUSY_SECONDS = 0.2
_Place = tuple[Path, str, str]
"""Store, notebook, cell."""

_made: dict[_Place, list[Attempt]] = defaultdict(list)
_lock = threading.Lock()


@contextmanager
def recorded_attempts(
    store: Path, source: Source, now: Attempt, key: str | None
) -> Iterator[Sequence[Earlier]]:
    """Give the attempts before `now`, which is remembered as the newest of its cell.

    The log of this kernel need not be imported for it: what it made itself is known.
    """
    place = (store, source.source_name, source.cell_id)
    with _lock:
        made = list(_made[place])
        _made[place] = [*made, now][-MAX_REMEMBERED:]
    file = database_file(store)
    try:
        database = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS
        )
    except sqlite3.OperationalError:
        yield _numbered(made, {}, [], key)
        return
    with closing(database):
        try:
            imported, others = _imported(database, source, now, made, key)
        except sqlite3.Error:
            # Nobody has imported yet, or the store is of another version.
            imported, others = {}, []
        yield _numbered(made, imported, others, key)


def _imported(
    database: sqlite3.Connection,
    source: Source,
    now: Attempt,
    made: list[Attempt],
    key: str | None,
) -> tuple[dict[str, int], list[Earlier]]:
    """Return the numbers of attempts that this kernel made, and the attempts that others made."""
    from lightflow_jlab.store.attempts import earlier_attempts

    ids = {attempt.run_id for attempt in made}
    numbers, others = {}, []
    for one in earlier_attempts(database, source.source_name, source.cell_id, now.run_id, key):
        if one.run_id in ids:
            numbers[one.run_id] = one.number
        else:
            others.append(one)
    return numbers, others


def _numbered(
    made: list[Attempt], imported: dict[str, int], others: list[Earlier], key: str | None
) -> list[Earlier]:
    """Return all; those that aren't imported yet are counted on from those that are."""
    from lightflow_jlab.store.attempt import Earlier

    last = max([*imported.values(), *(one.number for one in others)], default=0)
    found = list(others)
    for attempt in made:
        number = imported.get(attempt.run_id)
        if number is None:
            number = last = last + 1
        value = attempt.metrics.get(key or "")
        if value is not None and math.isnan(value):
            value = None
        load = partial(replace, attempt, number=number)
        found.append(Earlier(attempt.run_id, number, value, load))
    return found
