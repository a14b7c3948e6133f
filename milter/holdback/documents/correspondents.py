"""Who wrote an attached message, and to whom.

One forwarded message shows a conversation to somebody new, fifty of them show fifty customers. So the writer
and the first recipient of each message make a record; of all others the addresses count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.grid import grid
from holdback.documents.values import Piece, Text, Unread
from holdback.mail.address_search import addresses_in
from holdback.mail.charset import one_line, to_text
from holdback.mail.encoded_words import decode_words
from holdback.mail.header_section import AUTHORS, VISIBLE, Section

_COLUMNS = ("Name", "E-mail")
_LONGEST_NAME = 100
_LONGEST_ITEM = 400
"""Characters before an address in which its name is looked for."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """One person of a conversation."""

    name: str
    """Empty if only the address is known."""
    address: str
    wrote: bool
    """False for who only received."""


def tabulate(messages: Iterable[Iterable[Correspondent]], budget: Budget) -> Iterator[Piece]:
    """Of each message the first with a name who wrote, and who received, as records; others as addresses."""
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
        # The parts of the messages need no cells.
        yield unread.why
    if others:
        # A line of its own for each: names must not come near.
        yield Text("\n\n".join(others), "header")


def correspondents_in(section: Section) -> Iterator[Correspondent]:
    """Everybody in the header of a message, writers first; with their names where these are plain to see."""
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
    """The display name that ends there: `, "Smith, Ann" ` or `Ann Smith `."""
    name = before.strip(" \t,;:")
    found = name[:-1].rpartition('"') if name.endswith('"') else name.rpartition(",")
    return one_line(found[2])[-_LONGEST_NAME:]
