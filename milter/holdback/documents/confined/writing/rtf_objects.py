"""Files embedded in RTF: OLE 1.0 objects (MS-OLEDS 2.2) in hexadecimal."""

import re

from holdback.documents.document import member
from holdback.mail import Part

_NOT_HEX = bytes(byte for byte in range(256) if byte not in b"0123456789abcdefABCDEF")
_PACKAGE = re.compile(rb"\x02\0([^\0]{0,260})\0[^\0]{0,260}\0.{4}", re.S)


def embedded(part: Part, number: int, hexed: bytes) -> Part:
    """The file in an object as a part; the whole object if its structure is not recognised."""
    digits = hexed.translate(None, _NOT_HEX)
    data = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    native = _native(data)
    name, content = _packed(native) if native.startswith(b"\2\0") else ("", native)
    return member(part, name or f"object {number}", content or data)


def _native(data: bytes) -> bytes:
    """The native data of an embedded object (MS-OLEDS 2.2.5); empty if `data` is none."""
    at = 8
    for _ in range(3):  # class, topic and item name, each after its length
        at += 4 + int.from_bytes(data[at : at + 4], "little")
    size = int.from_bytes(data[at : at + 4], "little")
    return data[at + 4 : at + 4 + size] if data[:1] and at < len(data) else b""


def _packed(native: bytes) -> tuple[str, bytes]:
    """Name and content of a file embedded unchanged (class `Package`)."""
    match = _PACKAGE.match(native)
    if match is None:
        return "", native
    at = match.end()
    at += 4 + int.from_bytes(native[at : at + 4], "little")  # a second path, after its length
    size = int.from_bytes(native[at : at + 4], "little")
    return match[1].decode("cp1252", "replace"), native[at + 4 : at + 4 + size]
