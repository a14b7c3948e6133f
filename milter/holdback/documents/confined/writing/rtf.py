"""Rich Text Format 1.9: text, tables, notes, fields, properties and embedded files, in one pass.

Addresses in skipped groups are kept. HTML encapsulated in RTF (MS-OXRTFEX) is returned as HTML.
"""

from collections.abc import Iterator
from html import escape

from holdback.documents.budget import Budget
from holdback.documents.confined.writing.marked_text import (
    ASIDE,
    ASIDE_END,
    CELL,
    DELETED,
    DELETED_END,
    FRESH,
    INSERTED,
    INSERTED_END,
    ROW,
    SIGNS,
    TABLE,
    TABLE_END,
    Shape,
)
from holdback.documents.confined.writing.rtf_objects import embedded
from holdback.documents.confined.writing.rtf_words import (
    CODE_PAGES,
    DESTINATIONS,
    FONT_CHARSETS,
    LAYOUT,
    TEXT_AFTER_STAR,
    TOKEN,
    UNIT,
    Mode,
)
from holdback.documents.document import Piece, Unreadable, member
from holdback.mail import Part

_DEEPEST = 5_000
_DEEPEST_TABLE = 4
_SLICE = 2_000
"""Tokens read between two heartbeats."""
_MARKS = {Mode.ASIDE: (ASIDE + FRESH, ASIDE_END), Mode.FIELD: (ASIDE, ASIDE_END)}

_Group = tuple[Mode, int, int, str, bool]


def open_rtf(part: Part, budget: Budget) -> Iterator[Piece]:
    """The embedded files, encapsulated HTML, lines and tables of `part`."""
    reading = Rtf(budget)
    reading.read(part.content)
    for number, content in enumerate(reading.objects, start=1):
        yield embedded(part, number, content)
    if reading.html is not None:
        html = "".join(reading.html).encode("utf-8", "replace")
        yield member(part, "body.html", html, "text/html", "utf-8")
    yield from reading.shape.pieces(budget)
    if reading.is_open:
        yield Unreadable.BROKEN


