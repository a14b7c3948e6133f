"""The tables of the record.

Times are unix seconds, UTC; fingerprints are keyed hashes; no column has a recipient's address.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("opened", Double, nullable=False),
    Column("sender", Text, nullable=False),
    Index(None, "state"),
)

case_aliases = Table(
    "case_aliases",
    metadata,
    # An id that a host gave while the database was unavailable.
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey(cases.c.id), primary_key=True),
    Index(None, "case_id"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Text, ForeignKey(cases.c.id), nullable=False),
    Column("host", Text, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("arrived", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed", Double, nullable=False),
    Column("login", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("exact", Text, nullable=False),
    Column("mailing", Text, nullable=False, server_default=""),
    Column("size", BigInteger, nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("visible", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("replaces", Integer, ForeignKey("holds.id")),
    Column("nonce", Text),
    Column("spent_by", Integer, ForeignKey("holds.id")),
    Column("uninspected", Text, nullable=False, server_default=""),
    Column("queued", Double),
    # Of `hosts`; empty for holds of versions that had none.
    Column("host_id", Text, nullable=False, server_default=""),
    # Arrival by the clock of the database; `arrived` has the clock of the host.
    Column("filed", Double),
    # MTAs use queue ids again: only with the arrival they are unique.
    UniqueConstraint("host", "queue_id", "arrived"),
    Index(None, "case_id"),
    Index(None, "message"),
    Index(None, "content"),
    Index(None, "exact"),
    Index(None, "mailing"),
    Index(None, "queue_id"),
    Index(None, "replaces"),
    Index(None, "state"),
    Index(None, "arrived"),
    Index(None, "host_id"),
    sqlite_autoincrement=True,
)

hosts = Table(
    "hosts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # The name under which holds without an id are this host's.
    Column("former", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("first_seen", Double, nullable=False),
    Column("last_seen", Double, nullable=False),
    # When another machine was last seen with the same id.
    Column("clashed", Double),
    Column("gone", Double),
    # The customer index that it uses: entries, and when it was built; NULL for none.
    Column("customers", BigInteger),
    Column("customers_built", Double),
)

compatibility = Table(
    "compatibility",
    metadata,
    # The oldest version of the tables whose programs can use these.
    Column("oldest", Text, primary_key=True),
)

bcc_recipients = Table(
    "bcc_recipients",
    metadata,
    Column("hold_id", Integer, ForeignKey(holds.c.id), primary_key=True, autoincrement=False),
    # `Fingerprints.bcc` as bytes.
    Column("recipients", LargeBinary, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hold_id", Integer, ForeignKey(holds.c.id), nullable=False),
    Column("check_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("would", Text, nullable=False),
    Column("because", Text, nullable=False),
    Index(None, "hold_id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Text, ForeignKey(cases.c.id), nullable=False),
    Column("hold_id", Integer, ForeignKey(holds.c.id)),
    Column("decision", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    # When its grace period ends, by the clock of the database; NULL: it is final, and is carried out.
    Column("due", Double),
    UniqueConstraint("hold_id"),
    Index(None, "case_id"),
    Index(None, "at"),
    Index(None, "due"),
)

undone_decisions = Table(
    "undone_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Text, ForeignKey(cases.c.id), nullable=False),
    Column("hold_id", Integer, ForeignKey(holds.c.id)),
    Column("decision", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("undone_at", Double, nullable=False),
    Column("undone_by", Text, nullable=False),
    Column("undone_reason", Text, nullable=False),
    Index(None, "case_id"),
)

looks = Table(
    "looks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Text, ForeignKey(cases.c.id), nullable=False),
    Column("hold_id", Integer, ForeignKey(holds.c.id), nullable=False),
    # `header`, `message`, `source`, `part 2`.
    Column("content", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "case_id"),
)

events = Table(
    "events",
    metadata,
    # SQLite generates ids in INTEGER columns only, which have 64 bits there.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("host", Text, nullable=False),
    Column("case_id", Text, ForeignKey(cases.c.id)),
    Column("hold_id", Integer, ForeignKey(holds.c.id)),
    Column("queue_id", Text),
    Column("state", Text),
    Column("decision", Text),
    Column("copies", Integer),
    Column("people", Integer),
    Index(None, "at"),
    # Ids of deleted events must not be used again.
    sqlite_autoincrement=True,
)

orphans = Table(
    "orphans",
    metadata,
    Column("host", Text, primary_key=True),
    Column("queue_id", Text, primary_key=True),
    Column("arrived", Double, primary_key=True),
    Column("outcome", Text, nullable=False, server_default=""),
)


def storable(text: str) -> str:
    """The text with lone surrogates (bytes that are no text in SMTP) and NUL (for PostgreSQL) escaped."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
