"""Reads XML in spreadsheet packages: attributes of elements, running text, rows."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar
from xml.parsers import expat

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.confined.xml_parser import feed, local
from holdback.documents.document import Unread

_TAIL = 1024 * 1024
"""Bytes read as plain text after a damaged place."""

_MOST = 100_000
"""Elements whose attributes are kept, more than any workbook has sheets or styles."""

_FORMATTING = frozenset(("rPr", "pPr", "endParaRPr", "bodyPr", "lstStyle"))
"""Formatting elements, which do not end a line."""
_RUNS = frozenset(("t", "r", "span", "font"))
"""Elements that may end within a word."""
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
"""Attributes whose text is kept; others only if they contain an address."""


def elements(content: bytes, wanted: str, budget: Budget, within: str = "") -> list[dict[str, str]]:
    """The attributes, without prefixes, of all elements named `wanted`, in order, up to any damage.

    within: only elements inside those of this name.
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
    """All text of an XML document, in pieces: a line per paragraph and per attribute with text.

    without: elements left out. Raises Unread at damage, after the text before it.
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
            yield words.drain()
    except Unread as why:
        unread = why
    yield words.drain()
    if unread:
        yield after_damage(parser, content)
        raise unread


_Found = TypeVar("_Found", covariant=True)


class Walk(Protocol[_Found]):
    """Receives the elements and text of a member in order, and collects rows or strings."""

    @property
    def aside(self) -> list[str]:
        """Text outside of them."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text of the element."""

    def finish(self) -> None:
        """Ends open elements; called once, at the end of the document or at damage."""

    def drain(self) -> Iterable[_Found]:
        """The items found since the last call."""


def walked(walk: Walk[_Found], content: bytes, budget: Budget) -> Iterator[_Found]:
    """The items that `walk` finds. Raises Unread at damage, after the items before it."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    unread: Unread | None = None
    try:
        for _ in feed(parser, content, budget):
            yield from walk.drain()
    except Unread as why:
        unread = why
        walk.aside.append(after_damage(parser, content))
    walk.finish()
    yield from walk.drain()
    if unread:
        raise unread


def after_damage(parser: expat.XMLParserType, content: bytes) -> str:
    """The content after the place where `parser` stopped, as plain text with tags on lines of their own.

    Empty if it contains no `@`; at most a megabyte.
    """
    start = max(0, parser.ErrorByteIndex)
    tail = content[start : start + _TAIL]
    return decode(tail).replace("<", "\n<").replace(">", ">\n") if b"@" in tail else ""


class _Words:
    """Collects text and attributes of an XML document as lines."""

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

    def drain(self) -> str:
        """The text since the last call."""
        lines, self._lines = self._lines, []
        return "".join(lines)
