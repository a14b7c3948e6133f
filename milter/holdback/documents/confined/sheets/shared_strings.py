"""What the sheets of one xlsx workbook share: strings and styles; and what a cell shows with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import LONGEST, Shown, shown_by, written
from holdback.documents.confined.sheets.xml_text import elements

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


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

    def add(self, texts: list[str]) -> None:
        """More shared strings, in order."""
        if any("_x" in text or len(text) > LONGEST for text in texts):
            texts = [self.cut(_unescaped(text)) for text in texts]
        start = len(self.strings)
        self.strings.update(zip(map(str, range(start, start + len(texts))), texts, strict=True))

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


def _unescaped(text: str) -> str:
    """`text` with the characters that XML cannot hold as such (22.9.2.19)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
