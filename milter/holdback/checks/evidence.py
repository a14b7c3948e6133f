"""What a check may look at: the message, its documents, and what the company knows about people."""

from collections.abc import Callable
from dataclasses import dataclass

from holdback.documents import Document, Reader, no_reader
from holdback.mail import Envelope, Message
from holdback.people import Circle
from holdback.people.known import NOTHING_KNOWN, Known


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What does not come from the message: who we are, and how to tell that time is up."""

    circle: Circle
    heartbeat: Callable[[], bool] = _always
    """Called every few milliseconds of work; False ends the inspection with OutOfTime."""
    reader: Reader = no_reader
    """Opens what must not be opened in this process."""
    known: Known = NOTHING_KNOWN
    """Customers and canaries."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one message when the checks look at it."""

    envelope: Envelope
    message: Message
    documents: tuple[Document, ...]
    knowledge: Knowledge
    has_audience: bool = True
    """True if someone outside receives the message; else nothing of it was opened."""
