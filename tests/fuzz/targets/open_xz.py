"""Any bytes are xz, or say why they are not."""

from holdback.documents.confined.archives.compressed import open_xz
from rig.opening import exhaust

SEEDS = "xz"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_xz, data)
