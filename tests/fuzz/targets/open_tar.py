"""Any bytes are tar, or say why they are not."""

from holdback.documents.confined.archives.tar import open_tar
from rig.opening import exhaust

SEEDS = "tar"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_tar, data)
