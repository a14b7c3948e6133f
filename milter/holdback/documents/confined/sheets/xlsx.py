"""Sheets of xlsx workbooks (ECMA-376 Part 1, 18): shared strings, styles and cells."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase
from xml.parsers import expat

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.beside import after_damage, elements, feed, local
from holdback.documents.confined.sheets.cells import (
    LAST_COLUMN,
    LAST_ROW,
    LONGEST,
    MOST_STRINGS,
    Row,
    Shown,
    column,
    shown_by,
    spread,
    written,
)
from holdback.documents.values import Unread, Unreadable

_CHUNK = 256 * 1024
"""Bytes of a sheet whose cells are cut out at once."""
_HEAD = 200
"""Bytes that the XML declaration stands in."""
_LONGEST_ROW = 8 * 1024 * 1024
"""Bytes of one row whose cells are cut out at once; more are left to expat, which needs less memory."""

# What every writer in use produces. All quantifiers stop at the next sign of the markup, so no character is
# looked at twice; whatever does not fit is left to expat.
_STRING = re.compile(r"<si>(?:<t(?: [^<>]*)?>([^<]*)</t>|<t/>)?</si>|<si/>")
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?'
    r"(?:/>|>(?:<f[^<>]*>(?:[^<]*</f>)?)?(?:<v>([^<]*)</v>|<v/>|<is><t[^<>]*>([^<]*)</t></is>)?</c>)"
)
_GROUPS = 6
_BETWEEN = re.compile(r"(?:\s*+</?row(?: [^<>]*+)?/?>)*+\s*+")
_FORMULA = re.compile(r"<f[^<>]*>([^<]*)</f>")
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ENTITY = re.compile("&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

_LETTERS = [*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase)]


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of one workbook share."""

    strings: dict[str, str]
    """Shared strings, by their numbers as the cells write them."""
    styles: dict[str, Shown]
    """Cell styles that show numbers as something else, by their numbers."""
    used: set[str] = field(default_factory=set)
    """Numbers of shared strings that some cell has shown."""
    aside: list[str] = field(default_factory=list)
    """Text in cells that is not what they show: formulas with addresses, readings, overlong cells."""

    def value(self, kind: str | None, style: str | None, value: str | None, inline: str | None) -> str:
        """What a cell shows (18.18.11); `value` and `inline` without entities."""
        if kind == "s":
            return self.strings.get(value.strip(), "") if value else ""
        text = value or inline or ""
        if kind == "b":
            return {"0": "FALSE", "1": "TRUE"}.get(text, text)
        if kind not in (None, "n"):
            return self.cut(_unescaped(text))
        shown = self.styles.get(style) if style and text else None
        if shown:
            try:
                return shown(float(text))
            except ValueError:
                pass
        return written(text.strip())

    def cut(self, text: str) -> str:
        """`text` as long as a cell may be; the whole of it is put aside if it is longer."""
        if len(text) <= LONGEST:
            return text
        self.aside.append(text)
        return text[:LONGEST]

    def unshown(self) -> Iterator[str]:
        """The shared strings that no cell has shown."""
        return (text for number, text in self.strings.items() if text and number not in self.used)

    def taken(self) -> str:
        """The text put aside since the last time."""
        text = "\n".join(self.aside)
        self.aside.clear()
        return text


def styles_of(content: bytes, since_1904: bool, budget: Budget) -> dict[str, Shown]:
    """The cell styles that show numbers as dates or otherwise (18.8.10, 18.8.30), from styles.xml."""
    codes = {
        entry.get("numFmtId", ""): entry.get("formatCode", "")
        for entry in elements(content, "numFmt", budget)
    }
    found: dict[str, Shown] = {}
    for number, style in enumerate(elements(content, "xf", budget, within="cellXfs")):
        of = style.get("numFmtId", "")
        shown = shown_by(int(of) if of.isdecimal() else 0, codes.get(of, ""), since_1904)
        if shown:
            found[str(number)] = shown
    return found


