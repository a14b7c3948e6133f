"""Database tables of the trail, in the same database as the cases.

Times are unix seconds (UTC); numbers of people are pseudonyms (see `Pseudonyms`).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from holdback.cases.schema import metadata

# SQLite counts rows in INTEGER columns only, which have 64 bits there.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

canaries = Table(
    "canaries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("list_name", Text, nullable=False),
    Column("given_to", Text, nullable=False),
    Column("minted", Double, nullable=False),
    Column("minted_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("senders", Text, nullable=False),
    Index(None, "address", unique=True),
    sqlite_autoincrement=True,
)

canary_hits = Table(
    "canary_hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("canary_id", Integer, ForeignKey(canaries.c.id), nullable=False),
    Column("direction", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("host", Text, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Index(None, "canary_id"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("at", Double, nullable=False),
    Column("host", Text, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("recipients", Integer, nullable=False),
    # JSON: {domain: recipients}
    Column("audience", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("people", Integer, nullable=False),
    # JSON: [[where, people, numbers], …]
    Column("places", Text, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

# Entries of the latest disclosures, one row a batch, until they are compacted into `segments`.
# `first` is the id of the row's first disclosure. The blobs are parallel arrays: `numbers` are pseudonyms (8
# bytes each), `disclosures` offsets from `first` (4 bytes), `places` indexes into `disclosures.places` (1
# byte).
shown = Table(
    "shown",
    metadata,
    Column("first", _NUMBER, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("disclosures", LargeBinary, nullable=False),
    Column("places", LargeBinary, nullable=False),
)

# Compacted rows of `shown`: a range of disclosures, its entries sorted by pseudonym into rows of `shelves`.
segments = Table(
    "segments",
    metadata,
    Column("first", _NUMBER, primary_key=True, autoincrement=False),
    Column("last", _NUMBER, nullable=False),
    Column("count", Integer, nullable=False),
    # Leading bits of a pseudonym that select its bucket.
    Column("bits", Integer, nullable=False),
)

# One row a bucket. Rows are inserted in key order and deleted by segment: pages are full, and written once.
shelves = Table(
    "shelves",
    metadata,
    # Segment and bucket in one number, see `bucket_key`.
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("disclosures", LargeBinary, nullable=False),
    Column("places", LargeBinary, nullable=False),
)

correspondents = Table(
    "correspondents",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # Whole seconds, 0 for never; `last_…` is updated at most once a day.
    Column("first_sent", BigInteger, nullable=False),
    Column("last_sent", BigInteger, nullable=False),
    Column("last_received", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

acquaintances = Table(
    "acquaintances",
    metadata,
    Column("pair", BigInteger, primary_key=True, autoincrement=False),
    # Days since 1970.
    Column("day", Integer, nullable=False),
    Index(None, "day"),
    sqlite_with_rowid=False,
)

approaches = Table(
    "approaches",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("at", Double, nullable=False),
    Column("source", Text, nullable=False),
    Column("sender", BigInteger, nullable=False),
    Column("recipients", LargeBinary, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

waiting_acquaintances = Table(
    "waiting_acquaintances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("host", Text, nullable=False),
    Column("queue_id", Text, nullable=False),
    Column("arrived", Double, nullable=False),
    Column("pairs", LargeBinary, nullable=False),
    Column("recipients", LargeBinary, nullable=False),
    Index(None, "host", "queue_id"),
    sqlite_autoincrement=True,
)
