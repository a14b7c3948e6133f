"""Any bytes are RTF, or say why they are not."""

from holdback.documents.confined.writing.rtf import open_rtf
from rig.opening import exhaust

SEEDS = "rtf"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_rtf, data)
