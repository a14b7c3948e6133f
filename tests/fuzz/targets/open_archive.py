"""Any bytes are 7z, rar, cabinet, ISO, lha, cpio, or say why they are not."""

from holdback.documents.confined.archives.archive import open_archive
from rig.opening import exhaust

SEEDS = "archive"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_archive, data)
