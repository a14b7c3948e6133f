"""Parse the bytes of a message into a `Message`: visible addresses, parts, defects."""

from collections.abc import Iterable, Mapping
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
    people = _people(section, beat)
    recipients = tuple(people.visible.values())
    subject, broken_word = decode_words(to_text(section.first.get(b"subject", b"")), beat)
    if broken_word:
        state.add_defect(Flaw.BROKEN_ENCODED_WORD, "header")
    if section.others or len(people.authors) > SEVERAL or subject.count("@") > SEVERAL:
        _show_listed(people, section, beat)
    walk(state, raw, stop, section)
    return Message(
        authors=tuple(people.authors.values()),
        recipients=recipients,
        visible=tuple(people.visible.values()),
        tagged=tuple(people.tagged),
        visible_in=tuple(people.shown_in if len(people.shown_in) < 2 else _in_order(people.shown_in)),
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
    shown_in: dict[str, None]


def _people(section: Section, beat: Beat) -> _People:
    people = _People({}, {}, {}, {})
    for number, (name, body) in enumerate(section.fields, 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        field = _FIELDS.get(name)
        if field is None:
            continue
        if field:
            _show(people, field, addresses_in(body, beat))
            continue
        for found in map(address, addresses_in(body, beat)):
            people.authors[found.key] = found
    return people


def _show(people: _People, field: str, written: Iterable[str]) -> None:
    for found in map(address, written):
        people.visible.setdefault(found.key, found)
        people.shown_in[field] = None
        if "+" in found.written:
            people.tagged[found.written] = None


def _show_listed(people: _People, section: Section, beat: Beat) -> None:
    """Add the addresses of each field that is not for recipients, but has more than a few."""
    listed: dict[bytes, list[str]] = {}
    for number, (name, body) in enumerate(chain(section.fields, section.others.items()), 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        if name not in VISIBLE and shows_people(name):
            listed.setdefault(name, []).extend(addresses_in(body, beat))
    for name, found in listed.items():
        if len({address(one).key for one in found}) > SEVERAL:
            _show(people, title(name), found)


def _in_order(shown_in: Mapping[str, None]) -> Iterable[str]:
    """Return the names of fields, those of recipients first."""
    return dict.fromkeys([*filter(shown_in.__contains__, VISIBLE.values()), *shown_in])
