"""Address cards (vCard 2.1; RFC 2426; RFC 6350) and calendars (RFC 5545), which are written alike.

A card is a row, and so is whoever is invited. What else a calendar says stays running text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.data.content_lines import Line, read_lines
from holdback.documents.data.record_tables import Field, RecordTables
from holdback.documents.values import Table

_MARK = re.compile(
    r"^([> \t]*)(BEGIN|END):(V(?:CARD|CALENDAR|EVENT|TODO|JOURNAL|ALARM|FREEBUSY|TIMEZONE)|STANDARD|DAYLIGHT)"
    r"[ \t]*$",
    re.I | re.M,
)
_QUOTE_MARKS = re.compile(r"^[> \t]*> ?", re.M)
_BEAT = 500
"""Marks between two heartbeats."""

_NAMES = {
    "FN": "full name",
    "EMAIL": "e-mail",
    "TEL": "phone",
    "ORG": "organization",
    "BDAY": "date of birth",
    "TITLE": "job title",
}
"""Properties, and the columns that they become; others keep their name."""
_PARTS = {
    "N": ("family name", "given name", "middle name"),
    "ADR": ("post box", "address supplement", "street", "city", "region", "postcode", "country"),
}
_UNSAID = {"VERSION", "PRODID", "REV", "CLASS", "MAILER", "AGENT", "CLIENTPIDMAP", "X-ABLABEL", "SORT-STRING"}
"""What says nothing about the person."""
_SCHEME = re.compile(r"(?:mailto|tel|xmpp|sip|skype|im):", re.I)

_TIMES = re.compile(
    r"DT|TZ|R?DATE|RRULE|DURATION|SEQUENCE|TRIGGER|CREATED|LAST-M|PRODID|RECUR|RELATED|X-MICR"
)
"""Properties of a calendar that hold times and identifiers. A UID looks like an address and is none."""
_NAMED = re.compile(r';CN=(?:"([^"]*)"|([^;:"]*))', re.I)
_BY_PARAMETER = re.compile(r"[^\s\"'=;:,<>]{1,64}@[^\s\"'=;:,<>]{1,255}")


@dataclass(slots=True)
class _Reading:
    """What has been read of the cards and calendars in a text."""

    records: RecordTables = field(default_factory=RecordTables)
    cards: list[list[Field]] = field(default_factory=list)
    """Cards that are open, outermost first: a card may hold its owner's agent."""
    depth: int = 0
    """Components of a calendar that are open."""

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
        """Ends the cards that nobody closed."""
        for card in self.cards:
            self._keep(card)

    def _keep(self, card: list[Field]) -> None:
        if card:
            self.records.add("cards", card)

    def lines(self, lines: Sequence[str]) -> Iterator[str]:
        """Reads `lines`; yields what is to stay text."""
        for line in read_lines(lines):
            if isinstance(line, str):
                yield line
            elif self.cards:
                yield from self._of_card(line)
            elif line.name == "ATTENDEE":
                yield from self._invited(line)
            elif line.name != "UID" and ("@" in line.value or not _TIMES.match(line.name)):
                yield from _said(line)

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
        self.records.add("attendees", [("name", name), ("e-mail", address)])
        yield from others


def extract_cards(text: str, budget: Budget) -> Iterator[str | Table]:
    """The text without its cards and calendars, and these as tables."""
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
    """What is to stay of the text between two marks."""
    if not reading.cards and not reading.depth:
        yield text
        return
    if text.startswith("\n>"):
        text = _QUOTE_MARKS.sub("", text)
    for line in reading.lines([line for line in text.split("\n") if line.strip()]):
        yield line + "\n\n"


def of_card(line: Line) -> list[Field]:
    """The columns that one property fills."""
    if line.name == "UID" or (line.name in _UNSAID and "@" not in line.value):
        return []
    if line.name in _PARTS:
        names = _PARTS[line.name]
        parts = line.parts[: len(names) - 1]
        rest = ", ".join(filter(None, line.parts[len(names) - 1 :]))
        return [(name, part) for name, part in zip(names, (*parts, rest), strict=False) if part]
    value = _SCHEME.sub("", line.text, count=1)
    return [(_NAMES.get(line.name) or line.name.lower(), value)] if value else []


def _said(line: Line) -> Iterator[str]:
    """A property of a calendar as text, and the addresses among its parameters."""
    yield _SCHEME.sub("", line.text)
    yield from _BY_PARAMETER.findall(line.parameters)
