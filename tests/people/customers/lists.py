"""Small customer lists, and the pseudonyms of their identifiers."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import Index, load
from holdback.people.fields.canonical import customer_id, email, login, name_and_id, name_and_postcode, phone
from holdback.people.pseudonyms import Identifier, Pseudonyms

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


def numbers_of(row: Row) -> dict[Identifier | str, int]:
    """Return the pseudonyms of a row by kind."""
    values = {
        Identifier.EMAIL: email(row.email),
        Identifier.PHONE: phone(row.phone, MADE.region),
        Identifier.ID: customer_id(row.id),
        Identifier.LOGIN: login(row.login),
        Identifier.NAME_AND_POSTCODE: name_and_postcode(row.name, row.postcode),
        Identifier.NAME_AND_ID: name_and_id(row.name, row.id),
    }
    found = {kind: PSEUDONYMS.number(kind, value) for kind, value in values.items() if value}
    if email(row.second_email):
        found["second"] = PSEUDONYMS.number(Identifier.EMAIL, email(row.second_email))
    return found


def persons_at(index: Index, kind: Identifier, value: str) -> tuple[int, ...]:
    """Return the persons of one normalised value."""
    return index.persons(PSEUDONYMS.number(kind, value))