def read_strings(content: bytes, book: Book, budget: Budget) -> Unreadable | None:
    """Adds the shared strings (18.4) to `book`, as far as they can be read; why the rest is missing."""
    texts = _plain_strings(content) if _is_simple(content) else None
    if texts is not None:
        _add(book, texts[:MOST_STRINGS])
        return Unreadable.OVER_LIMIT if len(texts) > MOST_STRINGS else None
    walk = _Walk(book, shared=True)
    parser = walk.parser()
    try:
        for _ in feed(parser, content, budget):
            pass
    except Unread as unread:
        book.aside.append(after_damage(parser, content))
        return unread.why
    return None


def _add(book: Book, texts: list[str]) -> None:
    if any("_x" in text or len(text) > LONGEST for text in texts):
        texts = [book.cut(_unescaped(text)) for text in texts]
    start = len(book.strings)
    book.strings.update(zip(map(str, range(start, start + len(texts))), texts, strict=True))


def _plain_strings(content: bytes) -> list[str] | None:
    """The strings if all are plain ones; None if there are rich or phonetic ones, or damage."""
    try:
        woven = _STRING.split(content.decode("utf-8"))
    except UnicodeError:
        return None
    between = woven[2:-2:2]
    regular = not any(between) or not "".join(between).strip()
    if not regular or "<si" in woven[0] or woven[-1].strip() not in ("</sst>", "") or len(woven) < 2:
        return None
    texts = [text or "" for text in woven[1::2]]
    return [_characters(text) for text in texts] if b"&" in content else texts


def sheet_rows(content: bytes, book: Book, budget: Budget) -> Iterator[Row]:
    """The rows of a worksheet, in order. Raises Unread at what is damaged, after what came before."""
    start = content.find(b"<sheetData>") if _is_simple(content) else -1
    end = content.find(b"</sheetData>")
    if start < 0 or end < 0 or content.count(b"<sheetData") > 1:
        yield from _walked(content, book, budget)
        return
    start += len(b"<sheetData>")
    while start < end:
        stop = content.find(b"</row>", start + _CHUNK, end) + len("</row>")
        stop = stop if stop >= len("</row>") else end
        budget.beat()
        rows = _regular_rows(content[start:stop], book) if stop - start < _LONGEST_ROW else None
        if rows is None:
            yield from _walked(b"<sheetData>" + content[start:end] + b"</sheetData>", book, budget)
            return
        yield from rows
        start = stop


def around_cells(content: bytes) -> bytes:
    """The sheet without its cells, if they can be cut out; else all of it."""
    start, end = content.find(b"<sheetData>"), content.find(b"</sheetData>")
    return content[:start] + content[end + len(b"</sheetData>") :] if 0 <= start < end else content


def _is_simple(content: bytes) -> bool:
    """True if nothing in the document changes what the markup means: UTF-8, no comments, no CDATA."""
    head = content[:_HEAD].lower()
    utf_8 = b"encoding" not in head or b"utf-8" in head or b"us-ascii" in head
    return utf_8 and b"<!" not in content and content.count(b"<?", 0, _HEAD) == content.count(b"<?")


def _regular_rows(chunk: bytes, book: Book) -> list[Row] | None:
    """The rows of whole row elements; None if they are not written as expected."""
    try:
        text = chunk.decode("utf-8")
    except UnicodeError:
        return None
    woven = _CELL.split(text)
    between = woven[:: _GROUPS + 1]
    starts = [place for place, gap in enumerate(between) if gap]
    if starts[:1] != [0] or not all(_BETWEEN.fullmatch(between[place]) for place in starts):
        return None
    columns, numbers, styles, kinds, values, inlines = (
        woven[n :: _GROUPS + 1] for n in range(1, _GROUPS + 1)
    )
    if "&" in text:
        values = [value and _characters(value) for value in values]
        inlines = [inline and _characters(inline) for inline in inlines]
    if "@" in text and "<f" in text:
        book.aside.extend(_characters(found) for found in _FORMULA.findall(text) if "@" in found)
    texts = list(_texts(book, kinds, styles, values, inlines))
    rows = []
    for begin, end in zip(starts, [*starts[1:], len(columns)], strict=True):
        row = texts[begin:end]
        if columns[begin:end] != _LETTERS[: end - begin]:
            row = spread(zip(map(column, columns[begin:end]), row, strict=True))
        if row:
            rows.append((int(numbers[begin]), row))
    return rows


