"""Extract senders and recipients of attached messages.

One forwarded message discloses a conversation; fifty disclose fifty customers. Therefore author and first
recipient of each message become a record; of other people only the address is listed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Text, Unread
from holdback.documents.grid import grid
from holdback.mail.address_search import addresses_in
from holdback.mail.charset import one_line, to_text
from holdback.mail.encoded_words import decode_words
from holdback.mail.header_section import AUTHORS, VISIBLE, Section

_COLUMNS = ("Name", "E-mail")
_LONGEST_NAME = 100
_LONGEST_ITEM = 400
"""Characters before an address that are searched for its display name."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """One sender or recipient."""

    name: str
    """Empty if only the address is known."""
    address: str
    wrote: bool
    """True for an author, False for a recipient."""


def tabulate(messages: Iterable[Iterable[Correspondent]], budget: Budget) -> Iterator[Piece]:
    """Yield the first named author and recipient of each message as rows, all other people as addresses."""
    named: dict[Correspondent, None] = {}
    others: dict[str, None] = {}
    for people in messages:
        budget.beat()
        first: dict[bool, Correspondent] = {}
        for person in people:
            if not person.name or first.setdefault(person.wrote, person) is not person:
                others[person.address] = None
        named |= dict.fromkeys(first.values())
    try:
        yield from grid([(one.name, one.address) for one in named], budget, "header", _COLUMNS)
    except Unread as unread:
        # The cells are used up; the parts of the messages need none.
        yield unread.why
    if others:
        # One address a line, so that none is next to a name.
        yield Text("\n\n".join(others), "header")


def correspondents_in(section: Section) -> Iterator[Correspondent]:
    """Yield the people in the header of a message, authors first, with display names where they are clear."""
    for field in (*AUTHORS, *VISIBLE):
        for name, body in section.fields:
            if name == field:
                yield from _in_field(body, field in AUTHORS)


def _in_field(body: bytes, wrote: bool) -> Iterator[Correspondent]:
    text = decode_words(to_text(body))[0]
    for item in text.split(">"):
        before, bracket, address = item[-_LONGEST_ITEM:].rpartition("<")
        if bracket and "@" in address:
            yield Correspondent(_name(before), one_line(address), wrote)
    for address in addresses_in(body):
        yield Correspondent("", address, wrote)


def _name(before: str) -> str:
    """Return the display name at the end of `before`: `, "Smith, Ann" ` or `Ann Smith `."""
    name = before.strip(" \t,;:")
    found = name[:-1].rpartition('"') if name.endswith('"') else name.rpartition(",")
    return one_line(found[2])[-_LONGEST_NAME:]
