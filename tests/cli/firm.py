"""A firm that has customers, and their lists as its CRM exports them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.key import load_key
from holdback.mail.address import address
from holdback.people.customers import load
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms
from rig.people import HEADINGS, Person


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm with an index, perhaps."""

    folder: Path

    @property
    def index(self) -> Path:
        return self.folder / "customers.idx"

    def knows(self, persons: Sequence[Person]) -> int:
        """How many of them are customers by their addresses."""
        pseudonyms = Pseudonyms(load_key(self.folder))
        index = load(self.index, pseudonyms.key_id)
        numbers = pseudonyms.numbers(Field.EMAIL, [address(person.email).key for person in persons])
        return int((index.look_up(numbers).first >= 0).sum())

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


def table(persons: Sequence[Person], language: str = "en") -> list[tuple[str, ...]]:
    return [HEADINGS[language], *[person.row for person in persons]]


def delimited(persons: Sequence[Person], language: str = "en", delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(row) for row in table(persons, language)) + "\n"


def json_lines(persons: Sequence[Person]) -> str:
    lines = (
        {"name": person.name, "contact": {"email": person.email, "tel": person.phone}} for person in persons
    )
    return "".join(json.dumps(line) + "\n" for line in lines)
