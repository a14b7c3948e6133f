"""Find runs of lines with the same number of delimiters, which are tables in running text.

A delimiter occurs equally often in consecutive lines. Prose has commas too, but rarely the same number in
each line, and with blanks after them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, compress, repeat
from typing import NamedTuple

DELIMITERS = "\t|;,"
_WEIGHT = {"\t": 1.5, "|": 1.3, ";": 1.2, ",": 1.0}
"""Weight of a delimiter: of two for the same lines, the rarer wins unless the other covers far more lines."""

_LEAST = 3
"""Consecutive lines with equal counts that make a table."""
_LEAST_WEAK = 6
"""The same for two columns, or for delimiters followed by blanks."""
_DENSITY = 0.6
"""Share of lines with the table's count required when it is extended over other lines."""
_SECTION = 20
"""Consecutive lines with equal counts that are a separate table even inside a longer one."""
_QUOTED_LINES = 50
"""Longest quoted cell in lines."""
_MOST = 64
"""Tables in one text; with more, the runs are noise and remain text."""
_LETTER_CUTS = 2
"""Commas in a line of a letter, `Dear Ann,`; a row with more is not taken for such a line."""

_BYTE = 255
"""Highest count of delimiters; higher ones are equal to it."""
_ALIKE = re.compile(rb"([^\0])\1{2,}", re.S)
"""Three or more equal, non-zero counts in a row; each count is one byte."""
_QUOTED = re.compile('"[^"]*"')
_RULER = " \t|+-=:_"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end`: lines most of which have `cuts` delimiters."""

    start: int
    end: int
    delimiter: str
    cuts: int

    def is_cut_like(self, other: "Run") -> bool:
        """Return True if both could belong to one table."""
        return (self.delimiter, self.cuts) == (other.delimiter, other.cuts)


class _Span(NamedTuple):
    """Lines `first` to `last` (inclusive); `alike` of them have `cuts` delimiters."""

    first: int
    last: int
    alike: int
    cuts: int


def find_runs(text: str) -> list[Run]:
    """Return the runs in `text` in order, without overlaps. Lines are separated by LF."""
    # To split off three pieces is faster than to count in the whole text.
    delimiters = [sign for sign in DELIMITERS if sign in text and len(text.split(sign, _LEAST)) > _LEAST]
    if not delimiters:
        return []
    lines = text.split("\n")
    seen = _unquoted(lines) if '"' in text else lines
    # Blank lines and rulers (`|---|---|`) neither start nor end a table.
    blank = _RULER if "|" in delimiters else None
    bare = list(compress(seen, map(str.strip, seen, repeat(blank))))
    found = [(span, sign) for sign in delimiters for span in _tables(bare, sign)]
    if not found:
        return []
    numbers = [number for number, line in enumerate(seen) if line.strip(blank)]
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    numbers.append(len(lines))
    runs = []
    for span, sign in _best(found, len(bare)):
        after = numbers[span.last + 1]
        while not lines[after - 1]:
            after -= 1
        runs.append(Run(starts[numbers[span.first]], min(starts[after], len(text)), sign, span.cuts))
    return runs


def _unquoted(lines: list[str]) -> list[str]:
    """Replace quoted cells by `x`; join lines that one spans, leaving blank lines in their place."""
    bare = list(lines)
    after = 0
    for number in [number for number, line in enumerate(lines) if '"' in line]:
        if number < after:
            continue
        line, after = lines[number], number + 1
        if line.count('"') & 1:
            after = _closing(lines, after)
            line = " ".join(lines[number:after])
            bare[number:after] = [""] * (after - number)
        bare[number] = _QUOTED.sub("x", line)
    return bare


def _closing(lines: list[str], start: int) -> int:
    """Return the index after the line that closes the quote open before `start`; `start` if it is far."""
    for number in range(start, min(start + _QUOTED_LINES, len(lines))):
        if lines[number].count('"') & 1:
            return number + 1
    return start


def _tables(bare: list[str], delimiter: str) -> Iterator[_Span]:
    """Yield the spans of lines that are tables with this delimiter."""
    counts = list(map(str.count, bare, repeat(delimiter)))
    for span in _spans(counts):
        lines = bare[span.first : span.last + 1]
        if is_prose(lines, delimiter, span.cuts, span.alike):
            continue
        before, after = count_letter_lines(lines, delimiter) if span.cuts <= _LETTER_CUTS else (0, 0)
        first, last = span.first + before, span.last - after
        if last - first + 1 >= _LEAST:
            header = not before and _is_header(bare[max(0, first - 2) : first], delimiter, span.cuts)
            yield span._replace(first=first - header, last=last)


def _is_header(above: list[str], delimiter: str, cuts: int) -> bool:
    """Return True if the line above rows with `cuts` delimiters has one more or less, as in some exports.

    above: the two lines before the rows. If both have equal counts, they belong to another table.
    """
    counts = [line.count(delimiter) for line in above]
    if not above or counts[-1] == 0 or abs(counts[-1] - cuts) != 1 or is_prosaic(above[-1], delimiter):
        return False
    return counts[0] != counts[-1] or len(above) == 1


def _spans(counts: list[int]) -> list[_Span]:
    """Return spans in which most lines have the same count, in groups of at least three consecutive lines."""
    if max(counts, default=0) > _BYTE:
        counts = [min(count, _BYTE) for count in counts]
    groups = list(_ALIKE.finditer(bytes(counts)))
    if not groups:
        return []
    alike: dict[int, list[_Span]] = defaultdict(list)
    section = -1
    for match in groups:
        first, last = match.start(), match.end() - 1
        _grow(alike[counts[first]], _Span(first, last, last - first + 1, counts[first]), section)
        if last - first >= _SECTION:
            section = first
    every = chain.from_iterable(alike.values())
    return [span for span in every if span.alike >= (_LEAST if span.cuts > 1 else _LEAST_WEAK)]


def _grow(spans: list[_Span], span: _Span, section: int) -> None:
    """Merge `span` into the last of `spans` if few lines between them differ; else append it.

    section: first line of the last long group. If it lies between them, they are separate tables.
    """
    if spans and section <= spans[-1].last:
        joined = _Span(spans[-1].first, span.last, spans[-1].alike + span.alike, span.cuts)
        if joined.alike >= _DENSITY * (joined.last - joined.first + 1):
            spans[-1] = joined
            return
    spans.append(span)


def _best(found: list[tuple[_Span, str]], size: int) -> list[tuple[_Span, str]]:
    """Return the non-overlapping spans that cover most lines, in order."""
    taken = bytearray(size)
    best: list[tuple[_Span, str]] = []
    for span, delimiter in sorted(found, key=lambda one: -_WEIGHT[one[1]] * one[0].alike):
        if len(best) < _MOST and taken.find(1, span.first, span.last + 1) < 0:
            taken[span.first : span.last + 1] = b"\1" * (span.last + 1 - span.first)
            best.append((span, delimiter))
    return sorted(best, key=lambda one: one[0].first)


_LOOK = 40
"""Lines examined, sampled evenly from a longer run."""
_LONG = 6
"""Consecutive lines with equal counts that are unlikely in prose."""
_STRICT = 0.9
"""Share of lines with equal counts required if blanks follow the delimiter as in prose."""
_SHORT = 30
"""Highest mean length of a cell in that case."""

_DECIMAL = re.compile(r"\d[,;]\d")
_BRACKETS = ("{}", "[]", "()", "<>")


def is_prose(lines: list[str], delimiter: str, cuts: int, alike: int) -> bool:
    """Return True if `lines` are not rows, although `alike` of them have the same number of delimiters."""
    some = _some(lines)
    if delimiter in ",;" and _is_spaced(some, delimiter) and not _is_strict(lines, cuts, alike):
        return True
    if _mostly(_is_code(line) for line in some):
        return True
    if delimiter == "\t":
        return _mostly("\t" not in line.strip("\t") for line in some)
    return cuts == 1 and delimiter != "|" and _mostly(_is_weak(line, delimiter) for line in some)


def _is_strict(lines: list[str], cuts: int, alike: int) -> bool:
    """Return True if counts are so regular and cells so short that blanks after commas do not matter."""
    if cuts == 1 or alike < max(_LONG, _STRICT * len(lines)):
        return False
    return sum(map(len, lines)) <= _SHORT * (cuts + 1) * len(lines)


def _is_code(line: str) -> bool:
    """Return True for lines of JSON, XML and SQL: in brackets as a whole, or an INSERT."""
    line = line.strip().rstrip(",;")
    return line[:1] + line[-1:] in _BRACKETS or line[:7].upper() == "INSERT "


def _is_weak(line: str, delimiter: str) -> bool:
    """Return True if the only delimiter ends the line, as in verse and code, or is a decimal comma."""
    return line.endswith(delimiter) or _DECIMAL.search(line) is not None


def _is_spaced(lines: list[str], delimiter: str) -> bool:
    """Return True if blanks follow the delimiter as in prose."""
    text = "\n".join(lines)
    return text.count(delimiter + " ") * 2 >= text.count(delimiter)


def count_letter_lines(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Return the numbers of letter lines at start and end that match by chance: `Dear Ann,`."""
    first, last = 0, len(lines) - 1
    if delimiter in "\t|" or not (is_prosaic(lines[first], delimiter) or is_prosaic(lines[last], delimiter)):
        return 0, 0
    if _mostly(is_prosaic(line, delimiter) for line in _some(lines)):
        return 0, 0
    while is_prosaic(lines[first], delimiter):
        first += 1
    while is_prosaic(lines[last], delimiter):
        last -= 1
    return first, len(lines) - 1 - last


def is_prosaic(line: str, delimiter: str) -> bool:
    """Return True if the delimiter ends the line or a blank follows it, as in a letter."""
    return line.endswith(delimiter) or delimiter + " " in line


def _some(lines: list[str]) -> list[str]:
    return lines[:: len(lines) // _LOOK + 1]


def _mostly(answers: Iterable[object]) -> bool:
    """Return True if at least half of the answers are true."""
    given = list(map(bool, answers))
    return sum(given) * 2 >= len(given)
