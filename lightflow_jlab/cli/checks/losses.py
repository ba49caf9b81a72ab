"""What could not be kept of runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.checks.finding import Finding, note, ok
from lightflow_jlab.errors import StoreError


def check_losses(folder: Path) -> Iterator[Finding]:
    """Look only where the database is there, whole and of this program: others tell of that."""
    from lightflow_jlab.store import Store
    from lightflow_jlab.store.losses import losses
    from lightflow_jlab.store.migrate import revision_of
    from lightflow_jlab.store.schema import HEAD

    try:
        if revision_of(folder) != HEAD:
            return
        store = Store.open(folder, read_only=True)
        try:
            lost = store.ask(losses).told()
        finally:
            store.close()
    except StoreError:
        return
    yield note("losses", lost) if lost else ok("losses", "All that was logged was kept.")
