"""What a check may look at: the message, its documents, and what the company knows about people."""

from collections.abc import Callable
from dataclasses import dataclass

from holdback.documents import Document, Reader, no_reader
from holdback.mail import Envelope, Message
from holdback.people.canaries.sightings import Sighting, sightings
from holdback.people.contacts import NO_CONTACTS, Contacts
from holdback.people.knowledge import NOTHING_KNOWN, Known
from holdback.people.parties.domains import Circle
from holdback.people.subjects.by_place import Showing, showings


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
    contacts: Contacts = NO_CONTACTS
    """Who is acquainted with whom, and whom a sender wrote to before."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one message when the checks look at it."""

    envelope: Envelope
    message: Message
    documents: tuple[Document, ...]
    knowledge: Knowledge
    has_audience: bool = True
    """True if someone outside receives the message; else nothing of it was opened."""
    showings: tuple[Showing, ...] = ()
    """Whom the documents show, place by place; places that show nobody are missing."""
    sightings: tuple[Sighting, ...] = ()
    """Canaries that the message shows or goes to, against expectation."""


def evidence_of(
    envelope: Envelope, message: Message, documents: tuple[Document, ...], knowledge: Knowledge
) -> Evidence:
    """The evidence of a message that was opened. Raises OutOfTime if the heartbeat says so."""
    known, beat = knowledge.known, knowledge.heartbeat
    shown = showings(envelope, message, documents, knowledge.circle, known, beat)
    seen = sightings(envelope, message, documents, known.canaries, beat)
    return Evidence(envelope, message, documents, knowledge, showings=tuple(shown), sightings=seen)
