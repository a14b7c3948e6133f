"""Read the rows of CSV text with any delimiter and quoting."""

from collections.abc import Iterator
from itertools import chain

from holdback.customer_list.sources.stream import Row
from holdback.documents.delimiter_runs import DELIMITERS, find_runs
from holdback.documents.rows import DelimitedRows
from holdback.mail.beat import no_beat

_HEAD = 64 * 1024
"""Characters from which the delimiter is detected."""
_LONGEST_CELL = 128 * 1024
"""Longest quoted cell that may contain line ends, in characters."""
_NO_DELIMITER = "\x1f"
"""A delimiter that does not occur: each line is one cell."""


def delimited(texts: Iterator[str]) -> Iterator[Row]:
    """Yield the rows of `texts`, each of which ends with a complete line."""
    first = next(texts, "")
    delimiter, width = _cut(first[:_HEAD])
    for text in _whole_rows(chain([first], texts)):
        yield from DelimitedRows(text, delimiter, width, no_beat)


def _cut(head: str) -> tuple[str, int]:
    """Return delimiter and number of cells; from the first line if there are too few lines for a run."""
    runs = find_runs(head)
    if runs:
        longest = max(runs, key=lambda run: run.end - run.start)
        return longest.delimiter, longest.cuts + 1
    line = head.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=line.count)
    cuts = line.count(delimiter)
    return (delimiter, cuts + 1) if cuts else (_NO_DELIMITER, 1)


def _whole_rows(texts: Iterator[str]) -> Iterator[str]:
    """Yield the same text, split where no quoted cell is open, if possible."""
    rest = ""
    for text in texts:
        rest += text
        end = _end_outside_quotes(rest)
        yield rest[:end]
        rest = rest[end:]
    yield rest


def _end_outside_quotes(text: str) -> int:
    """Return the end of the last line at which no quote is open; the end of `text` if that is far back."""
    end, odd = len(text), text.count('"') & 1
    while odd:
        start = text.rfind("\n", 0, text.rfind('"', 0, end)) + 1
        if len(text) - start > _LONGEST_CELL:
            return len(text)
        odd ^= text.count('"', start, end) & 1
        end = start
    return end
