"""Lists in columns or between commas, in running text."""

import pytest
from holdback.people.recognition.aligned_lists import aligned_tables
from holdback.people.recognition.text import digits_of
from people.corpus.invented import people

_PEOPLE = people("en", 8)
_ROWS = [[p.name, p.phone, p.town] for p in _PEOPLE]
_BIRTHS = [[p.name, p.born] for p in _PEOPLE]


def _tables(lines: list[str]) -> list[list[list[str]]]:
    text = "\n".join(lines)
    return [[list(row) for row in table.rows] for table in aligned_tables(text, digits_of(text))]


@pytest.mark.parametrize(
    ("lines", "tables"),
    [
        ([f"{name:<30}{phone:<20}{town}" for name, phone, town in _ROWS], [_ROWS]),
        (["\t".join(row) for row in _ROWS], [_ROWS]),
        ([", ".join(row) for row in _ROWS], [_ROWS]),
        ([f"* {name} – {born}" for name, born in _BIRTHS], [_BIRTHS]),
        ([f"> {name}; {born}" for name, born in _BIRTHS], [_BIRTHS]),
        ([*map(", ".join, _BIRTHS), *["a, b, c"] * 4, *["a, b, c, d"] * 4], [_BIRTHS]),
        (["Members:", "", *("\t".join(row) for row in _ROWS), "", "a, b", "c, d"], [_ROWS]),
    ],
)
def test_lists(lines: list[str], tables: list[list[list[str]]]) -> None:
    """Blanks, tabs, commas, semicolons or dashes between the cells; bullets and `>` do not count."""
    assert _tables(lines) == tables


@pytest.mark.parametrize(
    "lines",
    [
        ["\t".join(row) for row in _ROWS[:7]],
        [f"{p.name}, {p.email}, {p.phone}" for p in _PEOPLE],
        [f"{p.name}, {p.town}" for p in _PEOPLE],
        [f"{p.name} {p.phone}" for p in _PEOPLE],
        [*(", ".join(row) for row in _BIRTHS), *(", ".join("x" * size) for size in range(3, 12))],
        [f"{p.name}\t{p.phone}\t{'x' * 200}" for p in _PEOPLE],
    ],
    ids=["too few", "with addresses", "no numbers", "no gaps", "of many widths", "long lines"],
)
def test_no_lists(lines: list[str]) -> None:
    """Fewer than eight lines alike, lines with an address, without numbers, or too long."""
    assert _tables(lines) == []
