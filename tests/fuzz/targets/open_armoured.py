"""Any bytes are text with files in it: CMS, PGP, uuencoded."""

from holdback.documents.armour import open_armoured
from rig.opening import exhaust

SEEDS = "armoured"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_armoured, data)
