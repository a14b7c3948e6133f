"""Lists without addresses in running text, laid out in columns or cut by commas: read as tables."""

import re
from collections import Counter
from collections.abc import Iterator

from holdback.documents import Table
from holdback.people.recognition.text import long_numbers

_LEAST = 8
"""Lines cut alike that make a list."""
_SHARE = 0.5
_LONG_LINE = 200
_GAPS = (re.compile(r" {2,}|\t+"), re.compile(r", | [–—-] |; "))


def aligned_tables(text: str, digits: bytes) -> Iterator[Table]:
    """At most one table for each way of cutting lines. Lines with addresses are left to `mentions`.

    `digits`: the text's `digits_of`.
    """
    if long_numbers(digits) < _LEAST:
        return
    lines = [
        line.strip(" >*•\r") for line in text.split("\n") if 4 < len(line) < _LONG_LINE and "@" not in line
    ]
    for gap in _GAPS:
        rows = [row for row in map(gap.split, lines) if len(row) > 1]
        if len(rows) < _LEAST:
            continue
        ((width, count),) = Counter(map(len, rows)).most_common(1)
        if count >= _LEAST and count >= _SHARE * len(rows):
            yield Table([row for row in rows if len(row) == width])
