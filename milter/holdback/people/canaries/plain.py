"""Text as a reader or a program would understand it: character references, escapes and odd letters undone."""

import re
from collections.abc import Callable, Iterator

_CHUNK = 256 * 1024
_OVERLAP = 2048
"""Characters looked at again with the next chunk: the longest disguise of an address."""
_ROUNDS = 2
"""How often text may have been encoded one upon the other."""

_ENTITY = re.compile(
    r"&(?:#0{0,7}([0-9]{2,4})|#x0{0,7}([0-9a-f]{2,4})|(commat|period|plus|lowbar|amp|shy));?"
)
_NAMED = {"commat": "@", "period": ".", "plus": "+", "lowbar": "_", "amp": "&", "shy": ""}
_PERCENT = re.compile(r"%([0-7][0-9a-f])")
_ESCAPE = re.compile(r"\\(?:u00|x)([0-7][0-9a-f])")
_QUOTED = re.compile(r"=([2-7][0-9a-f])")

_WIDE = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
_WIDE |= {0xFE6B: "@", 0xFE52: ".", 0x3002: ".", 0xFF61: "."}
_IS_WIDE = re.compile("[\uff01-\uff5e\ufe6b\ufe52]")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]+")


def undisguised(text: str, beat: Callable[[], None]) -> Iterator[str]:
    """`text` in lower case, in pieces that overlap: every address is whole in at least one of them."""
    for start in range(0, len(text), _CHUNK):
        beat()
        end = start + _CHUNK + _OVERLAP
        piece = _plain(text[start:end].lower())
        # A letter where the text goes on: half an address must not look like another.
        yield f"{'x' * (start > 0)}{piece}{'x' * (end < len(text))}"


def _plain(text: str) -> str:
    if not text.isascii() and _IS_WIDE.search(text):
        text = text.translate(_WIDE)
    for _ in range(_ROUNDS):
        if "&" in text and ("&#" in text or "&commat" in text or "&amp;" in text):
            text = _ENTITY.sub(_character, text)
        if "%" in text and ("%40" in text or "%25" in text):
            text = _PERCENT.sub(_hexadecimal, text.replace("%25", "%"))
    if "\\" in text and ("\\u0040" in text or "\\x40" in text):
        text = _ESCAPE.sub(_hexadecimal, text)
    if "=" in text:
        # Quoted-printable that nobody decoded (RFC 2045 section 6.7).
        text = text.replace("=\n", "")
        if "=40" in text:
            text = _QUOTED.sub(_hexadecimal, text)
    return text if text.isascii() else _UNSEEN.sub("", text)


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16)).lower()


def _hexadecimal(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)).lower()
