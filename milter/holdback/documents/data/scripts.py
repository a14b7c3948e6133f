"""Read the data in scripts: JSON, arrays and object literals of JavaScript, and texts in strings."""

import json
import re
from collections.abc import Iterator, Sequence

from holdback.documents.budget import Budget
from holdback.documents.data.json import extract_json
from holdback.documents.data.literals import as_json
from holdback.documents.document import Piece, Unreadable
from holdback.documents.large_text import joined
from holdback.documents.text import read_text

_TYPE = re.compile(r"""\btype\s*+=\s*+["']?([\w.+/-]*+)""", re.I)
_PROGRAM = re.compile(r"(?:|module|.*(?:javascript|ecmascript|typescript|babel|jsx).*)", re.I | re.S)
_STRING = re.compile(r'"(?:[^"\\]|\\[\s\S])*+"')
_TAG = re.compile(r"<[^<>]*+>")
_LIKELY = re.compile(r"@|\d(?:[ ()/.+-]?\d){5}")
"""A string without any of these holds no text with people."""
_BETWEEN = (";", "\n", "{", "}")
"""One of these ends a statement."""
_MOST = 64
"""Strings of one statement that are read."""


def read_scripts(scripts: Sequence[str], budget: Budget) -> Iterator[Piece]:
    """Yield the data in scripts, each of which begins with the rest of its opening tag.

    Of programs, other text than that in strings is not read.
    """
    programs: list[str] = []
    data: list[str] = []
    for script in scripts:
        opening, _, content = script.partition(">")
        kind = _TYPE.search(opening)
        (data if kind and not _PROGRAM.fullmatch(kind[1]) else programs).append(content)
    if data:
        yield from read_text("\n\n".join(data), budget)
    if programs:
        yield from _data_in(";\n".join(programs), budget)


def _data_in(program: str, budget: Budget) -> Iterator[Piece]:
    strings: list[str] = []
    code = joined(as_json(program, budget))
    # The argument of a call is a row: `add(["Ann", "+44 …"])`.
    code = code.replace("([", "[[").replace("])", "]]")
    for piece in extract_json(code, budget):
        if isinstance(piece, str) and not isinstance(piece, Unreadable):
            strings += filter(_LIKELY.search, _strings(piece))
        else:
            yield piece
    yield from read_text("\n\n".join(strings), budget)


def _strings(code: str) -> Iterator[str]:
    """Yield the strings outside of arrays and objects, without markup, those of a statement together."""
    statement: list[str] = []
    end = 0
    for string in _STRING.finditer(code):
        if statement and any(map(code[end : string.start()].__contains__, _BETWEEN)):
            yield "\t".join(statement)
            statement = []
        text = string[0]
        if len(text) > 2 and len(statement) < _MOST:
            text = json.loads(text, strict=False) if "\\" in text else text[1:-1]
            statement.append(_TAG.sub("\n", text))
        end = string.end()
    yield "\t".join(statement)
