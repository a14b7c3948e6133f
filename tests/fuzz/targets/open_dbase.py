"""Any bytes are dBase tables, or say why they are not."""

from holdback.documents.confined.databases.dbase import open_dbase
from rig.opening import exhaust

SEEDS = "dbase"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_dbase, data)
