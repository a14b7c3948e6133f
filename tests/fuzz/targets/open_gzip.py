"""Any bytes are gzip, or say why they are not."""

from holdback.documents.confined.archives.compressed import open_gzip
from rig.opening import exhaust

SEEDS = "gzip"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_gzip, data)
