"""The tables. Times are in ms since the epoch; `seq` is the store's one counter at the last change.

A run's number (`runs.id`) is internal; outside it is known by `run_id`. Where a metric's value is
NULL, it is NaN, which SQLite has no other way to keep. No text is ever interpreted as code.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

HEAD = "0006"
"""The newest revision in `migrations/versions`: what a store of this program has."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`store_id`, and `first_seq`: the change with which this database began, as text."""

counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""One row, id 1."""

experiments = Table(
    "experiments",
    metadata,
    Column("experiment_id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("lifecycle_stage", String, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment_id", ForeignKey("experiments.experiment_id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

writers = Table(
    "writers",
    metadata,
    Column("writer_id", String, primary_key=True),
    Column("host", Text, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_start", Float, nullable=False),
    Column("kernel_id", Text, nullable=False),
    Column("start_ticks", BigInteger, nullable=False, server_default="0"),
    Column("pid_namespace", Text, nullable=False, server_default=""),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", String, nullable=False, unique=True),
    Column("experiment_id", ForeignKey("experiments.experiment_id"), nullable=False),
    Column("run_name", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("lifecycle_stage", String, nullable=False),
    Column("start_time", BigInteger, nullable=False),
    Column("end_time", BigInteger),
    Column("deleted_time", BigInteger),
    Column("user_id", Text, nullable=False),
    Column("source_type", String, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("cell_id", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("parent_run_id", String),
    Column("note", Text, nullable=False),
    Column("error_type", Text),
    Column("error_message", Text),
    Column("dropped", BigInteger, nullable=False),
    Column("writer_id", String),
    Column("seq", BigInteger, nullable=False, index=True),
    Index("runs_by_experiment", "experiment_id", "lifecycle_stage", "start_time"),
    Index("runs_by_start", "lifecycle_stage", "start_time"),
    Index("runs_by_cell", "source_name", "cell_id"),
    Index("runs_by_status", "status"),
    Index("runs_by_parent", "parent_run_id"),
    Index("runs_with_losses", "end_time", sqlite_where=text("dropped > 0")),
)

run_writers = Table(
    "run_writers",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("writer_id", String, primary_key=True),
    Column("joined", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("status", String, nullable=False),
    Column("dropped", BigInteger, nullable=False),
    Index("run_writers_by_writer", "writer_id", "status"),
    sqlite_with_rowid=False,
)
"""Who records a run and how each ended it, see `run_writers.py`; `runs` has what follows."""

params = Table(
    "params",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("text", Text),
    Column("number", Float),
    Column("type", String, nullable=False),
    Column("origin", String, nullable=False),
    Index("params_by_number", "key", "number", "run"),
    Index("params_by_text", "key", "text", "run"),
    sqlite_with_rowid=False,
)
"""`text` is the value as MLflow would show it; `number` is set for numbers, to compare them."""

tags = Table(
    "tags",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    Index("tags_by_value", "key", "value", "run"),
    sqlite_with_rowid=False,
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first", Float),
    Column("first_step", BigInteger, nullable=False),
    Column("first_time", BigInteger, nullable=False),
    Column("last", Float),
    Column("last_step", BigInteger, nullable=False),
    Column("last_time", BigInteger, nullable=False),
    Column("min", Float),
    Column("min_step", BigInteger, nullable=False),
    Column("max", Float),
    Column("max_step", BigInteger, nullable=False),
    UniqueConstraint("run", "key"),
    Index("metrics_by_value", "key", "last", "run"),
)
"""A summary per run and metric: what lists, sorting and filters read."""

chunks = Table(
    "chunks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("metric", ForeignKey("metrics.id", ondelete="CASCADE"), nullable=False),
    Column("start_index", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("points", LargeBinary, nullable=False),
    UniqueConstraint("metric", "start_index"),
)
"""Points in order of arrival, see `chunks.py`; `first_step`, `last_step`: least and greatest."""

artifacts = Table(
    "artifacts",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", String, nullable=False),
    Column("time", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "experiment_id", ForeignKey("experiments.experiment_id", ondelete="CASCADE"), nullable=False
    ),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("source_type", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment_id", "name", "digest"),
)
"""What a dataset is, never its rows; `schema` and `profile` are JSON as the client wrote it."""

run_datasets = Table(
    "run_datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("dataset", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    UniqueConstraint("run", "dataset"),
)

run_dataset_tags = Table(
    "run_dataset_tags",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("dataset", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

views = Table(
    "views",
    metadata,
    Column("view_id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("definition", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
)
"""How the table of runs was set when somebody gave that a name; `definition` is `TableView`."""

documents = Table(
    "documents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
)
"""Texts, compressed, each once."""

run_documents = Table(
    "run_documents",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("digest", ForeignKey("documents.digest"), nullable=False),
)

executions = Table(
    "executions",
    metadata,
    Column("writer_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("source_name", Text, nullable=False),
    Column("cell_id", Text, nullable=False),
    Column("digest", String, nullable=False, index=True),
    Column("execution_count", Integer, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("succeeded", Boolean, nullable=False),
)
"""The ledger: the cells that kernels executed, each kernel's numbered in their order."""

cell_sources = Table(
    "cell_sources",
    metadata,
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
)
"""The sources of `executions`, compressed, each once; it may come after them."""

spool_segments = Table(
    "spool_segments",
    metadata,
    Column("writer_id", String, primary_key=True),
    Column("segment", Integer, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("finished", Boolean, nullable=False),
)
"""Up to which byte each segment of the log is in this store."""

unknown_records = Table(
    "unknown_records",
    metadata,
    Column("writer_id", String, primary_key=True),
    Column("segment", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("type", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""Records of a newer writer, or that could not be read: kept for a program that can."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""Runs deleted for good, so that whoever follows the changes hears of it."""

removed_experiments = Table(
    "removed_experiments",
    metadata,
    Column("experiment_id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""Experiments removed for good: for who follows the changes, and so that no number comes again."""
