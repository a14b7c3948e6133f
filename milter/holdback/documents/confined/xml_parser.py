"""Feeds XML to expat in pieces, without DOCTYPE and within the budget. All XML is read with this module."""

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.parsers.expat import ExpatError, XMLParserType

from holdback.documents.budget import Budget
from holdback.documents.document import Unread, Unreadable
from holdback.documents.fault import places_of

_STEP = 64 * 1024
_LONGEST_DECLARATION = 512
_DOCTYPE = re.compile(rb"<!DOCTYPE\s[^\[\]<>]*+>")
_UNKNOWN_ENCODING = (LookupError, ImportError, ValueError, OSError)
"""Exceptions of expat if the XML declaration names an encoding that Python does not know or cannot load."""


class TooDeep(ExpatError):
    """The nesting of elements exceeds the limit."""


def feed(parser: XMLParserType, content: bytes, budget: Budget, end: bytes = b"") -> Iterator[None]:
    """Parses `content`; yields before each piece and at the end.

    end: the end tag of an element that the caller opened around the content; no handler is called for it.
    Raises Unread at a DOCTYPE with declarations, or if XML is not well-formed; the handlers have received the
    text before it. A DOCTYPE that only names a DTD, as in the Basic libraries of OpenDocument, is left out.
    """
    if doctype := _DOCTYPE.search(content, 0, _LONGEST_DECLARATION):
        content = content[: doctype.start()] + content[doctype.end() :]
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    at, size = content.find(b"?>", 0, _LONGEST_DECLARATION) + 2, _STEP
    try:
        parser.Parse(content[:at], False)
    except (ExpatError, *_UNKNOWN_ENCODING) as error:
        if not isinstance(error, ExpatError) and len(places_of(error)) > 1:
            # The exception comes from one of our handlers, not from the encoding.
            raise
        raise Unread(Unreadable.BROKEN) from None
    try:
        while at < len(content):
            budget.beat()
            yield
            seen = parser.CurrentByteIndex
            parser.Parse(content[at : at + size], False)
            at += size
            # expat scans an unfinished token again with every piece, so the pieces double to stay linear.
            size = size * 2 if parser.CurrentByteIndex == seen else _STEP
        if end:
            parser.EndElementHandler = None
        if content:
            parser.Parse(end, True)
        yield
    except ExpatError:
        # Makes expat deliver the buffered text before the damage.
        parser.buffer_text = False
        raise Unread(Unreadable.BROKEN) from None


def _refuse(*declared: object) -> None:
    """Raises ExpatError: office documents have no DOCTYPE, and its entities can expand without bound."""
    raise ExpatError


@lru_cache(maxsize=256)
def local(name: str) -> str:
    """The name without its namespace prefix."""
    return name.rpartition(":")[2]
