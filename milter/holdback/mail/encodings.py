"""Decode content transfer encodings (RFC 2045 section 6) as far as possible, and report flaws."""

import binascii
import re
from collections.abc import Callable, Mapping

import pybase64

from holdback.mail.beat import Beat, no_beat
from holdback.mail.message import Flaw
from holdback.mail.uuencode import from_uuencode

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_BLANK = b" \t\r\n"
_STRETCH = 65_536
_LARGE = 1024 * 1024
_NOT_A_NAME = re.compile(rb"[^a-z0-9]")
_PADDED_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")

Decoder = Callable[[bytes, int, int, Beat], tuple[bytes, Flaw | None]]


def decode(
    encoding: bytes, raw: bytes, start: int, stop: int, beat: Beat = no_beat
) -> tuple[bytes, Flaw | None]:
    """Decode `raw[start:stop]` in the named encoding; return the content and its flaw, if any."""
    return DECODERS.get(encoding, _as_is_unknown)(raw, start, stop, beat)


def encoding_name(written: bytes) -> bytes:
    """Return the normalised name of an encoding, without case, punctuation and comments."""
    name = written.lower()
    return name if name in DECODERS else _NOT_A_NAME.sub(b"", name.partition(b";")[0].partition(b"(")[0])


def from_base64(raw: bytes, start: int, stop: int, beat: Beat = no_beat) -> tuple[bytes, Flaw | None]:
    """Decode base64 (RFC 2045, 6.8); padding may be missing or inside, other characters are skipped."""
    padding = raw.find(b"=", start, stop)
    if padding >= 0 and raw[padding:stop].strip(b"= \t\r\n"):
        return _strung_together(raw[start:stop], beat), Flaw.BROKEN_BASE64
    try:
        # The fast path, without a copy.
        decoded = pybase64.b64decode(memoryview(raw)[start:stop])
    except (binascii.Error, ValueError):
        return _strung_together(raw[start:stop], beat), Flaw.BROKEN_BASE64
    return decoded, None if _is_clean(raw, start, stop, len(decoded)) else Flaw.BROKEN_BASE64


def _strung_together(data: bytes, beat: Beat) -> bytes:
    """Decode concatenated base64 texts, each with or without padding."""
    clean = data.translate(None, _NOT_BASE64)
    decoded = bytearray()
    position = 0
    # In blocks, because 100 MB of `QQ==` are fifty million pieces.
    while position < len(clean):
        beat()
        edge = clean.find(b"=", position + _STRETCH)
        edge = edge if edge >= 0 else len(clean)
        for piece in clean[position:edge].split(b"="):
            decoded += _quartets(piece)
        position = edge + 1
    return bytes(decoded)


def _is_clean(raw: bytes, start: int, stop: int, decoded: int) -> bool:
    """Return True if there were only complete quartets and blanks. Counting CRLF beats removing blanks."""
    encoded = (decoded + 2) // 3 * 4
    if stop - start - 2 * raw.count(b"\r\n", start, stop) == encoded:
        return True
    return len(raw[start:stop].translate(None, _BLANK)) == encoded


def _quartets(piece: bytes) -> bytes:
    spare = len(piece) % 4
    if spare == 1:
        # A single character holds six bits, less than a byte.
        piece = piece[:-1]
    elif spare:
        piece += b"=" * (4 - spare)
    return pybase64.b64decode(piece)


def from_quoted_printable(raw: bytes, start: int, stop: int, beat: Beat) -> tuple[bytes, Flaw | None]:
    """Decode quoted-printable (RFC 2045 section 6.7); a broken escape is kept as written."""
    if stop - start <= _LARGE:
        return _unquoted(raw[start:stop])
    decoded, broken = bytearray(), None
    # In blocks, because 100 MB of padded line breaks would take gigabytes.
    while start < stop:
        beat()
        edge = _line_end(raw, start + _LARGE, stop)
        content, flaw = _unquoted(raw[start:edge])
        decoded += content
        broken = broken or flaw
        start = edge
    return bytes(decoded), broken


def _line_end(raw: bytes, position: int, stop: int) -> int:
    """Return the end of the line at `position`; if it is too far, a position between two escapes."""
    edge = raw.find(b"\n", position, position + _LARGE) + 1
    far = range(position + _LARGE, position + _LARGE - 8, -1)
    return min(edge or next((place for place in far if b"=" not in raw[place - 2 : place]), far[0]), stop)


def _unquoted(data: bytes) -> tuple[bytes, Flaw | None]:
    if data.count(b"=\r") != data.count(b"=\r\n"):
        # binascii would skip all text up to the next LF.
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"= " in data or b"=\t" in data:
        data = _PADDED_BREAK.sub(b"=", data)
    decoded = binascii.a2b_qp(data)
    # Each "=" in the result was written as =3D or belongs to a broken escape.
    escaped = data.count(b"=3D") + data.count(b"=3d")
    return decoded, None if decoded.count(b"=") == escaped else Flaw.BROKEN_QUOTED_PRINTABLE


def _uuencoded(raw: bytes, start: int, stop: int, beat: Beat) -> tuple[bytes, Flaw | None]:
    decoded, broken = from_uuencode(raw[start:stop], beat)
    return decoded, Flaw.BROKEN_UUENCODE if broken else None


def _as_is(raw: bytes, start: int, stop: int, beat: Beat) -> tuple[bytes, Flaw | None]:
    return raw[start:stop], None


def _as_is_unknown(raw: bytes, start: int, stop: int, beat: Beat) -> tuple[bytes, Flaw | None]:
    return raw[start:stop], Flaw.UNKNOWN_ENCODING


DECODERS: Mapping[bytes, Decoder] = {
    b"": _as_is,
    b"7bit": _as_is,
    b"8bit": _as_is,
    b"binary": _as_is,
    b"base64": from_base64,
    b"quoted-printable": from_quoted_printable,
    b"quotedprintable": from_quoted_printable,
    b"uuencode": _uuencoded,
    b"xuuencode": _uuencoded,
    b"uue": _uuencoded,
    b"xuue": _uuencoded,
}
IDENTITY = frozenset(name for name, decoder in DECODERS.items() if decoder is _as_is)
