"""Small customer lists, and the pseudonyms of their identifiers."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import Index, load
from holdback.people.fields.canonical import customer_id, email, login, name_and_id, name_and_postcode
from holdback.people.fields.kinds import Field
from holdback.people.fields.phones import canonical as phone
from holdback.people.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms(b"k" * 32)
MADE = Origin(at=1_700_000_000, source="customers.csv", region="DE")


class Row(NamedTuple):
    """One row as written."""

    email: str = ""
    phone: str = ""
    id: str = ""
    login: str = ""
    name: str = ""
    postcode: str = ""
    second_email: str = ""


def batch(rows: Sequence[Row]) -> RowBatch:
    """Return the rows as columns."""
    columns = {field: [getattr(row, field) for row in rows] for field in Row._fields}
    return RowBatch(
        len(rows),
        emails=[columns["email"], columns["second_email"]],
        phones=[columns["phone"]],
        ids=columns["id"],
        logins=columns["login"],
        names=columns["name"],
        postcodes=columns["postcode"],
    )


def index_of(rows: Sequence[Row], path: Path, pseudonyms: Pseudonyms = PSEUDONYMS) -> Index:
    """Build the index of `rows` in two batches and load it from `path`."""
    half = len(rows) // 2
    build(path, [batch(rows[:half]), batch(rows[half:])], pseudonyms, MADE)
    return load(path, pseudonyms.key_id)


def numbers_of(row: Row) -> dict[Field | str, int]:
    """Return the pseudonyms of a row by kind."""
    values = {
        Field.EMAIL: email(row.email),
        Field.PHONE: phone(row.phone, MADE.region),
        Field.ID: customer_id(row.id),
        Field.LOGIN: login(row.login),
        Field.NAME | Field.POSTCODE: name_and_postcode(row.name, row.postcode),
        Field.NAME | Field.ID: name_and_id(row.name, row.id),
    }
    found = {kind: PSEUDONYMS.number(kind, value) for kind, value in values.items() if value}
    if email(row.second_email):
        found["second"] = PSEUDONYMS.number(Field.EMAIL, email(row.second_email))
    return found


def persons_at(index: Index, kind: Field, value: str) -> tuple[int, ...]:
    """Return the persons of one normalised value."""
    return index.persons(PSEUDONYMS.number(kind, value))
