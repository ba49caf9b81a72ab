"""What could not be kept of runs, because no disk took it in time: told, as long as it is news."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from lightflow_jlab.store.schema import runs

_MOST_NAMED = 3


class Losses(NamedTuple):
    """Runs that are not in the trash, those with most losses first."""

    records: int
    """Points and other records."""
    runs: int
    named: list[tuple[str, int]]
    """The first runs' names, and how much of each."""

    def told(self) -> str:
        """Return a sentence; empty where nothing was lost."""
        if not self.runs:
            return ""
        named = [f"{name}: {count:,}" for name, count in self.named]
        if self.runs > len(named):
            named.append(f"and {self.runs - len(named)} more")
        of = "1 run" if self.runs == 1 else f"{self.runs:,} runs"
        return (
            f"{self.records:,} logged records of {of} could not be kept, since no disk took them "
            f"in time ({'; '.join(named)}). Free some space; the filter `dropped > 0` lists them."
        )


def losses(connection: Connection, since: int | None = None) -> Losses:
    """Return the losses of all runs, or of those that run or ended after `since`, in ms."""
    lost = runs.c.dropped > 0
    chosen = select(runs.c.run_name, runs.c.dropped).where(lost, runs.c.lifecycle_stage == "active")
    if since is not None:
        chosen = chosen.where(or_(runs.c.end_time.is_(None), runs.c.end_time > since))
    found = chosen.subquery()
    total, count = connection.execute(
        select(func.coalesce(func.sum(found.c.dropped), 0), func.count()).select_from(found)
    ).one()
    first = connection.execute(chosen.order_by(runs.c.dropped.desc()).limit(_MOST_NAMED))
    return Losses(int(total), int(count), [(str(name), int(lost)) for name, lost in first])
