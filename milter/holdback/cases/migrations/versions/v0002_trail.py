"""The trail: canaries, disclosures, correspondents, acquaintances; and which mailing a hold belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("holds", sa.Column("mailing", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_holds_mailing", "holds", ["mailing"])
    _canaries()
    _ledger()
    _contacts()


def _canaries() -> None:
    op.create_table(
        "canaries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("list_name", sa.Text, nullable=False),
        sa.Column("given_to", sa.Text, nullable=False),
        sa.Column("minted", sa.Double, nullable=False),
        sa.Column("minted_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("senders", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canaries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_canaries_address", "canaries", ["address"], unique=True)
    op.create_table(
        "canary_hits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("canary_id", sa.Integer, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canary_hits"),
        sa.ForeignKeyConstraint(["canary_id"], ["canaries.id"], name="fk_canary_hits_canary_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_canary_hits_canary_id", "canary_hits", ["canary_id"])
    op.create_index("ix_canary_hits_at", "canary_hits", ["at"])


def _ledger() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disclosures"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_disclosures_at", "disclosures", ["at"])
    op.create_table(
        "shown",
        sa.Column("first", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("numbers", sa.LargeBinary, nullable=False),
        sa.Column("disclosures", sa.LargeBinary, nullable=False),
        sa.Column("places", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_shown"),
    )
    op.create_table(
        "segments",
        sa.Column("first", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("bits", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_segments"),
    )
    op.create_table(
        "shelves",
        sa.Column("id", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("numbers", sa.LargeBinary, nullable=False),
        sa.Column("disclosures", sa.LargeBinary, nullable=False),
        sa.Column("places", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shelves"),
    )


def _contacts() -> None:
    op.create_table(
        "correspondents",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("first_sent", sa.BigInteger, nullable=False),
        sa.Column("last_sent", sa.BigInteger, nullable=False),
        sa.Column("last_received", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_correspondents"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "acquaintances",
        sa.Column("pair", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("pair", name="pk_acquaintances"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_acquaintances_day", "acquaintances", ["day"])
    op.create_table(
        "approaches",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sender", sa.BigInteger, nullable=False),
        sa.Column("recipients", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approaches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_approaches_at", "approaches", ["at"])
    op.create_table(
        "waiting_acquaintances",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("queue_id", sa.Text, nullable=False),
        sa.Column("arrived", sa.Double, nullable=False),
        sa.Column("pairs", sa.LargeBinary, nullable=False),
        sa.Column("recipients", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_acquaintances"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waiting_acquaintances_host", "waiting_acquaintances", ["host", "queue_id"])
