"""Properties of Outlook items (MS-OXPROPS): messages, contacts, appointments and distribution lists.

The same code reads those of .msg files and of winmail.dat.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from holdback.documents.budget import Budget
from holdback.documents.charset import decode, visible
from holdback.documents.confined.outlook.richtext import uncompressed
from holdback.documents.correspondents import Correspondent, correspondents_in, tabulate
from holdback.documents.delimited import split_tables
from holdback.documents.document import Piece, Text, member
from holdback.documents.grid import grid
from holdback.documents.mailbox import is_entity, open_message
from holdback.mail import Part
from holdback.mail.header_section import read_section

Value = str | bytes | int
Properties = Mapping[int, Sequence[Value]]
"""Values by property ID (MS-OXPROPS); by `NAMED` + numeric name for named properties."""
Raw = tuple[int, int, bytes]
"""Property ID, type (MS-OXCDATA 2.11.1) and bytes of one value."""

NAMED = 0x10000
ATTACH_DATA, CODEPAGE = 0x3701, 0x3FFD
_HTML_CODEPAGE = 0x3FDE
_CLASS, _SUBJECT, _HEADERS, _BODY, _RICH_TEXT, _HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
ATTACH_NAMES = (0x3707, 0x3704, 0x3001)
_ATTACH_TYPE = 0x370E
_WRITERS = ((0x0C1A, 0x5D01), (0x0C1A, 0x0C1F), (0x0042, 0x5D02), (0x0042, 0x0065))
"""Name and address of the sender, and of the person represented (MS-OXOMSG)."""
_NAMES, _ADDRESSES = (0x3001, 0x5FF6), (0x39FE, 0x3003)
"""Properties of a recipient; an address without `@` is an X.500 one of Exchange and is not used."""
_LIST_MEMBERS = (NAMED + 0x8054, NAMED + 0x8055)
_CONTACT: Mapping[str, tuple[int, ...]] = {
    "Name": (0x3001,),
    "First name": (0x3A06,),
    "Last name": (0x3A11,),
    "Company": (0x3A16,),
    "E-mail": (NAMED + 0x8083,),
    "E-mail 2": (NAMED + 0x8093,),
    "E-mail 3": (NAMED + 0x80A3,),
    "Phone": (0x3A08, 0x3A1A),
    "Mobile": (0x3A1C,),
    "Home phone": (0x3A09,),
    "Street": (NAMED + 0x8045, 0x3A29, 0x3A5D),
    "City": (NAMED + 0x8046, 0x3A27, 0x3A59),
}
"""Column names and the properties of a contact shown in them (MS-OXOCNTC)."""

_READ_ELSEWHERE = {_CLASS, _SUBJECT, _HEADERS, _BODY, _RICH_TEXT, _HTML}
INTEGERS = (0x0002, 0x0003, 0x000B)
_NARROW, _WIDE = 0x001E, 0x001F
_MANY = 0x1000

_ONE_OFF = bytes.fromhex("812b1fa4bea310199d6e00dd010f5402")
"""Provider UID of a one-off entry ID, which contains a name and an address (MS-OXCDATA 2.2.5.1)."""
_ONE_OFF_WIDE = 0x8000
_LONGEST = 1024

_CHARSETS = {65001: "utf-8", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 936: "gbk", 54936: "gb18030"}
_CHARSETS |= {950: "big5", 50220: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr"}
_CHARSETS |= {28590 + n: f"iso-8859-{n}" for n in range(1, 17)}


def charset_of(codepage: int) -> str:
    """Name of the charset of a Windows code page; empty for 0."""
    return _CHARSETS.get(codepage) or (f"cp{codepage}" if codepage else "")


def properties(raw: Iterable[Raw], charset: str = "") -> Properties:
    """The decoded values by property ID. charset: of 8-bit text, if no code page property declares one."""
    known = list(raw)
    codepage = next((content for number, _, content in known if number == CODEPAGE), b"")
    charset = charset_of(int.from_bytes(codepage[:4], "little")) or charset
    found: dict[int, list[Value]] = {}
    for number, kind, content in known:
        kind &= ~_MANY
        if kind == _WIDE:
            value: Value = visible(content.decode("utf-16-le", "replace").rstrip("\0"))
        elif kind == _NARROW:
            value = decode(content.rstrip(b"\0"), charset)
        elif kind in INTEGERS:
            value = int.from_bytes(content[:4], "little")
        else:
            value = content
        found.setdefault(number, []).append(value)
    return found


def text_of(item: Properties, *numbers: int) -> str:
    """The first text that is not empty among these properties; else an empty string."""
    values = (value for number in numbers for value in item.get(number, ()))
    return next((value for value in values if isinstance(value, str) and value), "")


def number_of(item: Properties, number: int) -> int:
    """The first integer of the property, or 0."""
    return next((value for value in item.get(number, ()) if isinstance(value, int)), 0)


def open_item(
    part: Part, item: Properties, recipients: Iterable[Properties], budget: Budget
) -> Iterator[Piece]:
    """The text and tables of a message, contact, appointment or list, without its attachments."""
    if subject := text_of(item, _SUBJECT):
        yield Text(subject, "subject")
    yield from tabulate([_people(item, recipients)], budget)
    kind = text_of(item, _CLASS).lower()
    if kind.startswith("ipm.contact"):
        yield from _contact(item, budget)
    listed = {one for number in _LIST_MEMBERS for one in _one_offs(item.get(number, ()))}
    yield from grid(sorted(listed), budget, "list of people", ("Name", "E-mail"))
    texts, tables = split_tables(text_of(item, _BODY), budget)
    yield from texts
    yield from tables
    yield from _bodies(part, item, budget)
    yield from rest((item,))


def open_attachment(part: Part, item: Properties, content: bytes, budget: Budget) -> Iterator[Piece]:
    """The attachment as a part; for a signed message, whose one attachment is the MIME source, its parts.

    Source: MS-OXOSMIME.
    """
    declared = text_of(item, _ATTACH_TYPE)
    if declared.lower().startswith("multipart/") and is_entity(content):
        yield from open_message(part, content, budget)
    else:
        yield member(part, text_of(item, *ATTACH_NAMES) or "attachment", content, declared)


def _people(item: Properties, recipients: Iterable[Properties]) -> Iterator[Correspondent]:
    for name, address in _WRITERS:
        if "@" in text_of(item, address):
            yield Correspondent(text_of(item, name), text_of(item, address), True)
    for recipient in recipients:
        address = next((one for one in _ADDRESSES if "@" in text_of(recipient, one)), 0)
        if address:
            yield Correspondent(text_of(recipient, *_NAMES), text_of(recipient, address), False)
    if headers := text_of(item, _HEADERS):
        raw = headers.encode("utf-8", "replace")
        yield from correspondents_in(read_section(raw, 0, len(raw), len(raw)))


def _contact(item: Properties, budget: Budget) -> Iterator[Piece]:
    values = {label: text_of(item, *numbers) for label, numbers in _CONTACT.items()}
    known = {label: value for label, value in values.items() if value}
    yield from grid([tuple(known.values())], budget, "contact", tuple(known))


def _one_offs(values: Iterable[Value]) -> Iterator[tuple[str, str]]:
    """Name and address of every one-off entry ID in binary values."""
    for value in values:
        if not isinstance(value, bytes):
            continue
        for entry in value.split(_ONE_OFF)[1:]:
            wide = int.from_bytes(entry[2:4], "little") & _ONE_OFF_WIDE
            text = entry[4:_LONGEST].decode("utf-16-le" if wide else "cp1252", "replace")
            name, _, address = (*text.split("\0", 3), "", "", "")[:3]
            if "@" in address:
                yield name, address


def _bodies(part: Part, item: Properties, budget: Budget) -> Iterator[Piece]:
    """The HTML and the RTF body as parts: either may contain more than the plain text."""
    for value in item.get(_HTML, ()):
        if isinstance(value, str):
            yield member(part, "body.html", value.encode("utf-8", "replace"), "text/html", "utf-8")
        elif isinstance(value, bytes):
            codepage = number_of(item, _HTML_CODEPAGE) or number_of(item, CODEPAGE)
            yield member(part, "body.html", value, "text/html", charset_of(codepage))
    for value in item.get(_RICH_TEXT, ()):
        if isinstance(value, bytes) and value:
            content, why = uncompressed(value, budget)
            yield member(part, "body.rtf", content)
            if why:
                yield why


def rest(items: Iterable[Properties]) -> Iterator[Piece]:
    """The text properties that are not read elsewhere, each a paragraph: categories, locations, addresses."""
    found: dict[str, None] = {}
    for item in items:
        for number, values in item.items():
            if number not in _READ_ELSEWHERE:
                found |= dict.fromkeys(value for value in values if isinstance(value, str) and value)
            found |= dict.fromkeys(address for _, address in _one_offs(values))
    if found:
        yield Text("\n\n".join(found), "properties")
