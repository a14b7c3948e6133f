"""Find all addresses in a header field that people read, even if the field is malformed.

There is deliberately no grammar: a parser of RFC 5322 address lists loses 500 people after one unclosed
quote. Instead the text around each "@" is examined. An address in a display name counts, because it is
visible.

Not an address: an "@" without a local part or domain (`user@`, `@domain`, `meet @ 5`), and a domain without a
dot (`foo@localhost`), which the MTA completes with its own domain.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from holdback.mail.beat import Beat, no_beat
from holdback.mail.charset import to_text
from holdback.mail.encoded_words import decode_words, has_words, payloads, without_words

# Characters that end a local part or a domain. Invisible characters are removed: they are there to deceive.
_ENDS = '<>()[],;:"|\xab\xbb‹›\u2028\u2029\u202f\u205f\u3000、，：；＜＞'
_RANGES = (range(32), range(0x7F, 0xA1), range(0x2000, 0x200B), range(0x2018, 0x2020))
_APART: dict[int, str | None] = dict.fromkeys(chain(*_RANGES, map(ord, _ENDS)), " ")
_APART |= {ord("\uff20"): "@", ord("\u3002"): ".", ord("\uff0e"): ".", ord("\uff61"): "."}
_APART |= dict.fromkeys(
    (0, ord("\\"), 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF), None
)

# The same for ASCII, as a table of bytes: much faster.
_ASCII_APART = bytes(ord(_APART.get(code) or chr(code)) for code in range(128)).ljust(256)
_ASCII_REMOVED = bytes(code for code in range(128) if _APART.get(code, "") is None)

_DOMAIN = re.compile(r"[^ -/:-@\[-^`{-~][^ -,/:-@\[-^`{-~]*")
# Nothing but one ordinary address, with or without a name: `"Ann Smith" <ann@x.example>`.
_SINGLE = re.compile(
    rb"""(?:[A-Za-z0-9 ."-]*+<)?([A-Za-z0-9_+.-]{1,64}+"""
    rb"""@(?!-)(?:[A-Za-z0-9-]{1,60}+\.){1,4}[A-Za-z]{2,20}+)>?"""
)
_LITERAL = re.compile(r"\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\]", re.IGNORECASE)
_QUOTED_NAME = re.compile(r'("[^"\x00-\x1f\x7f-\x9f]{1,130}")@')
_COMMENT = re.compile(r"\([^()]*+\)")
_DEEPEST_COMMENT = 4
_ITEM_ENDS = re.compile(r"[,;:>]")
_LONGEST_NAME = 255
_LONGEST_DOMAIN = 253
_BETWEEN_BEATS = 10_000
"""At-signs examined between two heartbeats."""


def addresses_in(value: bytes, beat: Beat = no_beat) -> Sequence[str]:
    """Return the addresses in the unfolded field body `value` as written, with repetitions.

    Encoded words are searched decoded, as written, and removed, because mail clients differ.
    """
    single = _SINGLE.fullmatch(value)
    if single:
        return (single[1].decode(),)
    if b"@" not in value and b"=?" not in value and value.isascii():
        return ()
    text = to_text(value)
    return _within_words(text, beat) if has_words(text) else _around_each_at(text, beat)


def _within_words(text: str, beat: Beat) -> list[str]:
    found = _around_each_at(decode_words(text, beat)[0], beat)
    found += _windows(without_words(text), beat)
    for payload in payloads(text):
        if "@" in payload:
            found += _windows(payload, beat)
    return found


def _around_each_at(text: str, beat: Beat) -> list[str]:
    found = _windows(text, beat)
    if '"@' in text:
        found += _quoted(text)
    if "@[" in text:
        found += _literal(text)
    if "@ " in text or " @" in text:
        found += _spaced(text, beat)
    if "(" in text and "@" in text:
        found += _commented(text, beat)
    return found


def _windows(text: str, beat: Beat) -> list[str]:
    found: list[str] = []
    left, *behind = _apart(text).split("@")
    for number, right in enumerate(behind, 1):
        if number % _BETWEEN_BEATS == 0:
            beat()
        name = _name(left)
        if name and (domain := _domain(right)):
            found.append(f"{name}@{domain}")
        left = right
    return found


def _apart(text: str) -> str:
    """Return `text` with blanks for characters that end an address, and without invisible ones."""
    if text.isascii():
        return text.encode().translate(_ASCII_APART, _ASCII_REMOVED).decode()
    return text.translate(_APART)


def _name(left: str) -> str:
    """Return the local part at the end of `left`; empty if there is none."""
    name = left.rpartition(" ")[2].lstrip("'")
    if "=?" in name:
        # An unterminated encoded word.
        name = name.rpartition("?")[2]
    return name if len(name) <= _LONGEST_NAME else ""


def _domain(right: str) -> str:
    """Return the domain at the start of `right`; empty if there is none."""
    match = _DOMAIN.match(right)
    domain = match[0].partition("..")[0].rstrip(".-") if match else ""
    _, dot, top = domain.rpartition(".")
    is_domain = dot and len(top) > 1 and not top.isdigit() and len(domain) <= _LONGEST_DOMAIN
    return domain if is_domain else ""


def _quoted(text: str) -> Iterator[str]:
    """Yield addresses like `"ann smith"@x.example` (RFC 5321 section 4.1.2)."""
    for match in _QUOTED_NAME.finditer(text):
        domain = _domain(_apart(text[match.end() : match.end() + _LONGEST_DOMAIN + 1]))
        if domain:
            yield f"{match[1]}@{domain}"


def _literal(text: str) -> Iterator[str]:
    """Yield addresses like `ann@[192.0.2.1]` (RFC 5321 section 4.1.3)."""
    position = text.find("@[")
    while position >= 0:
        literal = _LITERAL.match(text, position + 1)
        name = _name(_apart(text[max(0, position - _LONGEST_NAME) : position])) if literal else ""
        if literal and name:
            yield f"{name}@{literal[0]}"
        position = text.find("@[", position + 1)


def _commented(text: str, beat: Beat) -> Iterator[str]:
    """Yield addresses like `ann(at home)@(cosy (very)) x.example` (RFC 5322 section 3.2.2)."""
    stripped = text
    for _ in range(_DEEPEST_COMMENT):
        stripped = _COMMENT.sub("\x01", stripped)
    pieces = [piece.strip(" \t\x01") for piece in stripped.split("@")]
    if "\x01" in stripped:
        yield from _windows("@".join(pieces), beat)


def _spaced(text: str, beat: Beat) -> Iterator[str]:
    """Yield items like `ann @ x.example`, with the obsolete blanks of RFC 5322 section 4.4."""
    for item in _ITEM_ENDS.split(text):
        # Text before "<" is a display name: `Sale @ shop.example <ann@x.example>`.
        left, at, right = item.rpartition("<")[2].partition("@")
        names, domains = left.split(), right.split()
        if at and '"' not in item and len(names) == 1 and len(domains) == 1:
            yield from _windows(f"{names[0]}@{domains[0]}", beat)
