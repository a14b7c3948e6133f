"""The looks of operators at held mail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("hold_id", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_looks_case_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_looks_hold_id"),
    )
    op.create_index("ix_looks_case_id", "looks", ["case_id"])
