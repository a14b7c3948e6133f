"""What arrived: bytes of a message become values. Pure, total, bounded: `read` never raises."""

from holdback.mail.address import Address
from holdback.mail.limits import Limits
from holdback.mail.read import read
from holdback.mail.values import Defect, Envelope, Flaw, Message, Part

__all__ = ["Address", "Defect", "Envelope", "Flaw", "Limits", "Message", "Part", "read"]
