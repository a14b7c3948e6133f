"""The input of the checks: the message, its documents, and the people and canaries found in them."""

from dataclasses import dataclass

from holdback.documents import Document
from holdback.mail import Envelope, Message
from holdback.people.canaries.sightings import Sighting
from holdback.people.knowledge import Knowledge
from holdback.people.subjects.by_place import Disclosed


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the checks know about one message."""

    envelope: Envelope
    message: Message
    documents: tuple[Document, ...]
    knowledge: Knowledge
    has_audience: bool = True
    """True if someone outside receives the message; otherwise its parts were not opened."""
    disclosed: tuple[Disclosed, ...] = ()
    """The places that disclose third parties."""
    sightings: tuple[Sighting, ...] = ()
    """Canaries that the message contains or is unexpectedly addressed to."""
