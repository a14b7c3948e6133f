"""Ids of cases from while the database was unavailable, and the customer index that each host uses.

Programs of version 0006 go on working; what they import has no aliases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "case_aliases",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", "case_id", name="pk_case_aliases"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_aliases_case_id"),
    )
    op.create_index("ix_case_aliases_case_id", "case_aliases", ["case_id"])
    op.add_column("hosts", sa.Column("customers", sa.BigInteger))
    op.add_column("hosts", sa.Column("customers_built", sa.Double))
