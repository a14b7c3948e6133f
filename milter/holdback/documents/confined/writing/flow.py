"""Reads the text of XML office documents: paragraphs become lines, table rows become rows of cells.

Elements are identified by their local names, which do not clash between the formats.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from holdback.documents.budget import Budget
from holdback.documents.confined.writing.marked_text import CELL, FRESH, Shape
from holdback.documents.confined.writing.xml_walk import Prepared, rest, walk
from holdback.documents.confined.xml_parser import TooDeep
from holdback.documents.document import Piece, Unreadable

MUTE = "\1"
"""Sign of elements whose text is not shown: measures, pictures in base64."""
TAB, BLANKS, CELLS = "\2", "\3", "\4"
"""Signs of elements whose attributes matter: a tab or a tab stop, the number of blanks or of cells."""
_MOST_REPEATED = 256
_DEEPEST = 2_000

_IN_TAG = (
    (b"@", re.compile(rb"@[^<>@]*+>")),
    (b"%40", re.compile(rb"%[^<>%]*+>")),
    (b"&#", re.compile(rb"&[^<>&]*+>")),
)
"""Ways to write an `@`, and patterns that match it in a tag."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The signs that replace the elements of a format in the text (see `marked_text`)."""

    opens: Mapping[str, str]
    """The sign for the start of an element, by local name."""
    closes: Mapping[str, str]
    """The sign for the end of an element, by local name."""
    other: str = ""
    """The sign for start and end of all other elements."""


class Flow:
    """Joins the text nodes of XML and the signs of its elements to one marked text."""

    __slots__ = ("_closes", "_depth", "_look", "_marked", "_muted", "_opens", "_shape", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary, shape: Shape, look: bool) -> None:
        """look: True if attributes may contain addresses."""
        self._vocabulary = vocabulary
        self._shape = shape
        self._look = look
        self._muted = 0
        self._depth = 0
        self._marked: list[str] = []
        self._opens: dict[str, str] = {}
        self._closes: dict[str, str] = {}

    def start(self, name: str, attributes: list[str]) -> None:
        """Adds the sign of the element, and addresses in its attributes."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooDeep
        sign = self._opens.get(name)
        if sign is None:
            sign = self._learn(name)
        if sign:
            self._marked.append(self._special(sign, attributes) if sign <= CELLS else sign)
        if self._look and attributes:
            for value in attributes[1::2]:
                if "@" in value or "%40" in value:
                    self._shape.add_aside(unquote(value) if "%" in value else value)

    def end(self, name: str) -> None:
        """Adds the sign of the element's end."""
        self._depth -= 1
        sign = self._closes.get(name)
        if sign:
            if sign == MUTE:
                self._muted -= 1
            else:
                self._marked.append(sign)

    def characters(self, text: str) -> None:
        """Adds text; line breaks become blanks, and white space with line breaks is dropped."""
        if "\n" in text:
            if text.isspace():
                return
            text = text.replace("\n", " ")
        if not self._muted:
            self._marked.append(text)
        elif "@" in text:
            self._shape.add_aside(text)

    def comment(self, text: str) -> None:
        """Adds a comment that contains an address."""
        if "@" in text:
            self._shape.add_aside(text)

    def pack(self) -> None:
        """Passes the text so far to `Shape`."""
        self._shape.add("".join(self._marked))
        self._marked.clear()

    def _learn(self, name: str) -> str:
        local = name.rpartition(":")[2]
        vocabulary = self._vocabulary
        sign = self._opens[name] = vocabulary.opens.get(local, vocabulary.other)
        self._closes[name] = MUTE if sign == MUTE else vocabulary.closes.get(local, vocabulary.other)
        return sign

    def _special(self, sign: str, attributes: list[str]) -> str:
        if sign == MUTE:
            self._muted += 1
            return ""
        if sign == TAB:
            return "" if attributes and not attributes[0].startswith("text:") else "\t"
        if sign == BLANKS:
            return " " * _number(attributes, "c")
        return CELL * _number(attributes, "number-columns-repeated")


def _number(attributes: list[str], name: str) -> int:
    """The value of the attribute of that local name, bounded; 1 if there is none."""
    for key, value in zip(attributes[::2], attributes[1::2], strict=True):
        if key.rpartition(":")[2] == name and value.isdecimal() and len(value) < 9:
            return max(1, min(int(value), _MOST_REPEATED))
    return 1


def _has_addresses_in_tags(content: bytes) -> bool:
    """True if a tag may contain an address, so that all attributes have to be searched."""
    return any(sign in content and pattern.search(content) for sign, pattern in _IN_TAG)


def open_flow(made: Prepared, vocabulary: Vocabulary, budget: Budget, where: str = "") -> Iterator[Piece]:
    """The lines and tables of `made`, and all addresses in attributes."""
    shape = Shape()
    flow = Flow(vocabulary, shape, _has_addresses_in_tags(made.content))
    end = walk(made.content, flow, budget)
    flow.pack()
    shape.add_aside(rest(made, end, budget))
    yield from shape.pieces(budget, where)
    if end >= 0 or b"<!ENTITY" in made.subset:
        yield Unreadable.BROKEN


LINES = Vocabulary({}, {}, FRESH)
"""Vocabulary for XML of unknown kind: every element is a line."""
