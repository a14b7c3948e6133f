"""Find lists without addresses in running text, aligned in columns or separated by commas, as tables."""

import re
from collections import Counter
from collections.abc import Iterator

from holdback.documents import Table
from holdback.people.recognition.sensitive_text import has_sensitive_heading
from holdback.people.recognition.signs import long_numbers

_LEAST = 8
"""Lines with the same number of cells that make a list."""
_SHARE = 0.5
"""Share of the lines with several cells that they must be."""
_SHORT_LINE = 5
_LONG_LINE = 200
"""A line is no row of a list from so many characters on."""
_GAPS = (re.compile(r" {2,}|\t+"), re.compile(r", | [–—-] |; "))


def aligned_tables(text: str, digits: bytes) -> Iterator[Table]:
    """At most one table for each kind of gap. Lines with addresses are left to `records_in_text`.

    `digits`: the text's `digits_of`.
    """
    if long_numbers(digits) < _LEAST and not has_sensitive_heading(text):
        return
    short = (line for line in text.split("\n") if _SHORT_LINE <= len(line) < _LONG_LINE)
    lines = [line.strip(" >*•\r") for line in short if "@" not in line]
    for gap in _GAPS:
        rows = [row for row in map(gap.split, lines) if len(row) > 1]
        if len(rows) < _LEAST:
            continue
        ((width, count),) = Counter(map(len, rows)).most_common(1)
        if count >= _LEAST and count >= _SHARE * len(rows):
            yield Table([row for row in rows if len(row) == width])
