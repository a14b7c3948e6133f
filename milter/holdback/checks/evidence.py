"""What the checks may look at: the message, its documents, and what was found in them."""

from dataclasses import dataclass

from holdback.documents import Document
from holdback.mail import Envelope, Message
from holdback.people.canaries.sightings import Sighting
from holdback.people.knowledge import Knowledge
from holdback.people.subjects.by_place import Disclosed


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one message when the checks look at it."""

    envelope: Envelope
    message: Message
    documents: tuple[Document, ...]
    knowledge: Knowledge
    has_audience: bool = True
    """True if someone outside receives the message; else nothing of it was opened."""
    disclosed: tuple[Disclosed, ...] = ()
    """The third parties whom the documents disclose, place by place; other places are missing."""
    sightings: tuple[Sighting, ...] = ()
    """Canaries that the message shows or goes to, against expectation."""
