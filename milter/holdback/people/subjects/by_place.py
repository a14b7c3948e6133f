"""Whom the documents of a message show, place by place: computed once, for every check and for the trail."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from holdback.documents import Document, OutOfTime
from holdback.mail import Envelope, Message
from holdback.people.fields import addresses
from holdback.people.knowledge import Known
from holdback.people.parties.domains import Circle
from holdback.people.subjects.in_document import places_in
from holdback.people.subjects.third_parties import standing
from holdback.people.subjects.values import Subjects


@dataclass(frozen=True, slots=True)
class Showing:
    """What one place of the message shows."""

    where: str
    """`part 1.2, archive.zip > export.xlsx > sheet "Kunden" rows 2-20001`; addresses in names are masked."""
    found: Subjects


def showings(
    envelope: Envelope,
    message: Message,
    documents: Sequence[Document],
    circle: Circle,
    known: Known,
    heartbeat: Callable[[], bool],
) -> Iterator[Showing]:
    """Every table and text that shows third parties, in the order of the documents.

    Raises OutOfTime if `heartbeat` says that the time is over.
    """
    stand = standing(envelope, message, circle, known)

    def beat() -> None:
        if not heartbeat():
            raise OutOfTime

    for document in documents:
        for place in places_in(document, stand, beat):
            yield Showing(addresses.masked(document.place(place.where)), place.found)
