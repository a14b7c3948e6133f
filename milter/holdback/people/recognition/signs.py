"""The cheap signs of people in running text: long numbers, and lines that begin or end with a digit."""

from typing import NamedTuple

_HANDFUL = 5
"""Fewer numbers than this in a message without addresses cannot be a list of people."""
_TO_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x0A if byte == 0x0A else 0x78 for byte in range(256))
_BETWEEN_DIGITS = b" ()/.-+\r"
_SIX_DIGITS = b"000000"


class Signs(NamedTuple):
    """How many signs of people one text has, or several together."""

    numbers: int = 0
    """Long numbers (`long_numbers`)."""
    edges: int = 0
    """Lines that begin or end with a digit (`street_edges`)."""
    columns: int = 0
    """Columns of small tables: each may be a letter, a form or one person's."""

    def with_text(self, digits: bytes) -> "Signs":
        """These and those of one more text, given as its `digits_of`."""
        return Signs(self.numbers + long_numbers(digits), self.edges + street_edges(digits), self.columns)

    @property
    def may_list(self) -> bool:
        """True if so many numbers may be a list of people."""
        return self.numbers >= _HANDFUL

    @property
    def has_streets(self) -> bool:
        """True if so many lines may be a list of postal addresses."""
        return self.edges >= 2 * _HANDFUL

    @property
    def has_columns(self) -> bool:
        """True if so many columns may be of one person each."""
        return self.columns >= _HANDFUL


NO_SIGNS = Signs()
MANY = Signs(_HANDFUL, 2 * _HANDFUL, _HANDFUL)
"""Enough of all."""


def digits_of(text: str) -> bytes:
    """The text with every digit as 0, all else as x, and marks within phone numbers and dates left out."""
    return text.encode("utf-8", "replace").translate(_TO_DIGITS, _BETWEEN_DIGITS)


def long_numbers(digits: bytes) -> int:
    """At most so many phones, accounts, cards and full dates are in a text, given as its `digits_of`."""
    return digits.count(_SIX_DIGITS)


def has_long_number(digits: bytes) -> bool:
    """True if one of them may be in a line, given as its `digits_of`."""
    return _SIX_DIGITS in digits


def numbered(digits: bytes) -> list[int]:
    """Numbers of the lines that may have one."""
    return [number for number, line in enumerate(digits.split(b"\n")) if _SIX_DIGITS in line]


def with_digits(digits: bytes) -> list[int]:
    """Numbers of the lines that have a digit."""
    return [number for number, line in enumerate(digits.split(b"\n")) if b"0" in line]


def street_edges(digits: bytes) -> int:
    """So many lines of a text, given as its `digits_of`, begin or end with a digit; twice if they do both."""
    return digits.count(b"\n0") + digits.count(b"0\n")
