"""XML, given to expat piece by piece: bounded, and never with a DOCTYPE. All XML is read through here."""

from collections.abc import Iterator
from functools import lru_cache
from xml.parsers.expat import ExpatError, XMLParserType

from holdback.documents.budget import Budget
from holdback.documents.fault import places_of
from holdback.documents.values import Unread, Unreadable

_STEP = 64 * 1024
_LONGEST_DECLARATION = 512
_UNKNOWN_ENCODING = (LookupError, ImportError, ValueError, OSError)
"""What expat raises where the XML declaration names an encoding that Python does not know, or cannot load."""


class TooDeep(ExpatError):
    """Elements are nested deeper than in any document: an attack."""


def feed(parser: XMLParserType, content: bytes, budget: Budget, end: bytes = b"") -> Iterator[None]:
    """Parse `content`; yield before each piece, and at the end.

    end: closes the element that the caller began around the content; no handler hears of it.
    Raises Unread at a DOCTYPE, and at what is not well-formed, after the handlers got the text before it.
    """
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    at, size = content.find(b"?>", 0, _LONGEST_DECLARATION) + 2, _STEP
    try:
        parser.Parse(content[:at], False)
    except (ExpatError, *_UNKNOWN_ENCODING) as error:
        if not isinstance(error, ExpatError) and len(places_of(error)) > 1:
            # Not the encoding: one of our handlers has a mistake.
            raise
        raise Unread(Unreadable.BROKEN) from None
    try:
        while at < len(content):
            budget.beat()
            yield
            seen = parser.CurrentByteIndex
            parser.Parse(content[at : at + size], False)
            at += size
            # A token that goes on and on is looked at again with every piece: twice as much, each time.
            size = size * 2 if parser.CurrentByteIndex == seen else _STEP
        if end:
            parser.EndElementHandler = None
        if content:
            parser.Parse(end, True)
        yield
    except ExpatError:
        # Only so does expat hand over the text that stood before the damage.
        parser.buffer_text = False
        raise Unread(Unreadable.BROKEN) from None


def _refuse(*declared: object) -> None:
    """Stop: office documents have no DOCTYPE, and one that has wants its entities to grow."""
    raise ExpatError


@lru_cache(maxsize=256)
def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]
