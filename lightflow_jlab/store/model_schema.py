"""The tables of models: those that runs log, and those registered under a name."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from lightflow_jlab.store.schema import metadata

logged_models = Table(
    "logged_models",
    metadata,
    Column("model_id", String, primary_key=True),
    Column(
        "experiment_id", ForeignKey("experiments.experiment_id", ondelete="CASCADE"), nullable=False
    ),
    Column("name", Text, nullable=False),
    Column("model_type", Text),
    Column("source_run_id", String, index=True),
    Column("status", String, nullable=False),
    Column("status_message", Text),
    Column("lifecycle_stage", String, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Index("logged_models_by_experiment", "experiment_id", "lifecycle_stage", "creation_time"),
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    Column("model_id", ForeignKey("logged_models.model_id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    Column("model_id", ForeignKey("logged_models.model_id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("model_id", ForeignKey("logged_models.model_id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("time", BigInteger, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("run_id", String, primary_key=True),
    Column("value", Float),
    Column("dataset_name", String),
    Column("dataset_digest", String),
)
"""Few points each: what a model scored on which data. NULL is NaN."""

run_models = Table(
    "run_models",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("direction", String, primary_key=True),
    Column("model_id", String, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Index("run_models_by_model", "model_id"),
    sqlite_with_rowid=False,
)
"""Which models a run took in (`direction` is `input`, `step` is 0) or gave out (`output`)."""

registered_models = Table(
    "registered_models",
    metadata,
    Column("name", String, primary_key=True),
    Column("description", Text),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("next_version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""A version's number is never used again, also after it was deleted."""

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    Column(
        "name",
        ForeignKey("registered_models.name", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

model_versions = Table(
    "model_versions",
    metadata,
    Column(
        "name",
        ForeignKey("registered_models.name", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    Column("version", Integer, primary_key=True),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("stage", String, nullable=False),
    Column("description", Text),
    Column("source", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("run_id", String, index=True),
    Column("run_link", Text),
    Column("model_id", String, index=True),
    Column("status", String, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""`source` is what was registered, `location` where its files are, as an `mlflow-artifacts` URI."""

model_version_tags = Table(
    "model_version_tags",
    metadata,
    Column("name", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
    ForeignKeyConstraint(
        ["name", "version"],
        ["model_versions.name", "model_versions.version"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    sqlite_with_rowid=False,
)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("name", String, primary_key=True),
    Column("alias", String, primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["name", "version"],
        ["model_versions.name", "model_versions.version"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    sqlite_with_rowid=False,
)
