"""Repairs XML and reads it with expat, without entities and external references.

The DOCTYPE is removed before parsing, so no entity can be declared.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import html5
from typing import Protocol
from xml.parsers.expat import ParserCreate

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.confined.xml_parser import feed
from holdback.documents.document import Unread

_MIB = 1024 * 1024
_BUFFER = 1024 * 1024
"""Characters that expat buffers, so that the pieces of a text node are joined."""

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""")
_AS_IT_IS = (b"", b"utf-8", b"utf8", b"us-ascii", b"ascii")
_CONTROLS = bytes(32 if byte < 32 and byte not in b"\t\n\r" else byte for byte in range(256))
"""Replaces control characters, which XML 1.0, 2.2 forbids but some exports contain."""

_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)(#?)(\w{0,32};?)")
_NUMBER = re.compile(rb"(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});")
_DECLARATION = re.compile(rb"<\?xml(?=\s)")
_MARK_IN_DOCTYPE = re.compile(rb"""["'\[\]<>]""")
_PROLOG = ((b"<!--", b"-->"), (b"<?", b"?>"))
_TAG = re.compile(rb"<[^<>@]*>?")
_SOLID = re.compile(rb"\S")
_LONGEST_DOCTYPE = _MIB
_LONGEST_PROLOG = 1_000
"""Comments and processing instructions skipped before a DOCTYPE; after more of them parsing fails."""
_ROOT, _ROOT_END = b"<_>", b"</_>"


Pattern = re.Pattern[bytes]
Change = Callable[[re.Match[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """XML repaired for the parser."""

    content: bytes
    """The document in UTF-8, without XML declarations and DOCTYPE; all references are to characters."""
    subset: bytes = b""
    """The internal subset of the DOCTYPE; empty in nearly all files."""


class Reading(Protocol):
    """Receives elements and text in document order."""

    def start(self, name: str, attributes: list[str]) -> None:
        """An element begins. attributes: names and values, alternating."""

    def end(self, name: str) -> None:
        """An element ends."""

    def characters(self, text: str) -> None:
        """A text node, in pieces if longer than a megabyte."""

    def comment(self, text: str) -> None:
        """A comment."""

    def pack(self) -> None:
        """Called regularly between the others, to pass on or pack collected text."""


def prepared(content: bytes, budget: Budget) -> Prepared:
    """`content` converted to UTF-8 and repaired for the parser.

    Escapes bare `&`, resolves HTML entities (`&nbsp;`), replaces control characters, and removes the DOCTYPE;
    references to entities that it declares become text.
    """
    content = as_utf_8(content).translate(_CONTROLS).lstrip()
    content = _changed(content, _DECLARATION, lambda match: b"<?_xml", b"<", budget)
    content, subset = _without_doctype(content)
    return Prepared(_changed(content, _REFERENCE, _repaired, b"&", budget), subset)


def _changed(content: bytes, pattern: Pattern, change: Change, sign: bytes, budget: Budget) -> bytes:
    """`content` with all matches of `pattern`, which begin with `sign`, replaced, a megabyte at a time."""
    if sign not in content:
        return content
    pieces, at = [], 0
    while at < len(content):
        budget.beat()
        end = content.find(sign, at + _MIB)
        end = end if end >= 0 else len(content)
        pieces.append(pattern.sub(change, content[at:end]))
        at = end
    return b"".join(pieces)


def as_utf_8(content: bytes) -> bytes:
    """`content` in UTF-8 without byte order mark, from its detected or declared encoding (XML 1.0, 4.3.3)."""
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    declared = _DECLARED.match(content[:512].lstrip())
    name = declared[1].lower() if declared else b""
    wide = content.startswith(_WIDE_MARKS) or b"\0" in content[:4]
    if not wide and name in _AS_IT_IS and _is_utf_8(content):
        return content
    return decode(content, "" if wide else name.decode("ascii", "replace")).encode("utf-8", "replace")


def _is_utf_8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _MIB):
            decoder.decode(content[start : start + _MIB])
    except UnicodeDecodeError:
        return False
    return True


def _repaired(match: re.Match[bytes]) -> bytes:
    sharp, name = match[1], match[2]
    if sharp and _NUMBER.fullmatch(name):
        number = int(name[1:-1], 16) if name.startswith(b"x") else int(name[:-1])
        allowed = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
        return match[0] if allowed or 0x10000 <= number < 0x110000 else b" "
    known = None if sharp else html5.get(name.decode("ascii", "replace"))
    if known and name.endswith(b";"):
        return known.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8")
    return b"&amp;" + sharp + name


def _without_doctype(content: bytes) -> tuple[bytes, bytes]:
    """`content` without its DOCTYPE, and the DOCTYPE's internal subset."""
    at = 0
    for _ in range(_LONGEST_PROLOG):
        solid = _SOLID.search(content, at)
        at = solid.start() if solid else len(content)
        closing = next((end for start, end in _PROLOG if content.startswith(start, at)), b"")
        after = content.find(closing, at) if closing else -1
        if after < 0:
            break
        at = after + len(closing)
    if content[at : at + 9].upper() != b"<!DOCTYPE":
        return content, b""
    start, end = _doctype(content[at : at + _LONGEST_DOCTYPE], 9)
    return content[:at] + content[at + end :], content[at + start : at + end] if start else b""


def _doctype(content: bytes, at: int) -> tuple[int, int]:
    """Offsets of the internal subset and of the end of the DOCTYPE; 0 for each that is missing."""
    subset, inside = 0, False
    while match := _MARK_IN_DOCTYPE.search(content, at):
        sign, at = match[0], match.end()
        if closing := _closing(content, sign, at):
            at = content.find(closing, at) + len(closing)
            if at < match.end():
                break
        elif sign == b"[":
            subset, inside = subset or at, True
        elif sign == b"]":
            inside = False
        elif sign == b">" and not inside:
            return subset, at
    return 0, 0


def _closing(content: bytes, sign: bytes, at: int) -> bytes:
    """The end delimiter of the quoted text, comment or instruction that `sign` begins; empty for others."""
    if sign in (b'"', b"'"):
        return sign
    if sign == b"<":
        return b"-->" if content.startswith(b"!--", at) else b"?>" if content.startswith(b"?", at) else b""
    return b""


def walk(content: bytes, reading: Reading, budget: Budget) -> int:
    """Passes the elements and text of `content` (UTF-8) to `reading`; several root elements are allowed.

    Returns the offset of the first byte that is not well-formed, or -1 if there is none.
    """
    parser = ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.buffer_size = _BUFFER
    # An outer element allows text outside the root, and several roots.
    parser.Parse(_ROOT)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.CommentHandler = reading.comment
    try:
        for _ in feed(parser, content, budget, _ROOT_END):
            reading.pack()
    except Unread:
        return max(0, min(parser.CurrentByteIndex - len(_ROOT), len(content)))
    return -1


def rest(made: Prepared, end: int, budget: Budget) -> str:
    """The text after `end`, where the parser stopped, without tags, and the internal subset if it has an `@`.

    end: as `walk` returns it. Tags that contain an `@` are kept.
    """
    hidden = made.subset if b"@" in made.subset else b""
    left = _changed(made.content[end:], _TAG, lambda match: b"\n", b"<", budget) if end >= 0 else b""
    return (left + hidden).decode("utf-8", "replace")
