"""Extract vCards (2.1; RFC 2426; RFC 6350) and attendees of iCalendar events (RFC 5545), which share a
syntax.

Each card and each attendee becomes a row. The rest of a calendar remains text, where the lines about an event
are one paragraph: the title names the guest, the description has the phone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.data.content_lines import Line, read_lines
from holdback.documents.data.record_tables import Field, RecordTables
from holdback.documents.document import Table

_MARK = re.compile(
    r"^([> \t]*)(BEGIN|END):(V(?:CARD|CALENDAR|EVENT|TODO|JOURNAL|ALARM|FREEBUSY|TIMEZONE)|STANDARD|DAYLIGHT)"
    r"[ \t]*$",
    re.I | re.M,
)
_QUOTE_MARKS = re.compile(r"^[> \t]*> ?", re.M)
_BEAT = 500
"""BEGIN and END lines between two heartbeats."""

_NAMES = {
    "FN": "full name",
    "EMAIL": "e-mail",
    "TEL": "phone",
    "ORG": "organization",
    "BDAY": "date of birth",
    "TITLE": "job title",
}
"""Property → column; other properties keep their name."""
_PARTS = {
    "N": ("family name", "given name", "middle name"),
    "ADR": ("post box", "address supplement", "street", "city", "region", "postcode", "country"),
}
_IGNORED = {
    "VERSION",
    "PRODID",
    "REV",
    "CLASS",
    "MAILER",
    "AGENT",
    "CLIENTPIDMAP",
    "X-ABLABEL",
    "SORT-STRING",
}
"""Properties without information about the person."""
_SCHEME = re.compile(r"(?:mailto|tel|xmpp|sip|skype|im):", re.I)

_TIMES = re.compile(
    r"DT|TZ|R?DATE|RRULE|DURATION|SEQUENCE|TRIGGER|CREATED|LAST-M|PRODID|RECUR|RELATED|X-MICR"
)
"""Calendar properties with times and identifiers. A UID looks like an address, but is not."""
_OF_EVENT = {"SUMMARY", "LOCATION", "CONTACT", "DESCRIPTION", "COMMENT"}
_NO_PERSON = re.compile(r";CUTYPE=\"?(?:ROOM|RESOURCE|GROUP)\b", re.I)
_NAMED = re.compile(r';CN=(?:"([^"]*)"|([^;:"]*))', re.I)
_BY_PARAMETER = re.compile(r"[^\s\"'=;:,<>]{1,64}@[^\s\"'=;:,<>]{1,255}")


@dataclass(slots=True)
class _Reading:
    """Mutable state of parsing the cards and calendars of one text."""

    records: RecordTables = field(default_factory=RecordTables)
    cards: list[list[Field]] = field(default_factory=list)
    """Open cards, outermost first: a card may contain the card of an agent."""
    depth: int = 0
    """Open calendar components."""
    event: list[str] = field(default_factory=list)
    """Lines about the open event."""
    places: set[str] = field(default_factory=set)
    """The places of all events so far."""

    def begin(self, component: str) -> None:
        if component == "VCARD":
            self.cards.append([])
        else:
            self.depth += 1

    def end(self, component: str) -> None:
        if component != "VCARD":
            self.depth = max(0, self.depth - 1)
        elif self.cards:
            self._keep(self.cards.pop())

    def finish(self) -> None:
        """Close the cards without an END line."""
        for card in self.cards:
            self._keep(card)

    def _keep(self, card: list[Field]) -> None:
        if card:
            self.records.add("cards", card)

    def lines(self, lines: Sequence[str]) -> Iterator[str]:
        """Parse `lines`; yield those that remain text."""
        for line in read_lines(lines):
            if isinstance(line, str):
                yield line
            elif self.cards:
                yield from self._of_card(line)
            elif line.name == "ATTENDEE":
                yield from self._invited(line)
            elif line.name in _OF_EVENT:
                self._keep_about_event(line)
                yield from _BY_PARAMETER.findall(line.parameters)
            elif line.name != "UID" and ("@" in line.value or not _TIMES.match(line.name)):
                yield from _calendar_text(line)

    def _keep_about_event(self, line: Line) -> None:
        """Keep a line about the open event; a place only once: that of several events is no guest's."""
        if line.name != "LOCATION":
            self.event.append(_SCHEME.sub("", line.text))
        elif line.text not in self.places:
            self.places.add(line.text)
            self.event += line.text.split(", ")

    def _of_card(self, line: Line) -> Iterator[str]:
        if line.name == "MEMBER":
            yield _SCHEME.sub("", line.text)
        else:
            self.cards[-1] += of_card(line)
        if "@" in line.parameters:
            yield from _BY_PARAMETER.findall(line.parameters)

    def _invited(self, line: Line) -> Iterator[str]:
        named = _NAMED.search(line.parameters)
        address = _SCHEME.sub("", line.text, count=1)
        others = [found for found in _BY_PARAMETER.findall(line.parameters) if found != address]
        if "@" not in address and others:
            address = others.pop(0)
        name = (named[1] or named[2] or "") if named else ""
        if _NO_PERSON.search(line.parameters):
            others += [name, address]
        elif not name or "@" in name:
            # Programs show who has no name by the address.
            self.records.add(
                "attendees by address", [("login", address.partition("@")[0]), ("e-mail", address)]
            )
            others += [name] if name != address else []
        else:
            self.records.add("attendees", [("name", name), ("e-mail", address)])
        yield from filter(None, others)


def extract_cards(text: str, budget: Budget) -> Iterator[str | Table]:
    """Yield the text without cards and calendars, and these as tables."""
    reading = _Reading()
    start = 0
    for number, mark in enumerate(_MARK.finditer(text)):
        if number % _BEAT == 0:
            budget.beat()
        yield from _between(text[start : mark.start()], reading)
        (reading.begin if mark[2].upper() == "BEGIN" else reading.end)(mark[3].upper())
        start = mark.end()
    yield from _between(text[start:], reading)
    reading.finish()
    yield from reading.records.tables(budget)


def _between(text: str, reading: _Reading) -> Iterator[str]:
    """Yield the text that remains between two BEGIN or END lines."""
    if not reading.cards and not reading.depth:
        yield text
        return
    if text.startswith("\n>"):
        text = _QUOTE_MARKS.sub("", text)
    for line in reading.lines([line for line in text.split("\n") if line.strip()]):
        yield line + "\n\n"
    if reading.event:
        yield "\n".join(reading.event) + "\n\n"
        reading.event.clear()


def of_card(line: Line) -> list[Field]:
    """Return the fields of one property."""
    if line.name == "UID" or (line.name in _IGNORED and "@" not in line.value):
        return []
    if line.name in _PARTS:
        names = _PARTS[line.name]
        parts = line.parts[: len(names) - 1]
        rest = ", ".join(filter(None, line.parts[len(names) - 1 :]))
        return [(name, part) for name, part in zip(names, (*parts, rest), strict=False) if part]
    value = _SCHEME.sub("", line.text, count=1)
    return [(_NAMES.get(line.name) or line.name.lower(), value)] if value else []


def _calendar_text(line: Line) -> Iterator[str]:
    """Yield a calendar property as text, and the addresses in its parameters."""
    yield _SCHEME.sub("", line.text)
    yield from _BY_PARAMETER.findall(line.parameters)
