"""Parse a message from bytes to values. Pure and bounded; `read` raises no exception of its own."""

from holdback.mail.address import Address
from holdback.mail.limits import Limits
from holdback.mail.message import Defect, Envelope, Flaw, Message, Part
from holdback.mail.parser import read

__all__ = ["Address", "Defect", "Envelope", "Flaw", "Limits", "Message", "Part", "read"]
