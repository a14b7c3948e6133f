"""The first record: cases, holds, findings, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened", sa.Double, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    _holds()
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("hold_id", sa.Integer, nullable=False),
        sa.Column("check_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("would", sa.Text, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_findings_hold_id"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("hold_id", sa.Integer),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_decisions_hold_id"),
        sa.UniqueConstraint("hold_id", name="uq_decisions_hold_id"),
    )
    _indexes()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Text, nullable=False),
        sa.Column("arrived", sa.Double, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed", sa.Double, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("exact", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("visible", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("replaces", sa.Integer),
        sa.Column("nonce", sa.Text),
        sa.Column("spent_by", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_holds_case_id"),
        sa.ForeignKeyConstraint(["replaces"], ["holds.id"], name="fk_holds_replaces"),
        sa.ForeignKeyConstraint(["spent_by"], ["holds.id"], name="fk_holds_spent_by"),
        sa.UniqueConstraint("host", "queue_id", "arrived", name="uq_holds_host"),
        sqlite_autoincrement=True,
    )


def _indexes() -> None:
    for table, columns in (
        ("cases", ("state",)),
        ("holds", ("case_id", "message", "content", "exact", "queue_id", "replaces", "state", "arrived")),
        ("findings", ("hold_id",)),
        ("decisions", ("case_id", "at")),
    ):
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
