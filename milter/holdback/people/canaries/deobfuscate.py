"""Decode text as a reader would see it: character references, escapes and unusual letters."""

import re
from collections.abc import Callable, Iterator
from unicodedata import normalize

_CHUNK = 256 * 1024
_OVERLAP = 2048
"""Characters shared by two chunks: the longest obfuscated address."""
_ROUNDS = 2
"""Nested encodings that are decoded."""

_ENTITY = re.compile(
    r"&(?:#0{0,7}([0-9]{2,4})|#x0{0,7}([0-9a-f]{2,4})|(commat|period|plus|lowbar|amp|shy));?"
)
_NAMED = {"commat": "@", "period": ".", "plus": "+", "lowbar": "_", "amp": "&", "shy": ""}
_PERCENT = re.compile(r"%([0-7][0-9a-f])")
_ESCAPE = re.compile(r"\\(?:u00|x)([0-7][0-9a-f])")
_QUOTED = re.compile(r"=([2-7][0-9a-f])")

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_ODD = re.compile(
    "[\xa0\u2000-\u200a\u2024\u202f\u205f\u3000\u3002\uff61\uff01-\uff5e\ufe52\ufe6b\U0001d400-\U0001d7ff]"
)
"""Blanks, dots, letters and signs of unusual width or style."""


def deobfuscate(text: str, beat: Callable[[], None]) -> Iterator[str]:
    """Yield decoded, lower-case pieces of `text`; they overlap, so that each address is complete in one."""
    for start in range(0, len(text), _CHUNK):
        beat()
        end = start + _CHUNK + _OVERLAP
        piece = _plain(text[start:end].lower())
        if start or end < len(text):
            # Pad with a letter where the text continues, so that half an address does not match another.
            piece = f"{'x' * (start > 0)}{piece}{'x' * (end < len(text))}"
        yield piece


def _plain(text: str) -> str:
    for _ in range(_ROUNDS):
        if "&" in text and ("&#" in text or "&commat" in text or "&amp;" in text):
            text = _ENTITY.sub(_character, text)
        if "%" in text:
            text = _PERCENT.sub(_hexadecimal, text.replace("%25", "%"))
    if "\\" in text and ("\\u0040" in text or "\\x40" in text):
        text = _ESCAPE.sub(_hexadecimal, text)
    if "=" in text:
        # Undecoded quoted-printable (RFC 2045 section 6.7).
        text = text.replace("=\n", "")
        if "=40" in text:
            text = _QUOTED.sub(_hexadecimal, text)
    return text if text.isascii() else _normalise_characters(text)


def _normalise_characters(text: str) -> str:
    """Remove invisible characters and replace unusual ones by their normal form."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return _ODD.sub(_usual, _UNSEEN.sub("", text))
    return text.replace("\xad", "").replace("\xa0", " ")


def _usual(match: re.Match[str]) -> str:
    sign = match[0]
    # One character at a time: normalising a long run of accents takes quadratic time.
    return "." if sign in "\u3002\uff61" else normalize("NFKC", sign).lower()


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16)).lower()


def _hexadecimal(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)).lower()
