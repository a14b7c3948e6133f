"""Headings that do not help: whoever is counted without headings is counted below any that say nothing."""

import csv
import io
from collections.abc import Callable, Iterator

import pytest
from holdback.people.recognition.columns import header_row
from people.corpus import hits
from people.corpus.invented import people
from rig.opening import people_in_rows

NONSENSE = ["qwx", "zrb", "mnt", "plk", "vdf", "hjs", "tgb", "wsx", "edc", "rfv", "yhn", "ujm"]
HEADINGS: dict[str, Callable[[int], str]] = {
    "Column1": lambda number: f"Column{number + 1}",
    "Field_1": lambda number: f"Field_{number + 1}",
    "Unnamed: 0": lambda number: f"Unnamed: {number}",
    "Spalte 1": lambda number: f"Spalte {number + 1}",
    "F1": lambda number: f"F{number + 1}",
    "nonsense": lambda number: NONSENSE[number % len(NONSENSE)],
}


def bodies() -> Iterator[tuple[str, list[list[str]]]]:
    """Name and rows without headings of the tables in the corpus that have headings."""
    for name, text in hits.TABLES.items():
        for delimiter in ",;\t|":
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
            if len(rows) >= hits.PEOPLE and min(map(len, rows[-hits.PEOPLE :])) > 1 and header_row(rows):
                yield name, rows[-hits.PEOPLE :]
                break


BODIES = dict(bodies())


@pytest.mark.parametrize("name", BODIES)
def test_nobody_disappears(name: str) -> None:
    """Replaced by generic words or nonsense, a heading loses nobody whose values speak for themselves."""
    rows = BODIES[name]
    alone = people_in_rows(rows)
    for kind, heading in HEADINGS.items():
        header = [heading(number) for number in range(len(rows[0]))]
        assert people_in_rows([header, *rows]) >= alone, kind


@pytest.mark.parametrize(
    "values",
    [
        [f"Lamp {number}" for number in range(100, 140)],
        [f"40{number * 7919 % 10**6:06}{number:05}" for number in range(100, 140)],
        [f"{number}.{number % 7}0" for number in range(100, 140)],
        [f"2024-00{number}" for number in range(100, 140)],
    ],
    ids=["models", "article numbers", "prices", "invoice numbers"],
)
@pytest.mark.parametrize("heading", ["Description", "Artikel", "qwx"])
def test_people_beside_something_else(heading: str, values: list[str]) -> None:
    """Names and what is no second field of a record: who ordered what."""
    named = [
        [f"{person.given} {person.family}", value]
        for person, value in zip(people("de", 40), values, strict=True)
    ]
    assert people_in_rows([["Name", heading], *named]) == 0


def test_the_values_of_many_speak_for_themselves() -> None:
    """Else the test above would prove little."""
    found = [people_in_rows(rows) for rows in BODIES.values()]
    assert sum(count >= hits.PEOPLE * 0.9 for count in found) >= len(BODIES) * 0.7
