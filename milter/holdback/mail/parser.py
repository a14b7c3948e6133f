"""Parse the bytes of a message into a `Message`: visible addresses, parts, defects."""

from typing import NamedTuple

from holdback.mail.address import Address, address
from holdback.mail.address_search import addresses_in
from holdback.mail.beat import Beat, no_beat
from holdback.mail.charset import one_line, to_text
from holdback.mail.encoded_words import decode_words
from holdback.mail.header_section import AUTHORS, VISIBLE, Section, read_section
from holdback.mail.limits import Limits
from holdback.mail.message import Flaw, Message
from holdback.mail.walk import ParseState, walk

_LONGEST = 1_000
_FIELDS = {**dict.fromkeys(AUTHORS, ""), **VISIBLE}
"""Fields with addresses: the visible ones with their name, authors with an empty one."""
_BETWEEN_BEATS = 1_000
"""Fields read between two heartbeats."""


def read(raw: bytes, limits: Limits, beat: Beat = no_beat) -> Message:
    """Parse the message `raw` (RFC 5322; CRLF, LF or CR) within `limits`, in linear time.

    Raises only exceptions of `beat`, which is called regularly.
    """
    state = ParseState(limits, room=limits.bytes, beat=beat)
    stop = min(len(raw), limits.bytes)
    if stop < len(raw):
        state.add_defect(Flaw.OVER_LIMIT, "message")
    if b"\0" in raw:
        state.add_defect(Flaw.NUL, "message")
    beat()
    section = read_section(raw, 0, stop, limits.header_bytes)
    people = _people(section, beat)
    subject, broken_word = decode_words(to_text(section.first.get(b"subject", b"")), beat)
    if broken_word:
        state.add_defect(Flaw.BROKEN_ENCODED_WORD, "header")
    walk(state, raw, stop, section)
    return Message(
        authors=tuple(people.authors.values()),
        visible=tuple(people.visible.values()),
        tagged=tuple(people.tagged),
        visible_in=tuple(filter(people.shown_in.__contains__, VISIBLE.values())),
        subject=one_line(subject)[:_LONGEST],
        message_id=one_line(to_text(section.first.get(b"message-id", b"")))[:_LONGEST],
        parts=tuple(state.parts),
        defects=tuple(state.defects),
    )


class _People(NamedTuple):
    """Addresses in the header, by key, in order."""

    authors: dict[str, Address]
    visible: dict[str, Address]
    tagged: dict[str, None]
    shown_in: set[str]


def _people(section: Section, beat: Beat) -> _People:
    people = _People({}, {}, {}, set())
    for number, (name, body) in enumerate(section.fields, 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        field = _FIELDS.get(name)
        if field is None:
            continue
        for found in map(address, addresses_in(body, beat)):
            if not field:
                people.authors[found.key] = found
                continue
            people.visible.setdefault(found.key, found)
            people.shown_in.add(field)
            if "+" in found.written:
                people.tagged[found.written] = None
    return people
