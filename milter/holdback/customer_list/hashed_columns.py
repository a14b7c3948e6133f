"""A customer list as numbers: what each row gave of each kind, hashed batch by batch."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.people.customers.values import Rows
from holdback.people.fields import phones
from holdback.people.fields.canonical import customer_id, email, login, name, with_id, with_postcode
from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field
from holdback.people.pseudonyms import LABELS, Pseudonyms

_Growing = tuple["array[int]", "array[int]"]


@dataclass(frozen=True, slots=True)
class Entries:
    """The numbers of one kind, and beside each the row that gave it."""

    numbers: NDArray[np.int64]
    rows: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole list."""

    rows: int
    names: NDArray[np.int64]
    """For each row a number for its name, 0 if it has none."""
    entries: dict[Field, Entries]

    def empty(self) -> int:
        """How many rows gave nothing to find their people by."""
        given = np.zeros(self.rows, dtype=bool)
        for entries in self.entries.values():
            given[entries.rows] = True
        return self.rows - int(given.sum())


def collect(batches: Iterable[Rows], pseudonyms: Pseudonyms, region: str) -> Columns:
    """The numbers of all rows; `region` is where phone numbers without a country code belong."""
    kinds = (kind for kind in LABELS if kind not in (Field.DOMAIN, Field.PAIR))
    found: dict[Field, _Growing] = {kind: (array("q"), array("I")) for kind in kinds}
    names, count = array("q"), 0
    for batch in batches:
        keys = list(map(name, batch.names)) or [""] * batch.count
        # A name alone is no identifier: its numbers only tell the rows of this list apart.
        names.extend(pseudonyms.numbers(NAME_AND_ID, keys))
        for kind, values in _values(batch, keys, region):
            numbers = np.array(pseudonyms.numbers(kind, values), dtype=np.int64)
            rows = np.flatnonzero(numbers)
            found[kind][0].frombytes(numbers[rows].tobytes())
            found[kind][1].frombytes((rows + count).astype(np.uint32).tobytes())
        count += batch.count
    entries = {
        kind: Entries(np.frombuffer(numbers, np.int64), np.frombuffer(rows, np.uint32))
        for kind, (numbers, rows) in found.items()
    }
    return Columns(count, np.frombuffer(names, np.int64), entries)


def _values(batch: Rows, names: list[str], region: str) -> Iterator[tuple[Field, Iterable[str]]]:
    for column in (*batch.emails, batch.logins):  # Many a login is an e-mail address.
        yield Field.EMAIL, map(email, column)
    for column in batch.phones:
        yield Field.PHONE, [phones.canonical(written, region) for written in column]
    ids = list(map(customer_id, batch.ids))
    yield Field.ID, ids
    yield Field.LOGIN, map(login, batch.logins)
    yield NAME_AND_POSTCODE, map(with_postcode, names, batch.postcodes)
    yield NAME_AND_ID, map(with_id, names, ids)
