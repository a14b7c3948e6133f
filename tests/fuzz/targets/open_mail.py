"""Any bytes are a message or an mbox, or say why they are not."""

from holdback.documents.mailbox import open_mail
from rig.opening import exhaust

SEEDS = "mail"


def check(data: bytes) -> None:
    """The opener ends, within its budget, without an exception of its own."""
    exhaust(open_mail, data)
