"""Decisions that are carried out after a grace period, and those that were undone in it.

Programs of version 0006 go on working; they carry out such decisions at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("decisions", sa.Column("due", sa.Double))
    op.create_index("ix_decisions_due", "decisions", ["due"])
    op.create_table(
        "undone_decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("hold_id", sa.Integer),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("undone_at", sa.Double, nullable=False),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.Column("undone_reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_undone_decisions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_undone_decisions_case_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_undone_decisions_hold_id"),
    )
    op.create_index("ix_undone_decisions_case_id", "undone_decisions", ["case_id"])
