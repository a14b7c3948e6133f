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


def calendar(*events: tuple[str, ...]) -> bytes:
    """One calendar with these events."""
    inner = "".join(
        "\r\n".join(
            ("BEGIN:VEVENT", f"UID:{n}@shop.example", "DTSTART:20260102T090000", *lines, "END:VEVENT", "")
        )
        for n, lines in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inner}END:VCALENDAR\r\n".encode()


BOOKINGS = {
    "name, then phone in a sentence": "SUMMARY:{p.name}|DESCRIPTION:Guest phone {p.phone}\\, 2 adults",
    "phone after a label": "SUMMARY:{p.name}|DESCRIPTION:Tel.: {p.phone}",
    "phone alone": "SUMMARY:{p.name}|DESCRIPTION:{p.phone}",
    "description first": "DESCRIPTION:Telefon {p.phone}|SUMMARY:{p.name}",
    "place between": "SUMMARY:{p.name}|LOCATION:Studio 2|DESCRIPTION:Tél. {p.phone}",
    "address below phone": "SUMMARY:{p.name}|DESCRIPTION:{p.phone}\\n{p.email}",
    "form": "SUMMARY:Termin|DESCRIPTION:Name: {p.name}\\nTelefon: {p.phone}\\nAnlass: Erstgespräch",
    "contact": "SUMMARY:Haircut|CONTACT:{p.name}\\, {p.phone}",
    "all in the title": "SUMMARY:{p.name} {p.phone}",
    "phone in the place": "SUMMARY:{p.name}|LOCATION:{p.phone}",
    "street in the place": "SUMMARY:{p.name}|LOCATION:{p.street}",
    "address in the description": "SUMMARY:{p.name}|DESCRIPTION:{p.email}",
    "street and town": "SUMMARY:{p.name}|LOCATION:{p.street}\\, 10115 Berlin|DESCRIPTION:Delivery",
    "late": "SUMMARY:{p.name}|STATUS:CONFIRMED|TRANSP:OPAQUE|DESCRIPTION:Booked.\\nPhone: {p.phone}",
    "blank line": "SUMMARY:{p.name}|DESCRIPTION:Phone:\\n\\n{p.phone}",
}


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl", "ru"])
@pytest.mark.parametrize("form", BOOKINGS.values(), ids=[*BOOKINGS])
def test_bookings(form: str, language: str) -> None:
    """The lines of one event belong together: 30 guests with a phone are 30 people."""
    events = [tuple(form.format(p=one).split("|")) for one in people(30, language)]
    assert 29 <= people_in(calendar(*events)) <= 30


MEETINGS = {
    "dial-in": "SUMMARY:Jour fixe {p.name}|DESCRIPTION:Zoom: +49 69 7104 9922\\, PIN {n}4711",
    "support line": "SUMMARY:{p.name}|DESCRIPTION:Questions? Call +49 30 1234567",
    "holiday": "SUMMARY:{p.name}|DESCRIPTION:Annual leave\\, 5 days",
    "room": "SUMMARY:{p.name}|LOCATION:Room {n}|DESCRIPTION:Bring your laptop",
    "tickets": "SUMMARY:Sprint {n}|DESCRIPTION:Ticket 4{n:05}\\, 8 points",
    "shifts": "SUMMARY:Early shift|DESCRIPTION:{p.name}",
    "two phones of ours": "SUMMARY:Standby {p.name}|DESCRIPTION:Desk +49 30 555 1000 or +49 30 555 2000",
    "our address": "SUMMARY:{p.name}|LOCATION:High Street 7",
    "our address with the town": "SUMMARY:{p.name}|LOCATION:High Street 7\\, 10115 Berlin",
    "fixtures": "SUMMARY:Matchday {n}|LOCATION:High Street {n}",
}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("form", MEETINGS.values(), ids=[*MEETINGS])
def test_meetings(form: str, language: str) -> None:
    """Names beside a number that many events share, a room or nothing are no records."""
    events = [tuple(form.format(p=one, n=n).split("|")) for n, one in enumerate(people(30, language))]
    assert people_in(calendar(*events)) < 3


GUESTS = {
    "address only": "ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{p.email}",
    "bare": "ATTENDEE:mailto:{p.email}",
    "capitals": "attendee;partstat=needs-action:MAILTO:{p.email}",
    "address as name": "ATTENDEE;CN={p.email};RSVP=TRUE:mailto:{p.email}",
    "quoted address as name": 'ATTENDEE;CN="{p.email}":mailto:{p.email}',
    "folded": "ATTENDEE;CUTYPE=INDIVIDUAL;RSVP\r\n =TRUE:mailto:{p.email}",
    "in a parameter": "ATTENDEE;EMAIL={p.email}:urn:uuid:1-2",
    "without scheme": "ATTENDEE;CN=:{p.email}",
    "one name as a name": "ATTENDEE;CN=Chris:mailto:{p.email}",
}


@pytest.mark.parametrize("form", GUESTS.values(), ids=[*GUESTS])
def test_guests_without_a_name(form: str) -> None:
    """An invitation shows its guests to each other, by name or by address."""
    lines = [form.format(p=one) for one in people(40)]
    assert 40 == people_in(event("SUMMARY:Workshop", *lines).encode())
    mixed = [*lines[:20], *(f"ATTENDEE;CN={one.name}:mailto:{one.email}" for one in people(40)[20:])]
    assert 40 == people_in(event("SUMMARY:Workshop", *mixed).encode())


@pytest.mark.parametrize(
    "form",
    [
        "ATTENDEE;CUTYPE=ROOM;CN=Room {n}:mailto:room{n}@hotel.example",
        "ATTENDEE;CUTYPE=RESOURCE:mailto:projector{n}@hotel.example",
        "ATTENDEE;CUTYPE=GROUP:mailto:team{n}@hotel.example",
        "ATTENDEE:mailto:info@firm{n}.example",
        "ATTENDEE;CN=Sales:mailto:sales@firm{n}.example",
    ],
)
def test_guests_that_are_nobody(form: str) -> None:
    """Rooms, teams and role mailboxes are no people."""
    assert 0 == people_in(event("SUMMARY:Fair", *(form.format(n=n) for n in range(40))).encode())
