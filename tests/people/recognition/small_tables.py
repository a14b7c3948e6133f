"""Small tables of invented people, their layout in words, and the values to make them of."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from holdback.people.recognition.scoring import SCORING, Scoring
from holdback.people.recognition.table_layout import layout
from people.corpus.invented import card, iban, people

Rows = Sequence[Sequence[str]]


def in_words(rows: Rows, scoring: Scoring = SCORING) -> str:
    """The layout of a table, `1 above, NAME 0+2: 20, EMAIL 3: 4`: rows above, columns, rows with a value."""
    found = layout(rows, scoring=scoring)
    body = rows[found.body :]
    sources = [
        (source.field.name, source.columns, sum(bool(source.parse(" ".join(cells))) for cells in joined))
        for source in found.sources
        for joined in [[[row[at] for at in source.columns if at < len(row)] for row in body]]
    ]
    words = [f"{name} {'+'.join(map(str, columns))}: {count}" for name, columns, count in sources]
    return ", ".join([f"{found.body} above", *words])


def table(header: str, *columns: Iterable[str]) -> Rows:
    """A table of columns; `header` is written with `|` between its words, empty for none."""
    rows = list(zip_longest(*columns, fillvalue=""))
    return [header.split("|"), *rows] if header else rows


PEOPLE = people("en", 25)
NAMES = [person.name for person in PEOPLE][:20]
GIVEN = [
    "Imogen", "Hugh", "Beatrix", "Rupert", "Nigel", "Tamsin", "Alfred", "Maisie", "Gareth", "Philippa",
    "Edmund", "Rosalind",
]  # fmt: skip
EMAILS = [person.email for person in PEOPLE][:20]
NUMBERED = [f"m{number:02}@x.example" for number in range(70)]
PHONES = [f"+44 20 7946 {number * 37 + 1000}" for number in range(20)]
STREETS = [f"{number} Orchard Lane" for number in range(1, 21)]
IBANS = [iban(f"37040044{number:010}") for number in range(20)]
CARDS = [card(f"411111{number:09}") for number in range(20)]
PERMITS = [f"A-{number}" for number in range(5001, 5021)]
SSNS = [f"123-45-67{number}" for number in range(10, 30)]
BIRTHS = [person.born for person in PEOPLE]
GRADES = [f"{number},{tenth}" for number in range(1, 5) for tenth in (0, 3, 5, 7, 9)]
DISEASES = [f"{letter}{number}.{number % 10}" for number in (10, 31, 45, 72) for letter in "EFJKM"]
MAILBOXES = [f"{person.name} <{person.email}>" for person in PEOPLE]
ROOMS = [f"Room {number}" for number in range(20)]
DATES = [f"0{number % 9 + 1}.0{number % 7 + 1}." for number in range(20)]
WORDS = [
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "kelp", "larch",
    "maple", "north", "ocean", "pearl", "quartz", "ridge", "slate", "thorn", "umber", "vapor", "wharf",
    "xenon", "yield", "zinc",
]  # fmt: skip
"""Words that are nobody's name."""
SINGLE = [word.title() for word in WORDS]
CODES = [f"x{number}" for number in range(25)]
REMARKS = [f"see the file of {word}" for word in WORDS]
WARES = [f"{one} {other}".title() for one, other in zip(WORDS, reversed(WORDS), strict=True)]
"""Shaped as full names, and nobody's."""


def some(values: Sequence[str], count: int, others: Sequence[str] = REMARKS, size: int = 20) -> list[str]:
    """`count` of the values, and others up to `size`."""
    return [*values[:count], *others[: size - count]]


def born(*years: int) -> list[str]:
    return [f"{day}{year}" for day, year in zip(DATES, years, strict=False)]


def cycle(values: Sequence[str], size: int = 20) -> list[str]:
    return [values[number % len(values)] for number in range(size)]


def remarks(size: int) -> list[str]:
    """Different remarks."""
    return [f"remark {WORDS[row % 25]} {WORDS[row // 25]}" for row in range(size)]
