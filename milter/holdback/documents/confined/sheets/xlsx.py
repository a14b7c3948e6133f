"""Reads shared strings and cells of xlsx (ECMA-376 Part 1, 18) with regular expressions, else with expat."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_uppercase

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import LAST_COLUMN, MOST_STRINGS, Row, column, spread
from holdback.documents.confined.sheets.shared_strings import Book
from holdback.documents.confined.sheets.xlsx_walk import SheetWalk
from holdback.documents.confined.sheets.xml_text import walked
from holdback.documents.document import Unread, Unreadable

_CHUNK = 256 * 1024
"""Bytes of a sheet matched at once."""
_HEAD = 200
"""Bytes searched for the XML declaration."""
_LONGEST_ROW = 8 * 1024 * 1024
"""Bytes of one row matched at once; expat, which needs less memory, reads longer rows."""

# These match what common programs write; expat reads everything else. All quantifiers stop at the next
# markup character, so matching takes linear time.
_STRING = re.compile(r"<si>(?:<t(?: [^<>]*)?>([^<]*)</t>|<t/>)?</si>|<si/>")
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?'
    r"(?:/>|>(?:<f[^<>]*>(?:[^<]*</f>)?)?(?:<v>([^<]*)</v>|<v/>|<is><t[^<>]*>([^<]*)</t></is>)?</c>)"
)
_GROUPS = 6
_BETWEEN = re.compile(r"(?:\s*+</?row(?: [^<>]*+)?/?>)*+\s*+")
_FORMULA = re.compile(r"<f[^<>]*>([^<]*)</f>")
_ENTITY = re.compile("&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

_HIDDEN_ROW = re.compile(rb"<(?:\w{1,20}:)?row\s[^<>]*\bhidden=[\"'](?:1|true)[\"'][^<>/]*>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s[^<>]*\bhidden=[\"'](?:1|true)[\"'][^<>]*>")
_FROM_TO = re.compile(rb"\b(?:min|max)=[\"'](\d{1,5})[\"']")
_USED = re.compile(rb"<(?:\w{1,20}:)?dimension\s+ref=[\"'][A-Z]{1,3}\d{1,7}:([A-Z]{1,3})\d")
"""The last column in use, as the program that wrote the sheet says."""
_FAR = 4096

_LETTERS = [*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase)]


def read_strings(content: bytes, book: Book, budget: Budget) -> Unreadable | None:
    """Adds the shared strings (18.4) to `book`; returns why some are missing, or None."""
    texts = _plain_strings(content) if _is_simple(content) else None
    if texts is not None:
        book.add(texts[:MOST_STRINGS])
        return Unreadable.OVER_LIMIT if len(texts) > MOST_STRINGS else None
    try:
        for _ in walked(SheetWalk(book, shared=True), content, budget):
            pass
    except Unread as unread:
        return unread.why
    return None


def _plain_strings(content: bytes) -> list[str] | None:
    """The strings if all are plain text; None if there are rich or phonetic ones, or damage."""
    try:
        split = _STRING.split(content.decode("utf-8"))
    except UnicodeError:
        return None
    between = split[2:-2:2]
    regular = not any(between) or not "".join(between).strip()
    if not regular or "<si" in split[0] or split[-1].strip() not in ("</sst>", "") or len(split) < 2:
        return None
    texts = [text or "" for text in split[1::2]]
    return [_characters(text) for text in texts] if b"&" in content else texts


def sheet_rows(content: bytes, book: Book, budget: Budget) -> Iterator[Row]:
    """The rows of a worksheet, in order. Raises Unread at damage, after the rows before it."""
    start = content.find(b"<sheetData>") if _is_simple(content) else -1
    end = content.find(b"</sheetData>")
    if start < 0 or end < 0 or content.count(b"<sheetData") > 1:
        yield from walked(SheetWalk(book), content, budget)
        return
    start += len(b"<sheetData>")
    while start < end:
        stop = content.find(b"</row>", start + _CHUNK, end) + len("</row>")
        stop = stop if stop >= len("</row>") else end
        budget.beat()
        rows = _regular_rows(content[start:stop], book) if stop - start < _LONGEST_ROW else None
        if rows is None:
            rest = b"<sheetData>" + content[start:end] + b"</sheetData>"
            yield from walked(SheetWalk(book), rest, budget)
            return
        yield from rows
        start = stop


def around_cells(content: bytes) -> bytes:
    """The sheet without its cells; all of it if it has no `sheetData`."""
    start, end = content.find(b"<sheetData>"), content.find(b"</sheetData>")
    return content[:start] + content[end + len(b"</sheetData>") :] if 0 <= start < end else content


def hidden_lines(content: bytes) -> tuple[int, int]:
    """Number of hidden rows that have cells, those filtered away included, and of hidden columns in use."""
    if b"hidden=" not in content:
        return 0, 0
    used = _USED.search(content[:_FAR])
    width = column(used[1].decode()) if used else LAST_COLUMN
    columns = 0
    start = max(0, content.find(b"sheetData"))
    for found in _HIDDEN_COLUMN.findall(content, 0, start):
        places = [int(number) for number in _FROM_TO.findall(found)]
        columns += max(0, min(max(places, default=0), width + 1) - min(places, default=1) + 1)
    rows = len(_HIDDEN_ROW.findall(content, start)) if content.find(b"hidden=", start) >= 0 else 0
    return rows, columns


def _is_simple(content: bytes) -> bool:
    """True if regular expressions can read the document: UTF-8, no comments, no CDATA."""
    head = content[:_HEAD].lower()
    utf_8 = b"encoding" not in head or b"utf-8" in head or b"us-ascii" in head
    return utf_8 and b"<!" not in content and content.count(b"<?", 0, _HEAD) == content.count(b"<?")


def _regular_rows(chunk: bytes, book: Book) -> list[Row] | None:
    """The rows of complete row elements; None if they are not written as expected."""
    try:
        text = chunk.decode("utf-8")
    except UnicodeError:
        return None
    split = _CELL.split(text)
    between = split[:: _GROUPS + 1]
    starts = [place for place, gap in enumerate(between) if gap]
    if starts[:1] != [0] or not all(_BETWEEN.fullmatch(between[place]) for place in starts):
        return None
    columns, numbers, styles, kinds, values, inlines = (
        split[n :: _GROUPS + 1] for n in range(1, _GROUPS + 1)
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
