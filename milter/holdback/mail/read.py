"""A message's bytes become a `Message`: who is visible in its header, what it carries, what is broken."""

from holdback.mail.address import Address, address
from holdback.mail.charset import one_line, to_text
from holdback.mail.fields import AUTHORS, VISIBLE, Section, read_section
from holdback.mail.limits import Limits
from holdback.mail.reading import Reading
from holdback.mail.scan import addresses_in
from holdback.mail.values import Flaw, Message
from holdback.mail.walk import walk
from holdback.mail.words import decode_words

_LONGEST = 1_000


def read(raw: bytes, limits: Limits) -> Message:
    """The message `raw` (RFC 5322; CRLF, LF or CR), as far as `limits` allow. Never raises, linear time."""
    reading = Reading(limits, room=limits.bytes)
    stop = min(len(raw), limits.bytes)
    if stop < len(raw):
        reading.note(Flaw.OVER_LIMIT, "message")
    if b"\0" in raw:
        reading.note(Flaw.NUL, "message")
    section = read_section(raw, 0, stop, limits.header_bytes)
    visible, visible_in = _visible(section)
    subject, broken_word = decode_words(to_text(section.first(b"subject")))
    if broken_word:
        reading.note(Flaw.BROKEN_ENCODED_WORD, "header")
    walk(reading, raw, stop, section)
    return Message(
        authors=_authors(section),
        visible=visible,
        visible_in=visible_in,
        subject=one_line(subject)[:_LONGEST],
        message_id=one_line(to_text(section.first(b"message-id")))[:_LONGEST],
        parts=tuple(reading.parts),
        defects=tuple(reading.defects),
    )


def _visible(section: Section) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    people: dict[str, Address] = {}
    shown: set[str] = set()
    for name, body in section.fields:
        if name in VISIBLE:
            for found in map(address, addresses_in(body)):
                people.setdefault(found.key, found)
                shown.add(VISIBLE[name])
    return tuple(people.values()), tuple(name for name in VISIBLE.values() if name in shown)


def _authors(section: Section) -> tuple[Address, ...]:
    bodies = [body for name, body in section.fields if name in AUTHORS]
    people = {found.key: found for body in bodies for found in map(address, addresses_in(body))}
    return tuple(people.values())
