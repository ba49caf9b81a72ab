"""The database: is it whole, of this program's schema, and was one damaged?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.checks.finding import Finding, note, ok, problem
from lightflow_jlab.config.locations import database_file
from lightflow_jlab.errors import StoreDamagedError, StoreError

_SECONDS = 600.0


def check_database(folder: Path) -> Iterator[Finding]:
    from lightflow_jlab.importer.waiting import import_waiting
    from lightflow_jlab.store.damage import look_through
    from lightflow_jlab.store.migrate import revision_of
    from lightflow_jlab.store.quarantine import quarantined
    from lightflow_jlab.store.schema import HEAD

    def mend() -> object:
        return import_waiting(folder)

    def replace() -> object:
        from lightflow_jlab.store import Store

        store = Store.open(folder)
        store.look_through(seconds=_SECONDS)
        store.close()
        return import_waiting(folder)

    try:
        revision = revision_of(folder)
        wrong = look_through(database_file(folder), _SECONDS) if revision else ""
    except StoreDamagedError as error:
        revision, wrong = "", str(error)
    except StoreError as error:
        yield problem("database", str(error))
        return
    if wrong:
        yield problem(
            "database",
            f"It is damaged: {wrong} Lightflow replaces and rebuilds it when it opens it; "
            "--fix does so now.",
            replace,
        )
    elif revision is None:
        yield problem("database", "There is none yet; --fix makes it and imports the logs.", mend)
    elif revision > HEAD:
        yield problem(
            "schema", f"{revision}, of a newer Lightflow; this one knows {HEAD}. Upgrade it."
        )
    else:
        yield ok("database", f"{_size(database_file(folder)):,} bytes, whole.")
        if revision == HEAD:
            yield ok("schema", f"{revision}, up to date.")
        else:
            yield note("schema", f"{revision}; it becomes {HEAD} at the next start, with a backup.")
    for one in quarantined(folder):
        size = sum(_size(file) for file in one.folder.iterdir())
        text = f"{one} ({size:,} bytes)"
        if one.about.rebuilt:
            yield note("quarantine", text)
        else:
            yield problem("quarantine", text, mend)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
