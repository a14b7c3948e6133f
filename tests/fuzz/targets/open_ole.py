"""Any bytes are OLE files: old Office documents, Outlook messages, or say why they are not."""

from holdback.documents.confined.ole.files import open_ole
from rig.opening import exhaust

SEEDS = "ole"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_ole, data)
