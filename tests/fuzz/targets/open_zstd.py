"""Any bytes are zstd, or say why they are not."""

from holdback.documents.confined.archives.compressed import open_zstd
from rig.opening import exhaust

SEEDS = "zstd"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_zstd, data)
