"""Shared strings and cell styles of an xlsx workbook, and the values of cells that refer to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import LONGEST, Shown, shown_by, written
from holdback.documents.confined.sheets.xml_text import elements

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Book:
    """The strings and styles that all sheets of a workbook share."""

    strings: dict[str, str]
    """Shared strings by index, in decimal as in cells."""
    styles: dict[str, Shown]
    """Formatters of cell styles for dates, times and leading zeros, by index."""
    used: set[str] = field(default_factory=set)
    """Indexes of shared strings that a cell has used."""
    aside: list[str] = field(default_factory=list)
    """Text of cells that is not their value: formulas with addresses, phonetic text, overlong strings."""

    def value(self, kind: str | None, style: str | None, value: str | None, inline: str | None) -> str:
        """The value of a cell (ECMA-376 Part 1, 18.18.11); entities in `value` and `inline` are resolved."""
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
        """Adds shared strings, in order."""
        if any("_x" in text or len(text) > LONGEST for text in texts):
            texts = [self.cut(_unescaped(text)) for text in texts]
        start = len(self.strings)
        self.strings.update(zip(map(str, range(start, start + len(texts))), texts, strict=True))

    def cut(self, text: str) -> str:
        """`text` cut to the length of a cell; adds the whole text to `aside` if it is longer."""
        if len(text) <= LONGEST:
            return text
        self.aside.append(text)
        return text[:LONGEST]

    def unshown(self) -> Iterator[str]:
        """The shared strings that no cell has used."""
        return (text for number, text in self.strings.items() if text and number not in self.used)

    def drain(self) -> str:
        """The text added to `aside` since the last call."""
        text = "\n".join(self.aside)
        self.aside.clear()
        return text


def styles_of(content: bytes, since_1904: bool, budget: Budget) -> dict[str, Shown]:
    """Formatters of the cell styles in styles.xml (ECMA-376 Part 1, 18.8.10, 18.8.30), by index."""
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
    """`text` with escaped characters (`_x000D_`) resolved (ECMA-376 Part 1, 22.9.2.19)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
