"""Parse content lines, `NAME;PARAMETER=x:value`, of vCard (RFC 6350, 3.2) and iCalendar (RFC 5545, 3.1)."""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdback.documents.charset import decode

_LINE = re.compile(r'(?:[\w-]{1,60}\.)?([A-Za-z][\w-]{0,60})((?:;(?:"[^"]*"|[^":]++){0,256}+)?):(.*)', re.S)
_CHARSET = re.compile(r"CHARSET=\"?([\w-]{1,40})", re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*+=*+\s*+")
_ESCAPED = re.compile(r"\\(.)", re.S)
_BREAKS = {"n": "\n", "N": "\n"}
_BINARY = {"PHOTO", "LOGO", "SOUND", "KEY", "ATTACH", "IMAGE"}
_HIDDEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Line:
    """One property."""

    name: str
    """Name in upper case without group: `EMAIL` for `item1.email`."""
    parameters: str
    """Parameters as written, `;TYPE=work;CN="Ann Smith"`, or empty."""
    value: str
    """Value as written, without its transfer encoding."""

    @property
    def text(self) -> str:
        """The value with escapes resolved."""
        return _unescaped(self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The components separated by semicolons: family name, given name, …"""
        if "\\" not in self.value:
            return [part.strip() for part in self.value.split(";")]
        parts = self.value.replace("\\;", _HIDDEN).split(";")
        return [_unescaped(part).replace(_HIDDEN, ";").strip() for part in parts]


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda match: _BREAKS.get(match[1], match[1]), value)


def read_lines(lines: Sequence[str]) -> Iterator[Line | str]:
    """Yield the unfolded properties of `lines`, without pictures and keys; other lines unchanged."""
    number = 0
    while number < len(lines):
        end = _end(lines, number)
        line = lines[number]
        if end - number > 1:
            soft = line.endswith("=")
            line = "\n".join(lines[number:end]) if soft else _unfolded(lines[number:end])
        number = end
        match = _LINE.match(line)
        if not match:
            yield line
        elif match[1].upper() not in _BINARY:
            yield _property(match[1].upper(), match[2], match[3])


def _end(lines: Sequence[str], number: int) -> int:
    """Return the index after the last line of the property at `number`."""
    end = number + 1
    if lines[number].endswith("=") and "QUOTED-PRINTABLE" in lines[number].upper():
        while end < len(lines) and lines[end - 1].endswith("="):
            end += 1
        return end
    while end < len(lines) and lines[end][:1] in ("\t", " "):
        end += 1
    return end


def _unfolded(lines: Sequence[str]) -> str:
    return "".join((lines[0], *(line[1:] for line in lines[1:])))


def _property(name: str, parameters: str, value: str) -> Line:
    upper = parameters.upper()
    if "QUOTED-PRINTABLE" in upper:
        charset = _CHARSET.search(parameters)
        octets = binascii.a2b_qp(value.encode("utf-8", "replace"))
        value = decode(octets, charset[1].lower() if charset else "")
    elif "ENCODING=B" in upper or ";BASE64" in upper:
        value = _from_base64(value)
    return Line(name, parameters, value)


def _from_base64(value: str) -> str:
    """Decode base64; return `value` if the result is not text."""
    if not _BASE64.fullmatch(value):
        return value
    try:
        return binascii.a2b_base64(value.encode()).decode("utf-8")
    except ValueError:
        return value
