"""Any bytes are SQLite files, or say why they are not."""

from holdback.documents.confined.databases.sqlite import open_sqlite
from rig.opening import exhaust

SEEDS = "sqlite"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_sqlite, data)
