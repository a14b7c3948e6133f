"""A message's bytes become a `Message`: who is visible in its header, what it carries, what is broken."""

from collections.abc import Container, Iterator

from holdback.mail.address import Address, address
from holdback.mail.beat import Beat, no_beat
from holdback.mail.charset import one_line, to_text
from holdback.mail.fields import AUTHORS, VISIBLE, Section, read_section
from holdback.mail.limits import Limits
from holdback.mail.reading import Reading
from holdback.mail.scan import addresses_in
from holdback.mail.values import Flaw, Message
from holdback.mail.walk import walk
from holdback.mail.words import decode_words

_LONGEST = 1_000
_BETWEEN_BEATS = 1_000
"""Fields read between two heartbeats."""


def read(raw: bytes, limits: Limits, beat: Beat = no_beat) -> Message:
    """The message `raw` (RFC 5322; CRLF, LF or CR), as far as `limits` allow. Linear time.

    Raises nothing but what `beat` raises, which is called all the time.
    """
    reading = Reading(limits, room=limits.bytes, beat=beat)
    stop = min(len(raw), limits.bytes)
    if stop < len(raw):
        reading.note(Flaw.OVER_LIMIT, "message")
    if b"\0" in raw:
        reading.note(Flaw.NUL, "message")
    beat()
    section = read_section(raw, 0, stop, limits.header_bytes)
    visible, visible_in = _visible(section, beat)
    subject, broken_word = decode_words(to_text(section.first(b"subject")), beat)
    if broken_word:
        reading.note(Flaw.BROKEN_ENCODED_WORD, "header")
    walk(reading, raw, stop, section)
    return Message(
        authors=_authors(section, beat),
        visible=visible,
        visible_in=visible_in,
        subject=one_line(subject)[:_LONGEST],
        message_id=one_line(to_text(section.first(b"message-id")))[:_LONGEST],
        parts=tuple(reading.parts),
        defects=tuple(reading.defects),
    )


def _visible(section: Section, beat: Beat) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    people: dict[str, Address] = {}
    shown: set[str] = set()
    for name, found in _people(section, VISIBLE, beat):
        people.setdefault(found.key, found)
        shown.add(VISIBLE[name])
    return tuple(people.values()), tuple(name for name in VISIBLE.values() if name in shown)


def _authors(section: Section, beat: Beat) -> tuple[Address, ...]:
    people = {found.key: found for _, found in _people(section, AUTHORS, beat)}
    return tuple(people.values())


def _people(section: Section, names: Container[bytes], beat: Beat) -> Iterator[tuple[bytes, Address]]:
    """Everybody in the fields of these `names`, with the name of the field."""
    for number, (name, body) in enumerate(section.fields):
        if number % _BETWEEN_BEATS == 0:
            beat()
        if name in names:
            for written in addresses_in(body, beat):
                yield name, address(written)
