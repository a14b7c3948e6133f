"""Canaries that leave: addresses which belong to nobody, planted to tell which list it is (incidents 1, 2).

Where the list's own sender mails to a canary, that is what one expects; a canary in the content never is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdback.checks.evidence import Evidence
from holdback.documents import Document, OutOfTime, Table
from holdback.people import addresses
from holdback.people.canaries import Canary, explains
from holdback.verdict import Finding

_BLOCK = 1_000
"""Rows of a table that are searched together."""
_NAMED = 3
"""Places, and lists, that a finding names."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One canary in one message."""

    canary: Canary
    places: tuple[str, ...]
    """`envelope`, `To, Cc`, `subject`, `part 2, customers.csv`; never the canary itself."""


def canary(evidence: Evidence) -> Iterator[Finding]:
    """The canaries in the message, counted by the list and the receiver that they were made for."""
    seen = sightings(evidence)
    if not seen:
        return
    lists = Counter((one.canary.list_name, one.canary.given_to) for one in seen)
    named = [_named(count, *made_for) for made_for, count in lists.most_common()]
    places = list(dict.fromkeys(place for one in seen for place in one.places))
    yield Finding("canary", len(seen), _shortly(places), _shortly(named))


def _named(count: int, list_name: str, given_to: str) -> str:
    receiver = f"given to {given_to}" if given_to else "kept in the house"
    return f'{count:,} {"canary" if count == 1 else "canaries"} of list "{list_name}", {receiver}'


def _shortly(words: Sequence[str]) -> str:
    """The first of `words`, and a sign that there are more."""
    return "; ".join(words[:_NAMED]) + ("; …" if len(words) > _NAMED else "")


def sightings(evidence: Evidence) -> tuple[Sighting, ...]:
    """Every canary that the message shows or goes to against expectation, in the order of minting."""
    if not len(evidence.knowledge.known.canaries):
        return ()
    inside: dict[Canary, dict[str, None]] = defaultdict(dict)
    for place, found in _in_content(evidence):
        for seen in found:
            inside[seen][place] = None
    places: dict[Canary, dict[str, None]] = defaultdict(dict)
    for place, found in _addressed(evidence):
        for seen in found:
            if seen in inside or not explains(seen, evidence.envelope.sender):
                places[seen][place] = None
    for seen, some in inside.items():
        places[seen] |= some
    return tuple(Sighting(seen, tuple(places[seen])) for seen in sorted(places, key=lambda one: one.id))


def _addressed(evidence: Evidence) -> Iterator[tuple[str, Iterable[Canary]]]:
    """The canaries that the message is addressed to."""
    known, message = evidence.knowledge.known.canaries, evidence.message
    yield "envelope", filter(None, map(known.get, evidence.envelope.recipients))
    visible = (*(one.written for one in message.visible), *message.tagged)
    yield ", ".join(message.visible_in), filter(None, map(known.get, visible))


def _in_content(evidence: Evidence) -> Iterator[tuple[str, Iterable[Canary]]]:
    """The canaries in what the message says, by place."""

    def beat() -> None:
        if not evidence.knowledge.heartbeat():
            raise OutOfTime

    def look(text: str) -> Iterable[Canary]:
        return evidence.knowledge.known.canaries.in_text(text, beat).values()

    yield "subject", look(evidence.message.subject)
    for part in evidence.message.parts:
        if part.name:
            yield f"part {part.path.partition('!')[0]}, its name", look(_stems(part.name))
    for document in evidence.documents:
        names = tuple(filter(None, (*document.inside, document.name)))
        named = look("\n".join(map(_stems, names))) if names else ()
        if named:
            yield f"part {document.path.partition('!')[0]}, its name", named
        for within, text in _texts(document):
            found = look(text) if text else ()
            if found:
                yield _place(document, within, named or look(within)), found


def _place(document: Document, within: str, hidden: Iterable[Canary]) -> str:
    """The place in words; if there are `hidden` canaries in its name, only the part that it is in."""
    return f"part {document.path.partition('!')[0]}" if hidden else addresses.masked(document.place(within))


def _stems(name: str) -> str:
    """The name of a file with and without what may be its extensions: `ann@x.example.tar.gz`."""
    stem = name.rpartition(".")[0]
    return "\n".join((name, stem, stem.rpartition(".")[0]))


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """All that stands in the document, and where."""
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
