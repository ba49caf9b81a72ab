"""The attempts of a cell as the database holds them.

In plain `sqlite3`, since kernels read it too: they load no SQLAlchemy, and nothing in a thread that
the user's cell may be importing at the same moment.
"""

from __future__ import annotations

import math
import sqlite3
from functools import partial

from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.store.attempt import Attempt, Earlier, data_text, packages_in, stood_on
from lightflow_jlab.store.leading_metric import leading_key

COMMIT_TAG = "mlflow.source.git.commit"
MAX_ATTEMPTS = 500


def earlier_attempts(
    database: sqlite3.Connection, source_name: str, cell_id: str, own_run_id: str, key: str | None
) -> list[Earlier]:
    """Return the attempts of a cell before one of them, or all where that one isn't here yet.

    Parameters
    ----------
    key
        The metric whose value is wanted of each.
    """
    if not cell_id:
        return []
    rows = database.execute(
        "SELECT runs.run_id, runs.attempt, metrics.last FROM runs "
        "LEFT JOIN metrics ON metrics.run = runs.id AND metrics.key = ? "
        "WHERE runs.source_name = ? AND runs.cell_id = ? AND runs.lifecycle_stage = 'active' "
        "AND runs.attempt > 0 AND runs.run_id <> ? AND runs.attempt < coalesce("
        "(SELECT attempt FROM runs WHERE run_id = ?), 1 << 40) "
        "ORDER BY runs.attempt DESC LIMIT ?",
        (key, source_name, cell_id, own_run_id, own_run_id, MAX_ATTEMPTS),
    ).fetchall()
    return [
        Earlier(run_id, number, value, partial(attempt_of, database, run_id))
        for run_id, number, value in rows
    ]


def attempt_of(database: sqlite3.Connection, run_id: str) -> Attempt:
    """Read what is kept of a run that is there."""
    number, name, attempt = database.execute(
        "SELECT id, run_name, attempt FROM runs WHERE run_id = ?", (run_id,)
    ).fetchone()
    metrics = database.execute("SELECT key, last FROM metrics WHERE run = ?", (number,))
    params = database.execute("SELECT key, text FROM params WHERE run = ?", (number,))
    commit = database.execute(
        "SELECT value FROM tags WHERE run = ? AND key = ?", (number, COMMIT_TAG)
    ).fetchone()
    data = database.execute(
        "SELECT name, digest, profile FROM datasets JOIN run_datasets "
        "ON run_datasets.dataset = datasets.id WHERE run_datasets.run = ?",
        (number,),
    )
    return Attempt(
        run_id=run_id,
        run_name=name,
        number=attempt,
        metrics={key: math.nan if value is None else value for key, value in metrics},
        params={key: text or "" for key, text in params},
        source=_document(database, number, "source"),
        stood_on=stood_on(_document(database, number, "slice")),
        packages=packages_in(_document(database, number, "environment")),
        commit=commit[0] if commit else "",
        datasets={name: data_text(digest, profile) for name, digest, profile in data},
    )


def leading_metric_of(database: sqlite3.Connection, run_id: str) -> str | None:
    """Return the key of the metric that speaks for a run."""
    rows = database.execute(
        "SELECT metrics.key, origin FROM metrics JOIN runs ON runs.id = metrics.run "
        "WHERE runs.run_id = ?",
        (run_id,),
    )
    origins: dict[str, Origin] = dict(rows)
    return leading_key(origins)


def _document(database: sqlite3.Connection, number: int, kind: str) -> str:
    import zstandard

    row = database.execute(
        "SELECT content, size_bytes FROM documents JOIN run_documents "
        "ON run_documents.digest = documents.digest WHERE run = ? AND kind = ?",
        (number, kind),
    ).fetchone()
    if row is None:
        return ""
    text = zstandard.ZstdDecompressor().decompress(row[0], max_output_size=max(1, row[1]))
    return text.decode("utf-8", "replace")
