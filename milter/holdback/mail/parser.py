"""Parse the bytes of a message into a `Message`: visible addresses, parts, defects."""

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from holdback.mail.address import Address, address
from holdback.mail.address_search import addresses_in
from holdback.mail.beat import Beat, no_beat
from holdback.mail.charset import one_line, to_text
from holdback.mail.encoded_words import decode_words
from holdback.mail.field_names import SEVERAL, shows_people, title
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
    subject, broken_word = decode_words(to_text(section.first.get(b"subject", b"")), beat)
    if broken_word:
        state.add_defect(Flaw.BROKEN_ENCODED_WORD, "header")
    people = _people(section, subject, beat)
    walk(state, raw, stop, section)
    return Message(
        authors=tuple(people.authors.values()),
        recipients=tuple(people.recipients.values()),
        visible=tuple(people.visible.values()),
        tagged=tuple(people.tagged),
        visible_in=_in_order(people.shown_in),
        subject=one_line(subject)[:_LONGEST],
        message_id=one_line(to_text(section.first.get(b"message-id", b"")))[:_LONGEST],
        parts=tuple(state.parts),
        defects=tuple(state.defects),
    )


def _in_order(shown_in: Mapping[str, None]) -> tuple[str, ...]:
    """Return the names of fields, those of recipients first."""
    first = filter(shown_in.__contains__, VISIBLE.values())
    return tuple(dict.fromkeys((*first, *shown_in)))


class _People(NamedTuple):
    """Addresses in the header, by key, in order."""

    authors: dict[str, Address]
    recipients: dict[str, Address]
    visible: dict[str, Address]
    tagged: dict[str, None]
    shown_in: dict[str, None]


def _people(section: Section, subject: str, beat: Beat) -> _People:
    people = _People({}, {}, {}, {}, {})
    for number, (name, body) in enumerate(section.fields, 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        field = _FIELDS.get(name)
        if field is None:
            continue
        found = list(map(address, addresses_in(body, beat)))
        if field:
            _show(people, field, found)
        else:
            people.authors.update((one.key, one) for one in found)
    people.recipients.update(people.visible)
    if section.others or len(people.authors) > SEVERAL or subject.count("@") > SEVERAL:
        for name, listed in _listed(section, beat).items():
            if len({one.key for one in listed}) > SEVERAL:
                _show(people, title(name), listed)
    return people


def _listed(section: Section, beat: Beat) -> dict[bytes, list[Address]]:
    """Return the addresses of the fields that are not for recipients, by name, in order."""
    listed: dict[bytes, list[Address]] = {}
    for number, (name, body) in enumerate(chain(section.fields, section.others), 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        if name not in VISIBLE and shows_people(name):
            listed.setdefault(name, []).extend(map(address, addresses_in(body, beat)))
    return listed


def _show(people: _People, field: str, found: list[Address]) -> None:
    for one in found:
        people.visible.setdefault(one.key, one)
        people.shown_in[field] = None
        if "+" in one.written:
            people.tagged[one.written] = None
