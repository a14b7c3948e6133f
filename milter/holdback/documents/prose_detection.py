"""Distinguish table rows from prose, code and logs whose lines have equal numbers of delimiters."""

import re
from collections.abc import Iterable

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
    given = [bool(answer) for answer in answers]
    return sum(given) * 2 >= len(given)
