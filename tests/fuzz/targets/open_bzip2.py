"""Any bytes are bzip2, or say why they are not."""

from holdback.documents.confined.archives.compressed import open_bzip2
from rig.opening import exhaust

SEEDS = "bzip2"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_bzip2, data)
