"""Any bytes are zip files: archives, Office documents, OpenDocument, or say why they are not."""

from holdback.documents.confined.packages import open_zip
from rig.opening import exhaust

SEEDS = "zip"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_zip, data)
