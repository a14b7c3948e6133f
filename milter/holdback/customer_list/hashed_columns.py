"""Hash a customer list, batch by batch, into one column of pseudonyms for each kind of identifier."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.customer_list.rows import RowBatch
from holdback.people.fields import phones
from holdback.people.fields.canonical import customer_id, email, login, name, with_id, with_postcode
from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field
from holdback.people.pseudonyms import LABELS, Pseudonyms

_Growing = tuple["array[int]", "array[int]"]


@dataclass(frozen=True, slots=True)
class HashedColumn:
    """The pseudonyms of one kind of identifier, and the row of each."""

    numbers: NDArray[np.int64]
    rows: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class HashedList:
    """A hashed customer list."""

    rows: int
    names: NDArray[np.int64]
    """Pseudonym of each row's name; 0 if it has none."""
    columns: dict[Field, HashedColumn]

    def count_empty(self) -> int:
        """Return the number of rows without any identifier."""
        given = np.zeros(self.rows, dtype=bool)
        for column in self.columns.values():
            given[column.rows] = True
        return self.rows - int(given.sum())


def hash_rows(batches: Iterable[RowBatch], pseudonyms: Pseudonyms, region: str) -> HashedList:
    """Hash all rows; `region` is the country of phone numbers without a country code."""
    kinds = (kind for kind in LABELS if kind not in (Field.DOMAIN, Field.PAIR))
    found: dict[Field, _Growing] = {kind: (array("q"), array("I")) for kind in kinds}
    names, count = array("q"), 0
    for batch in batches:
        keys = list(map(name, batch.names)) or [""] * batch.count
        # A name alone is not an identifier; it only distinguishes the rows of this list.
        names.extend(pseudonyms.numbers(NAME_AND_ID, keys))
        for kind, values in _values(batch, keys, region):
            numbers = np.array(pseudonyms.numbers(kind, values), dtype=np.int64)
            rows = np.flatnonzero(numbers)
            found[kind][0].frombytes(numbers[rows].tobytes())
            found[kind][1].frombytes((rows + count).astype(np.uint32).tobytes())
        count += batch.count
    columns = {
        kind: HashedColumn(np.frombuffer(numbers, np.int64), np.frombuffer(rows, np.uint32))
        for kind, (numbers, rows) in found.items()
    }
    return HashedList(count, np.frombuffer(names, np.int64), columns)


def _values(batch: RowBatch, names: list[str], region: str) -> Iterator[tuple[Field, Iterable[str]]]:
    for column in (*batch.emails, batch.logins):  # Logins are often e-mail addresses.
        yield Field.EMAIL, map(email, column)
    for column in batch.phones:
        yield Field.PHONE, [phones.canonical(written, region) for written in column]
    ids = list(map(customer_id, batch.ids))
    yield Field.ID, ids
    yield Field.LOGIN, map(login, batch.logins)
    yield NAME_AND_POSTCODE, map(with_postcode, names, batch.postcodes)
    yield NAME_AND_ID, map(with_id, names, ids)
