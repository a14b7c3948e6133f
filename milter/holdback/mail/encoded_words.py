"""Decode encoded words (RFC 2047): `=?utf-8?Q?J=C3=BCrgen?=` is `Jürgen`."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdback.mail.beat import Beat, no_beat
from holdback.mail.charset import codec, to_text
from holdback.mail.encodings import from_base64

# Question marks inside the text are wrong but common; at most twenty, to bound the work of each attempt.
_WORD = re.compile(r"=\?([^?\s]{1,99})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,20})\?=")

_BETWEEN_BEATS = 10_000
"""Words decoded between two heartbeats."""


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    charset: str
    data: bytes
    broken: bool


def has_words(text: str) -> bool:
    """Return True if `text` may contain encoded words."""
    return "=?" in text


def payloads(text: str) -> Iterator[str]:
    """Yield the undecoded text of each encoded word, which some clients display."""
    for match in _WORD.finditer(text):
        payload = match[3]
        yield payload.replace("_", " ") if match[2] in "qQ" else payload


def without_words(text: str) -> str:
    """Return `text` with each encoded word replaced by a blank."""
    return _WORD.sub(" ", text)


def decode_words(text: str, beat: Beat = no_beat) -> tuple[str, bool]:
    """Return `text` with its encoded words decoded, and True if one of them is broken.

    Blanks between adjacent words are removed (RFC 2047 section 6.2). Adjacent words of one charset are joined
    before decoding, because senders split characters.
    """
    if not has_words(text):
        return text, False
    pieces: list[str] = []
    run: list[_Word] = []
    broken = False
    position = 0
    for number, word in enumerate(_words(text)):
        if number % _BETWEEN_BEATS == 0:
            beat()
        gap = text[position : word.start]
        if not run or gap.strip() or word.charset != run[0].charset:
            pieces.append(_text_of(run))
            if not run or gap.strip():
                pieces.append(gap)
            run = []
        run.append(word)
        broken = broken or word.broken
        position = word.end
    return "".join((*pieces, _text_of(run), text[position:])), broken


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        charset = match[1].partition("*")[0].lower()
        payload = match[3].encode("utf-8", "surrogateescape")
        if match[2] in "bB":
            data, flaw = from_base64(payload, 0, len(payload))
        else:
            data, flaw = binascii.a2b_qp(payload, header=True), None
        yield _Word(match.start(), match.end(), charset, data, flaw is not None or not codec(charset))


def _text_of(run: list[_Word]) -> str:
    if not run:
        return ""
    return to_text(b"".join(word.data for word in run), run[0].charset)
