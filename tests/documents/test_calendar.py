"""Invitations: attendees are rows, the description is text."""

import pytest
from rig.opening import opened, people_in, words_in
from rig.people import LANGUAGES, people


def event(*lines: str) -> str:
    return "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Shop//Calendar//EN",
            "BEGIN:VEVENT",
            "UID:040000008200E00074C5B7101A82E008@shop.example",
            "DTSTART;TZID=Europe/Berlin:20260102T090000",
            *lines,
            "BEGIN:VALARM",
            "TRIGGER:-PT15M",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_attendees(language: str) -> None:
    """Eight customers in one invitation are eight people with name and address."""
    lines = [
        f'ATTENDEE;ROLE=REQ-PARTICIPANT;CN="{one.name}";RSVP=TRUE:mailto:{one.email}'
        for one in people(8, language)
    ]
    text = event("ORGANIZER;CN=Jane Doe:MAILTO:jane@shop.example", *lines)
    assert 8 == people_in(text.encode())
    (table,) = opened(text.encode())[0].tables
    assert [(one.name, one.email) for one in people(8, language)] == [tuple(row) for row in table.rows]


def test_an_organiser_alone_is_not_a_record() -> None:
    """An ordinary appointment has an address but no person, even with a phone number in the description."""
    text = event(
        "ORGANIZER;CN=Jane Doe:mailto:jane@shop.example",
        "SUMMARY:Quarterly review",
        "DESCRIPTION:Dial +49 30 1234567\\, PIN 12345678\\nSee you there",
    )
    assert 0 == people_in(text.encode())
    assert "Dial +49 30 1234567, PIN 12345678\nSee you there" in words_in(opened(text.encode()))


@pytest.mark.parametrize(
    "line",
    [
        "DESCRIPTION:ask bob@x.\r\n example",
        "CONTACT:Bob\\, bob@x.example",
        "COMMENT:bob@x.example",
        "ATTENDEE;CN=Bob;EMAIL=bob@x.example:urn:uuid:1-2",
        'ATTENDEE;SENT-BY="mailto:bob@x.example":mailto:ann@x.example',
        'ATTENDEE;CN="bob@x.example":invalid:nomail',
        "X-ALT-DESC;FMTTYPE=text/html:<p>bob@x.example</p>",
        "RELATED-TO:bob@x.example",
        "bob@x.example",
    ],
)
def test_no_address_is_lost(line: str) -> None:
    """Addresses in parameters, in unknown properties, and in lines that are not properties."""
    assert "bob@x.example" in words_in(opened(event(line).encode()))


def test_identifiers_are_no_addresses() -> None:
    """A UID resembles an address."""
    assert "040000008200E" not in words_in(opened(event("SUMMARY:Lunch").encode()))
