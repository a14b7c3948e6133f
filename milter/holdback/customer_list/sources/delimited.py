"""Rows of a CSV file, whatever its delimiter and its quotes."""

from collections.abc import Iterator
from itertools import chain

from holdback.customer_list.sources.stream import Row
from holdback.documents.delimiter_runs import DELIMITERS, find_runs
from holdback.documents.rows import DelimitedRows
from holdback.mail.beat import no_beat

_HEAD = 64 * 1024
"""Characters that show how rows are cut."""
_LONGEST_CELL = 128 * 1024
"""Characters that a quoted cell may run over line ends."""
_NEVER = "\x1f"
"""Cuts nothing: every line is one cell."""


def delimited(texts: Iterator[str]) -> Iterator[Row]:
    """The rows in `texts`, each of which ends with a whole line."""
    first = next(texts, "")
    delimiter, width = _cut(first[:_HEAD])
    for text in _whole_rows(chain([first], texts)):
        yield from DelimitedRows(text, delimiter, width, no_beat)


def _cut(head: str) -> tuple[str, int]:
    """Delimiter and number of cells. A file of two lines shows no run, but a header tells as much."""
    runs = find_runs(head)
    if runs:
        longest = max(runs, key=lambda run: run.end - run.start)
        return longest.delimiter, longest.cuts + 1
    line = head.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=line.count)
    cuts = line.count(delimiter)
    return (delimiter, cuts + 1) if cuts else (_NEVER, 1)


def _whole_rows(texts: Iterator[str]) -> Iterator[str]:
    """The same text, cut where no quoted cell is open, if such a place can be had."""
    rest = ""
    for text in texts:
        rest += text
        end = _end_outside_quotes(rest)
        yield rest[:end]
        rest = rest[end:]
    yield rest


def _end_outside_quotes(text: str) -> int:
    """Where the last line ends before which all quotes are closed; all of `text` if that is far back."""
    end, odd = len(text), text.count('"') & 1
    while odd:
        start = text.rfind("\n", 0, text.rfind('"', 0, end)) + 1
        if len(text) - start > _LONGEST_CELL:
            return len(text)
        odd ^= text.count('"', start, end) & 1
        end = start
    return end