class Rtf:
    """Reads the tokens in order, and collects marked text, HTML and embedded objects."""

    def __init__(self, budget: Budget) -> None:
        self.shape = Shape()
        self.objects: list[bytes] = []
        self.html: list[str] | None = None
        """Pieces of the encapsulated HTML; None if there is none."""
        self._budget = budget
        self._marked: list[str] = []
        self._raw: list[bytes] = []
        """Bytes of text in the current code page, not yet decoded."""
        self._object: list[bytes] = []
        self._groups: list[_Group] = []
        self._deep = 0
        self._mode = Mode.TEXT
        self._page = self._default = 0
        self._units = 1
        """Fallback characters after each `\\u`."""
        self._high = 0
        """The high surrogate of an incomplete pair."""
        self._change = ""
        """The sign of a tracked change, or empty."""
        self._rtf_only = False
        """True while the text is only the RTF rendering of the HTML (`\\htmlrtf`)."""
        self._star = False
        self._fonts: dict[int, int] = {}
        self._font = 0
        self._skip = 0
        self._tables = 0
        self._itap = 0
        self._in_row = False

    @property
    def is_open(self) -> bool:
        """True if a group is not closed."""
        return bool(self._groups)

    def read(self, data: bytes) -> None:
        """Reads all of `data`."""
        at = 0
        while 0 <= at < len(data):
            at = self._tokens(data, at)
        self._flush()
        self._pass_on()

    def _tokens(self, data: bytes, at: int) -> int:
        """Reads tokens from `at` on. Returns the offset after raw bytes, or -1 at the end."""
        for number, match in enumerate(TOKEN.finditer(data, at)):
            units, hexed, word, value, symbol, brace, text = match.groups()
            if text is not None:
                self._text(text)
            elif word == b"bin":
                return self._binary(data, match.end(), int(value or 0))
            elif word is not None:
                self._word(word, value)
            elif units is not None:
                if self._units != 1 or self._skip:
                    return self._one_unit(data, match.start())
                self._characters(units)
            elif hexed is not None:
                self._bytes(bytes.fromhex(hexed.replace(b"\\'", b"").decode("ascii")))
            elif brace == b"{":
                self._open()
            elif brace is not None:
                self._close()
            else:
                self._symbol(symbol)
            if number % _SLICE == 0:
                self._budget.beat()
                self._pass_on()
        return -1

    def _one_unit(self, data: bytes, at: int) -> int:
        """Reads the first of several `\\u` characters. Returns the offset after it."""
        match = UNIT.match(data, at)
        assert match
        self._word(b"u", match[1])
        return match.end() + (data[match.end() : match.end() + 1] == b" ")

    def _characters(self, units: bytes) -> None:
        """Adds several `\\u` characters, each with one fallback character."""
        numbers = [int(number) & 0xFFFF for number in UNIT.findall(units)]
        raw = b"".join([number.to_bytes(2, "little") for number in numbers])
        self._put(raw.decode("utf-16-le", "replace").translate(SIGNS))

    def _binary(self, data: bytes, at: int, size: int) -> int:
        """Returns the offset after raw bytes (`\\bin`); ignores a size beyond the end of the file."""
        if not 0 <= size <= len(data) - at:
            return at
        if self._mode is Mode.OBJECT:
            self._object.append(data[at : at + size].hex().encode())
        return at + size

    def _open(self) -> None:
        self._skip = 0
        self._flush()
        if len(self._groups) >= _DEEPEST:
            self._deep += 1
        else:
            self._groups.append((self._mode, self._page, self._units, self._change, self._rtf_only))

    def _close(self) -> None:
        self._skip = 0
        self._star = False
        self._flush()
        if self._deep:
            self._deep -= 1
        elif self._groups:
            mode, self._page, self._units, self._change, self._rtf_only = self._groups.pop()
            if mode is not self._mode:
                self._end(self._mode)
            self._mode = mode

    def _end(self, mode: Mode) -> None:
        """A destination ends."""
        if mode in _MARKS:
            self._marked.append(_MARKS[mode][1])
        elif mode is Mode.OBJECT:
            self.objects.append(b"".join(self._object))
            self._object.clear()

    def _text(self, text: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(text))
            self._skip -= skipped
            text = text[skipped:]
        if self._mode is Mode.OBJECT:
            self._object.append(text)
        elif self._mode is not Mode.SKIP and self._mode is not Mode.FONTS:
            self._raw.append(text)
        elif b"@" in text:
            self.shape.add_aside(text.decode("latin-1").translate(SIGNS))

    def _bytes(self, raw: bytes) -> None:
        """Adds bytes in hexadecimal; the last one may be half of a double-byte character."""
        skipped = min(self._skip, len(raw))
        self._skip -= skipped
        if self._mode not in (Mode.SKIP, Mode.FONTS, Mode.OBJECT):
            self._raw.append(raw[skipped:])

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._star = True
        elif self._skip:
            self._skip -= 1
        elif symbol in LAYOUT:
            self._put(LAYOUT[symbol])

    def _flush(self) -> None:
        """Decodes the collected bytes and adds them as text."""
        if not self._raw:
            return
        raw = b"".join(self._raw)
        self._raw.clear()
        text = raw.decode("ascii") if raw.isascii() else CODE_PAGES[self._page].decode(raw, "replace")[0]
        self._put(text.translate(SIGNS) if not text.isprintable() else text)

    def _put(self, text: str) -> None:
        """Adds text as the mode of the group requires."""
        self._flush()
        if self._mode in (Mode.SKIP, Mode.FONTS, Mode.OBJECT):
            return
        if self.html is not None and self._mode in (Mode.TEXT, Mode.TAG):
            if not self._rtf_only or self._mode is Mode.TAG:
                self.html.append(text if self._mode is Mode.TAG else escape(text, quote=False))
            return
        if self._mode is Mode.TEXT:
            self._level(max(self._itap, int(self._in_row)))
            if self._change:
                text = self._change + text + (DELETED_END if self._change == DELETED else INSERTED_END)
        self._marked.append(text)

    def _word(self, word: bytes, number: bytes | None) -> None:
        star, self._star = self._star, False
        if self._skip and word != b"u":
            self._skip -= 1
            return
        if self._raw:
            self._flush()
        if word in LAYOUT:
            self._put(LAYOUT[word])
        elif word in DESTINATIONS:
            self._destination(DESTINATIONS[word])
        elif star:
            if word not in TEXT_AFTER_STAR:
                self._destination(Mode.ASIDE)
        elif word in _ACTIONS:
            _ACTIONS[word](self, None if number is None else int(number))

    def _destination(self, mode: Mode) -> None:
        """The group is a destination; within skipped groups only objects are read."""
        if self._mode is Mode.SKIP and mode is not Mode.OBJECT:
            return
        if mode is self._mode:
            self._marked.append(FRESH)
            return
        self._mode = mode
        if mode in _MARKS:
            self._marked.append(_MARKS[mode][0])

    def _level(self, wanted: int) -> None:
        """Opens or closes tables until `wanted` are open."""
        while self._tables < wanted:
            self._marked.append(TABLE + ROW + CELL)
            self._tables += 1
        while self._tables > wanted:
            self._marked.append(TABLE_END)
            self._tables -= 1

    def _pass_on(self) -> None:
        self.shape.add("".join(self._marked))
        self._marked.clear()

    # Actions of control words. `value` is the parameter, None if missing.

    def unicode(self, value: int | None) -> None:
        """`\\uN`: adds a UTF-16 unit, signed; the fallback characters after it are skipped."""
        self._skip = self._units
        unit, high = (value or 0) & 0xFFFF, self._high
        self._high = unit if 0xD800 <= unit < 0xDC00 else 0
        if high and 0xDC00 <= unit < 0xE000:
            self._put(chr(0x10000 + ((high - 0xD800) << 10) + unit - 0xDC00))
        elif unit >= 0x20 and not 0xD800 <= unit < 0xE000:
            self._put(chr(unit))

    def units(self, value: int | None) -> None:
        """`\\ucN`: sets the number of fallback characters after each `\\u`."""
        self._units = max(0, min(1 if value is None else value, 255))

    def code_page(self, value: int | None) -> None:
        """`\\ansicpgN`: sets the code page of the document."""
        self._page = self._default = value if value in CODE_PAGES else 0

    def font(self, value: int | None) -> None:
        """`\\fN`: selects a font, and with it a code page."""
        if self._mode is Mode.FONTS:
            self._font = value or 0
        else:
            self._page = self._fonts.get(value or 0, self._default)

    def font_charset(self, value: int | None) -> None:
        """`\\fcharsetN`: sets the code page of a font in the font table."""
        if self._mode is Mode.FONTS and (value or 0) in FONT_CHARSETS:
            self._fonts[self._font] = FONT_CHARSETS[value or 0]

    def plain(self, value: int | None) -> None:
        """`\\plain`: resets character properties."""
        self._page, self._change = self._default, ""

    def deleted(self, value: int | None) -> None:
        """`\\deleted`: marks text as deleted in a tracked change."""
        self._change = "" if value == 0 else DELETED

    def revised(self, value: int | None) -> None:
        """`\\revised`: marks text as inserted in a tracked change."""
        self._change = "" if value == 0 else INSERTED

    def paragraph(self, value: int | None) -> None:
        """`\\pard`: resets paragraph properties."""
        self._itap = 0

    def in_table(self, value: int | None) -> None:
        """`\\intbl`: the paragraph is in a table."""
        self._itap = max(1, self._itap)

    def nesting(self, value: int | None) -> None:
        """`\\itapN`: sets the nesting level of the paragraph's table."""
        self._itap = max(0, min(value or 0, _DEEPEST_TABLE))

    def row_begins(self, value: int | None) -> None:
        """`\\trowd`: row properties; the cells are before or after it."""
        self._in_row = True

    def cell(self, value: int | None) -> None:
        """`\\cell`: a cell ends."""
        self._border(1, CELL, "\t")

    def row(self, value: int | None) -> None:
        """`\\row`: a row ends."""
        self._border(1, ROW + CELL, "\n")
        self._in_row = False

    def inner_cell(self, value: int | None) -> None:
        """`\\nestcell`: a cell of a nested table ends."""
        self._border(max(2, self._itap), CELL, "\t")

    def inner_row(self, value: int | None) -> None:
        """`\\nestrow`: a row of a nested table ends."""
        self._border(max(2, self._itap), ROW + CELL, "\n")

    def _border(self, level: int, signs: str, elsewhere: str) -> None:
        """Adds the end of a cell or row at nesting `level`; outside the body, `elsewhere` as text."""
        if self._mode is not Mode.TEXT or self.html is not None:
            self._put(elsewhere)
            return
        self._level(level)
        self._marked.append(signs)

    def from_html(self, value: int | None) -> None:
        """`\\fromhtml`: the file encapsulates HTML."""
        if self.html is None:
            self.html = []

    def html_rtf(self, value: int | None) -> None:
        """`\\htmlrtf`: starts or, with 0, ends text that is not part of the HTML."""
        self._rtf_only = value != 0


_ACTIONS = {
    b"u": Rtf.unicode,
    b"uc": Rtf.units,
    b"ansicpg": Rtf.code_page,
    b"f": Rtf.font,
    b"fcharset": Rtf.font_charset,
    b"plain": Rtf.plain,
    b"deleted": Rtf.deleted,
    b"revised": Rtf.revised,
    b"pard": Rtf.paragraph,
    b"intbl": Rtf.in_table,
    b"itap": Rtf.nesting,
    b"trowd": Rtf.row_begins,
    b"cell": Rtf.cell,
    b"row": Rtf.row,
    b"nestcell": Rtf.inner_cell,
    b"nestrow": Rtf.inner_row,
    b"fromhtml": Rtf.from_html,
    b"htmlrtf": Rtf.html_rtf,
}
