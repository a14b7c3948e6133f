"""Any bytes are signed S/MIME, or say why they are not."""

from holdback.documents.confined.cms import open_signed
from rig.opening import exhaust

SEEDS = "cms"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_signed, data)
