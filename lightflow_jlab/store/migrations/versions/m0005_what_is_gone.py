"""Experiments that were removed for good, and an index that finds runs with losses."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_experiments",
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("experiment_id"),
    )
    op.create_index("ix_removed_experiments_seq", "removed_experiments", ["seq"])
    op.create_index("runs_with_losses", "runs", ["end_time"], sqlite_where=sa.text("dropped > 0"))