def _texts(
    book: Book,
    kinds: list[str | None],
    styles: list[str | None],
    values: list[str | None],
    inlines: list[str | None],
) -> Iterable[str]:
    book.used.update([value for kind, value in zip(kinds, values, strict=True) if kind == "s" and value])
    strings, special, other = book.strings, book.styles, book.value
    return [
        strings.get(value or "", "")
        if kind == "s"
        else value
        if kind is None and value and value.isdigit() and style not in special
        else other(kind, style, value, inline)
        for kind, style, value, inline in zip(kinds, styles, values, inlines, strict=True)
    ]


def _characters(text: str) -> str:
    """`text` with its entities and character references resolved (XML 1.0, 4.1 and 4.6)."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _ENTITIES[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _unescaped(text: str) -> str:
    """`text` with the characters that XML cannot hold as such (22.9.2.19)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _walked(content: bytes, book: Book, budget: Budget) -> Iterator[Row]:
    """The rows as expat sees them: slower, and whatever the way they are written."""
    walk = _Walk(book)
    parser = walk.parser()
    unread: Unread | None = None
    try:
        for _ in feed(parser, content, budget):
            yield from walk.taken()
    except Unread as why:
        unread = why
        book.aside.append(after_damage(parser, content))
    walk.end("c")
    walk.end("row")
    yield from walk.taken()
    if unread:
        raise unread


class _Walk:
    """What expat has told of a sheet, or of the shared strings, so far."""

    def __init__(self, book: Book, shared: bool = False) -> None:
        self._book = book
        self._shared = shared
        self._rows: list[Row] = []
        self._row: list[tuple[int, str]] = []
        self._number = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._reading: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._phonetic = False

    def parser(self) -> expat.XMLParserType:
        """A parser that tells this walk."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self._text
        return parser

    def taken(self) -> list[Row]:
        """The rows since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "c":
                self._cell = attributes
                self._value.clear()
                self._place(attributes.get("r", ""))
            case "row":
                number = attributes.get("r", "")
                known = number.isdecimal() and len(number) <= 7
                self._number = min(int(number), LAST_ROW) if known else self._number + 1
                self._column = 0
            case "v":
                self._into = self._value
            case "t":
                self._into = self._reading if self._phonetic else self._value
            case "f":
                self._into = self._formula
            case "si":
                self._value.clear()
            case "rPh":
                self._phonetic = True

    def _place(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found:
            self._column = min(column(found[1]), LAST_COLUMN - 1)

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)
        elif "@" in text:
            self._book.aside.append(text)

    def end(self, name: str) -> None:
        """An element ends, or at last, `row`: the document does."""
        match local(name):
            case "v" | "t" | "f":
                self._into = None
            case "rPh":
                self._phonetic = False
                self._aside(self._reading)
            case "c":
                self._end_cell()
            case "si" if self._shared and len(self._book.strings) < MOST_STRINGS:
                _add(self._book, ["".join(self._value)])
            case "row" if self._row:
                self._rows.append((self._number, spread(self._row)))
                self._row = []

    def _end_cell(self) -> None:
        kind, value = self._cell.get("t"), "".join(self._value)
        self._value.clear()
        if kind == "s":
            self._book.used.add(value.strip())
        text = self._book.value(kind, self._cell.get("s"), value, None)
        if text:
            self._row.append((self._column, text))
        self._column += 1
        if len(self._row) >= LAST_COLUMN:
            self.end("row")
        if any("@" in piece for piece in self._formula):
            self._aside(self._formula)
        self._formula.clear()

    def _aside(self, pieces: list[str]) -> None:
        self._book.aside.append("".join(pieces))
        pieces.clear()
