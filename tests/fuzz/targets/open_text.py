"""Any bytes are text: vCards, LDIF, JSON, SQL and tables in it, whatever is broken."""

from holdback.documents.text import open_text
from rig.opening import exhaust

SEEDS = "data"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_text, data)
