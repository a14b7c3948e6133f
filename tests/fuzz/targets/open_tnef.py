"""Any bytes are winmail.dat, or say why they are not."""

from holdback.documents.confined.outlook.tnef import open_tnef
from rig.opening import exhaust

SEEDS = "tnef"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_tnef, data)
