"""The logs: what waits, what is kept, what is damaged, what has no store, and who imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.checks.finding import Finding, note, ok, problem


def check_logs(folder: Path) -> Iterator[Finding]:
    from lightflow_jlab.config.locations import spool_folder, state_folder
    from lightflow_jlab.importer.lease import is_held, last_holder
    from lightflow_jlab.importer.orphans import orphans
    from lightflow_jlab.importer.retention import is_whole, kept_segments
    from lightflow_jlab.importer.waiting import import_waiting, live_segments

    holder = last_holder(folder)
    held = is_held(folder)
    if held:
        yield ok("importer", f"{holder or 'A process'} imports now.")
    else:
        yield ok("importer", "Nobody imports now; a server or a reader does so when it is started.")
    live = live_segments(folder)
    unread = [path for path in live if not _is_readable(path)]
    if unread:
        names = ", ".join(str(path) for path in unread)
        yield problem("logs", f"The beginning of {names} is damaged: they can't be imported.")
    if live and not held:
        yield problem(
            "logs",
            f"{len(live)} log files are not imported to their end; --fix or `sync` does it.",
            lambda: import_waiting(folder),
        )
    else:
        yield ok("logs", f"{len(live)} are being written and imported.")
    kept = kept_segments(spool_folder(folder))
    damaged = [path for path in kept if not is_whole(path)]
    size = sum(path.stat().st_size for path in kept)
    if damaged:
        names = ", ".join(path.name for path in damaged)
        yield note("kept logs", f"{len(damaged)} of {len(kept)} are damaged: {names}.")
    else:
        yield ok(
            "kept logs", f"{len(kept)}, {size:,} bytes: the database can be rebuilt from them."
        )
    for name in orphans(folder):
        yield note(
            "orphan logs",
            f"{state_folder() / 'spool' / name} belongs to a store that is elsewhere or was moved. "
            f"If it was this one: jupyter lightflow sync --adopt {name}",
        )


def _is_readable(segment: Path) -> bool:
    from lightflow_jlab.errors import SpoolError
    from lightflow_jlab.spool.reader import SegmentReader

    try:
        SegmentReader(segment)
    except (SpoolError, OSError):
        return False
    return True
