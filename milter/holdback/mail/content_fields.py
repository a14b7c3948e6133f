"""Read the Content- fields of a part: type, boundary, encoding, name, charset (RFC 2045, 2183, 2231)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from holdback.mail.charset import one_line, to_text
from holdback.mail.encoded_words import decode_words
from holdback.mail.encodings import DECODERS, IDENTITY, encoding_name
from holdback.mail.header_section import MIME, Section
from holdback.mail.message import Flaw

# A name follows a semicolon or, if that is missing, a blank. Unquoted values may contain blanks, unless the
# next parameter follows. No character is examined more than three times.
_PARAMETER = re.compile(
    r'(?<=[;\s])([^\s=;"]++)\s*+=\s*+'
    r'(?:"([^"\\]*(?:\\.[^"\\]*)*)"|((?:[^;\s]++|\s++(?![^\s=;"]++\s*+=))*))',
    re.DOTALL,
)
_NAME_LENGTH = 255
_LONGEST_FIELD = 65_536
_MOST_SECTIONS = 1_000
_LONGEST_SECTION = 4_000
_USUAL = 128
"""Total length up to which the fields of a part are cached: most parts have the same ones."""

_Section = tuple[int, bool, str]
"""A section of a long parameter (RFC 2231 section 3): number, True if percent-encoded, text."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The main value and parameters of a field, as Latin-1 text: each character is a byte of the message."""

    main: str
    """Value before the first semicolon, lower case: `text/plain`."""
    plain: dict[str, str]
    """Parameters in RFC 2045 form; of duplicates the first."""
    extended: dict[str, list[_Section]]
    """Parameters in RFC 2231 form, by name without the asterisk."""
    broken: bool
    """True if a quote is not closed or a parameter is repeated."""

    def token(self, name: str) -> bytes:
        """Return a protocol parameter (boundary, charset) as bytes."""
        if name in self.plain:
            return self.plain[name].encode("latin-1")
        return self._extended(name)[0] if name in self.extended else b""

    def text(self, name: str) -> str:
        """Return a parameter for display (a file name) in either form; at most 255 characters."""
        if name in self.extended:
            written = to_text(*self._extended(name))
        elif name in self.plain:
            written = decode_words(to_text(self.plain[name].encode("latin-1")))[0]
        else:
            return ""
        return one_line(written)[:_NAME_LENGTH]

    def _extended(self, name: str) -> tuple[bytes, str]:
        """Return the bytes of all sections in order, and their charset."""
        charset = ""
        pieces: list[bytes] = []
        for number, (_, percent, text) in enumerate(sorted(self.extended[name])[:_MOST_SECTIONS]):
            if number == 0 and percent and text.count("'") >= 2:
                charset, _language, text = text.split("'", 2)
            raw = text[:_LONGEST_SECTION].encode("latin-1")
            pieces.append(unquote_to_bytes(raw) if percent else raw)
        return b"".join(pieces), charset


NO_PARAMETERS = Parameters("", {}, {}, False)


def parameters(value: bytes) -> Parameters:
    """Parse the unfolded field body `value`."""
    text = value[:_LONGEST_FIELD].decode("latin-1")
    main, semicolon, _ = text.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, list[_Section]] = {}
    broken = len(value) > _LONGEST_FIELD
    if "=" in main:
        # The semicolon is missing: `multipart/mixed boundary=x`.
        main = main.split(None, 1)[0]
    elif not semicolon:
        return Parameters("".join(main.split()).lower(), plain, extended, broken)
    for match in _PARAMETER.finditer(text, len(main)):
        name = match[1].lower()
        written, unclosed = _value(match)
        if "*" in name:
            _add_section(extended, name, written)
        else:
            broken = broken or unclosed or name in plain
            plain.setdefault(name, written)
    return Parameters("".join(main.split()).lower(), plain, extended, broken)


def _value(match: re.Match[str]) -> tuple[str, bool]:
    if match[2] is not None:
        return match[2].replace("\\\\", "\\").replace('\\"', '"'), False
    return match[3].strip().strip('"'), match[3].startswith('"')


def _add_section(extended: dict[str, list[_Section]], name: str, written: str) -> None:
    base, _, mark = name.partition("*")
    number = mark.rstrip("*")
    order = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    percent = mark == "" or mark.endswith("*")
    extended.setdefault(base, []).append((order, percent, written))


TEXT = "text/plain"
NESTED = ("message/rfc822", "message/global", "message/news")
HEADER = "text/rfc822-headers"
"""The header of an undeliverable message (RFC 6522)."""
PARTIAL = "message/partial"
"""A message split into several (RFC 2046 section 5.2.2)."""
_LONGEST = 100


class ContentFields(NamedTuple):
    """The declarations of one part; of contradicting fields, the one that reveals more content."""

    kind: str = TEXT
    boundary: bytes = b""
    encoding: bytes = b""
    """Name of the transfer encoding as in `encodings.DECODERS`; empty if unknown."""
    name: str = ""
    charset: str = ""
    attached: bool = False
    flaws: tuple[Flaw, ...] = ()

    @property
    def is_multipart(self) -> bool:
        """True if the declared type is multipart."""
        return self.kind.startswith("multipart/")

    @property
    def is_encoded(self) -> bool:
        """True if the content has a transfer encoding."""
        return self.encoding not in IDENTITY


def content_fields_of(section: Section, default: str = TEXT) -> ContentFields:
    """Return the declarations in `section`; `default` is the type if none is declared (RFC 2046, 5.1.5)."""
    fields = tuple([field for field in section.fields if field[0] in MIME])
    declared = _usual if sum(map(len, chain(*fields))) <= _USUAL else _declared
    return declared(fields, default)


def _declared(fields: tuple[tuple[bytes, bytes], ...], default: str) -> ContentFields:
    content = disposition = NO_PARAMETERS
    encoding = b""
    # The first field of a name counts, unless a later one reveals content that the first one hides.
    for field, body in fields:
        if field == b"content-type":
            found = parameters(body)
            if content is NO_PARAMETERS or _reveals(found, content):
                content = found
        elif field == b"content-transfer-encoding":
            if encoding in IDENTITY or encoding not in DECODERS:
                encoding = encoding_name(body)
        elif disposition is NO_PARAMETERS:
            disposition = parameters(body)
    name = disposition.text("filename") or content.text("name")
    return ContentFields(
        kind=_kind(content, default)[:_LONGEST],
        boundary=content.token("boundary"),
        encoding=encoding,
        name=name,
        charset=content.token("charset").decode("latin-1").partition(" ")[0].lower()[:_LONGEST],
        attached=bool(name) or disposition.main == "attachment",
        flaws=(Flaw.BROKEN_PARAMETER,) if content.broken or disposition.broken else (),
    )


_usual = lru_cache(maxsize=512)(_declared)


def _reveals(found: Parameters, known: Parameters) -> bool:
    return found.main.startswith("multipart") and not known.main.startswith("multipart")


def _kind(content: Parameters, default: str) -> str:
    main = content.main
    if "/" in main:
        return main
    if main == "multipart" or (main and content.token("boundary")):
        return "multipart/mixed"
    return TEXT if main else default
