"""Find the canaries that a message contains or is addressed to, and their places.

Mail to a canary from an expected sender of its list is normal; a canary in the content never is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdback.documents import Document, Table
from holdback.mail import Envelope, Message
from holdback.mail.beat import Beat
from holdback.people.canaries.arrival import is_expected_sender
from holdback.people.canaries.canary import Canaries, Canary
from holdback.people.fields import addresses

_BLOCK = 1_000
"""Rows of a table searched in one block."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One canary in one message."""

    canary: Canary
    places: tuple[str, ...]
    """For example `envelope`, `To, Cc`, `subject`, `part 2, customers.csv`; never the canary itself."""


def sightings(
    envelope: Envelope,
    message: Message,
    documents: Sequence[Document],
    canaries: Canaries,
    beat: Beat,
) -> tuple[Sighting, ...]:
    """Return the canaries that the message contains or is unexpectedly addressed to, in order of minting.

    `beat` may raise to end the search.
    """
    if not len(canaries):
        return ()

    def look(text: str) -> Iterable[Canary]:
        return canaries.in_text(text, beat).values()

    inside: dict[Canary, dict[str, None]] = defaultdict(dict)
    for place, found in _in_content(message, documents, look):
        for seen in found:
            inside[seen][place] = None
    places: dict[Canary, dict[str, None]] = defaultdict(dict)
    for place, found in _addressed(envelope, message, canaries):
        for seen in found:
            if seen in inside or not is_expected_sender(seen, envelope.sender):
                places[seen][place] = None
    for seen, some in inside.items():
        places[seen] |= some
    return tuple(Sighting(seen, tuple(places[seen])) for seen in sorted(places, key=lambda one: one.id))


def _addressed(
    envelope: Envelope, message: Message, known: Canaries
) -> Iterator[tuple[str, Iterable[Canary]]]:
    """Yield (place, canaries) for envelope and visible recipients."""
    yield "envelope", filter(None, map(known.get, envelope.recipients))
    visible = (*(one.written for one in message.visible), *message.tagged)
    yield ", ".join(message.visible_in), filter(None, map(known.get, visible))


def _in_content(
    message: Message, documents: Sequence[Document], look: Callable[[str], Iterable[Canary]]
) -> Iterator[tuple[str, Iterable[Canary]]]:
    """Yield (place, canaries) for the content of the message; `look` finds the canaries in a text."""
    yield "subject", look(message.subject)
    for part in message.parts:
        if part.name:
            yield f"part {part.path.partition('!')[0]}, its name", look(_stems(part.name))
    for document in documents:
        names = tuple(filter(None, (*document.inside, document.name)))
        named = look("\n".join(map(_stems, names))) if names else ()
        if named:
            yield f"part {document.path.partition('!')[0]}, its name", named
        for within, text in _texts(document):
            found = look(text) if text else ()
            if found:
                yield _place(document, within, named or look(within)), found


def _place(document: Document, within: str, hidden: Iterable[Canary]) -> str:
    """Return the name of the place; only its part number if the name itself contains a canary."""
    return f"part {document.path.partition('!')[0]}" if hidden else addresses.masked(document.place(within))


def _stems(name: str) -> str:
    """Return a file name with and without its extensions, one a line: `ann@x.example.tar.gz`."""
    stem = name.rpartition(".")[0]
    return "\n".join((name, stem, stem.rpartition(".")[0]))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (place, text) for all content of the document."""
    for text in document.texts:
        yield text.where, text.text
    for table in document.tables:
        yield table.where, "\t".join(table.header)
        if table.source:
            yield table.where, table.source
        else:
            yield from ((table.where, block) for block in _blocks(table))


def _blocks(table: Table) -> Iterator[str]:
    block: list[str] = []
    for row in table.rows:
        block.append("\t".join(row))
        if len(block) == _BLOCK:
            yield "\n".join(block)
            block = []
    yield "\n".join(block)
