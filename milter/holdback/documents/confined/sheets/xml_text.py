"""XML in spreadsheet packages: the attributes of elements, the running text, and rows as they are found."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar
from xml.parsers import expat

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.confined.xml_parser import feed, local
from holdback.documents.values import Unread

_TAIL = 1024 * 1024
"""Bytes read as mere text after the place where XML is damaged."""

_MOST = 100_000
"""Elements whose attributes are kept; no workbook has as many sheets or styles."""

_FORMATTING = frozenset(("rPr", "pPr", "endParaRPr", "bodyPr", "lstStyle"))
"""Elements that hold the formatting of text: within a paragraph they are no break."""
_RUNS = frozenset(("t", "r", "span", "font"))
"""Elements that end within a word."""
_TEXT_ATTRIBUTES = frozenset(
    (
        "v",
        "name",
        "descr",
        "title",
        "tooltip",
        "display",
        "displayName",
        "prompt",
        "promptTitle",
        "error",
        "caption",
    )
)
"""Attributes that hold text. Others count if an address stands in them."""


def elements(content: bytes, wanted: str, budget: Budget, within: str = "") -> list[dict[str, str]]:
    """The attributes, without prefixes, of all elements named `wanted`, in order; as far as it can be read.

    within: count only those in elements of this name.
    """
    found: list[dict[str, str]] = []
    inside = not within

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = inside or local(name) == within
        if inside and local(name) == wanted and len(found) < _MOST:
            found.append({local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal inside
        if within and local(name) == within:
            inside = False

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for _ in feed(parser, content, budget):
            pass
    except Unread:
        pass
    return found


def text_of(content: bytes, budget: Budget, without: Iterable[str] = ()) -> Iterator[str]:
    """All text of an XML document, in pieces: a line for a paragraph, and for an attribute that holds text.

    without: elements to be left out. Raises Unread at what is not well-formed, after what came before.
    """
    words = _Words(frozenset(without) | _FORMATTING)
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = words.start
    parser.EndElementHandler = words.end
    parser.CharacterDataHandler = words.text
    unread: Unread | None = None
    try:
        for _ in feed(parser, content, budget):
            yield words.taken()
    except Unread as why:
        unread = why
    yield words.taken()
    if unread:
        yield after_damage(parser, content)
        raise unread


_Found = TypeVar("_Found", covariant=True)


class Walk(Protocol[_Found]):
    """Receives the elements and the text of a member in order, and keeps what it finds."""

    @property
    def aside(self) -> list[str]:
        """Text that belongs to nothing found."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text of the element."""

    def finish(self) -> None:
        """The document has ended, or what could be read of it."""

    def taken(self) -> Iterable[_Found]:
        """What was found since the last time."""


def walked(walk: Walk[_Found], content: bytes, budget: Budget) -> Iterator[_Found]:
    """What `walk` finds, piece by piece. Raises Unread at what is damaged, after what came before."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    unread: Unread | None = None
    try:
        for _ in feed(parser, content, budget):
            yield from walk.taken()
    except Unread as why:
        unread = why
        walk.aside.append(after_damage(parser, content))
    walk.finish()
    yield from walk.taken()
    if unread:
        raise unread


def after_damage(parser: expat.XMLParserType, content: bytes) -> str:
    """What follows the place where `parser` gave up, as mere text with its tags on lines of their own.

    Empty if no address can stand in it; at most a megabyte.
    """
    start = max(0, parser.ErrorByteIndex)
    tail = content[start : start + _TAIL]
    return decode(tail).replace("<", "\n<").replace(">", ">\n") if b"@" in tail else ""


class _Words:
    """Text and attributes of an XML document as lines."""

    def __init__(self, without: frozenset[str]) -> None:
        self._without = without
        self._depth = 0
        self._lines: list[str] = []
        self._open = False

    def start(self, name: str, attributes: list[str]) -> None:
        if self._depth or local(name) in self._without:
            self._depth += 1
            return
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            if "@" in value or "%40" in value or (key in _TEXT_ATTRIBUTES and not value.isdigit()):
                self._lines.append(f"\n{value.replace('%40', '@')}\n")

    def end(self, name: str) -> None:
        if self._depth:
            self._depth -= 1
        elif self._open and local(name) not in _RUNS:
            self._lines.append("\n")
            self._open = False

    def text(self, text: str) -> None:
        if not self._depth and (self._open or not text.isspace()):
            self._lines.append(text)
            self._open = True

    def taken(self) -> str:
        """The text since the last time."""
        lines, self._lines = self._lines, []
        return "".join(lines)
