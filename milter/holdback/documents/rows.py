"""Rows of delimited text, parsed when they are iterated.

An unclosed quote must not hide the following rows: text in an implausible quoted cell is parsed again line by
line.
"""

import contextlib
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

_BLOCK = 64 * 1024
"""Characters parsed between two heartbeats."""
_SPAN = 128 * 1024
"""Characters that a quoted cell may extend beyond a block; also the csv module's limit for a cell."""
_LONGEST = 1024 * 1024
"""Characters of a block above which lines are split without regard to quotes."""
_WIDEST = 16_384
"""Delimiters split in one line; the rest is one cell, because a cell takes a hundred bytes."""
_SAMPLE = 1024
"""Characters of one sample."""
_SAMPLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """The rows of `text` in order, without blank lines. Each iteration parses again; nothing is cached."""

    text: str
    """Lines separated by LF."""
    delimiter: str
    width: int
    """Number of cells in most rows."""
    beat: Callable[[], None]
    """Called once a block; may raise to stop."""
    quotes: bool = True
    """False if quotes have no special meaning."""

    def __iter__(self) -> Iterator[Sequence[str]]:
        for start, end in blocks(self.text, _BLOCK):
            self.beat()
            yield from self._parsed(self.text[start:end])

    def sample(self, blocks: int) -> list[Sequence[str]]:
        """Return about 8 rows at each of `blocks` evenly spaced places; all rows if they are fewer."""
        size = len(self.text)
        if size <= blocks * _SAMPLE:
            return list(self)
        found: list[Sequence[str]] = []
        for number in range(blocks):
            start = self.text.rfind("\n", 0, size * number // blocks) + 1 if number else 0
            lines = self.text[start : start + _SAMPLE].split("\n")[: _SAMPLE_ROWS + 1]
            whole = lines[:-1] or lines
            found += (row for line in whole for row in self._line(line))
        return found

    def _parsed(self, block: str) -> Iterable[Sequence[str]]:
        if not self.quotes or '"' not in block or len(block) > _LONGEST:
            return [line.split(self.delimiter, _WIDEST) for line in block.split("\n") if line]
        lines = list(io.StringIO(block, newline="\n"))
        with contextlib.suppress(csv.Error):
            rows = list(csv.reader(lines, delimiter=self.delimiter))
            if len(rows) == len(lines):
                return filter(None, rows)
        return self._mended(lines)

    def _mended(self, lines: list[str]) -> Iterator[Sequence[str]]:
        """Yield the rows of a block with multi-line records, legitimate or because of a missing quote."""
        reader = csv.reader(lines, delimiter=self.delimiter)
        last = 0
        while last < len(lines):
            try:
                row = next(reader, [])
            except csv.Error:
                row = []
            spanned = lines[last : reader.line_num]
            last = reader.line_num
            if row and (len(spanned) == 1 or not self._swallowed(spanned)):
                yield row
            else:
                yield from (row for line in spanned for row in self._line(line))

    def _swallowed(self, spanned: list[str]) -> bool:
        """Return True if the lines of one record look like separate rows: a quote was not closed."""
        rows = [line.count(self.delimiter) >= self.width - 1 for line in spanned]
        return rows[0] and rows[-1] and sum(rows) * 2 > len(rows)

    def _line(self, line: str) -> Iterator[Sequence[str]]:
        """Yield one line as a row, with its quotes as far as they are closed."""
        if not line.strip():
            return
        if not self.quotes:
            yield line.split(self.delimiter, _WIDEST)
            return
        try:
            yield from csv.reader([line.rstrip("\n")], delimiter=self.delimiter)
        except csv.Error:
            yield line.rstrip("\n").split(self.delimiter, _WIDEST)


def blocks(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Yield spans of whole lines of at least `size` characters, with an even number of quotes if possible."""
    start = 0
    while start < len(text):
        end = _line_end(text, start + size)
        limit = min(end + _SPAN, len(text))
        odd = text.count('"', start, end) & 1
        while odd and (quote := text.find('"', end, limit)) >= 0:
            longer = _line_end(text, quote)
            odd ^= text.count('"', end, longer) & 1
            end = longer
        yield start, end
        start = end


def _line_end(text: str, position: int) -> int:
    """Return the index after the line at `position`."""
    return text.find("\n", position) + 1 or len(text)
