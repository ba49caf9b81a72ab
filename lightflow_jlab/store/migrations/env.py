"""Run by Alembic: migrations happen in the transaction that the caller has begun."""

from alembic import context

from lightflow_jlab.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
