"""Several writers of one run, and how a writer is told from another process."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_writers",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.String(), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "writer_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("run_writers_by_writer", "run_writers", ["writer_id", "status"])
    op.add_column(
        "writers", sa.Column("start_ticks", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "writers", sa.Column("pid_namespace", sa.Text(), nullable=False, server_default="")
    )
    op.execute(
        "INSERT INTO run_writers (run, writer_id, joined, ended, status, dropped) "
        "SELECT id, writer_id, start_time, end_time, status, dropped FROM runs "
        "WHERE writer_id <> ''"
    )
