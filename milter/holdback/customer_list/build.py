"""Making the customer index of a list: hashed at once, joined into persons, sorted, written.

No value of the list outlives its batch of rows; twenty million identifiers take a gigabyte meanwhile.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from holdback.customer_list.hashed_columns import collect
from holdback.customer_list.persons import persons_of
from holdback.people.customers.index import bucket_of
from holdback.people.customers.index_file import write
from holdback.people.customers.values import Arrays, Info, Made, Rows
from holdback.people.pseudonyms import LABELS, Pseudonyms

_IN_A_BUCKET = 4
"""The logarithm of how many numbers share a bucket, about."""
_MOST_BITS = 20


def build(path: Path, rows: Iterable[Rows], pseudonyms: Pseudonyms, made: Made) -> Info:
    """Builds the index of `rows` and puts it in the place of whatever `path` was.

    `persons` tells which rows are one person. Raises OSError, and whatever `rows` raises; then the old file
    is as it was.
    """
    columns = collect(rows, pseudonyms, made.region)
    empty = columns.empty()
    found = persons_of(columns.names, columns.entries)
    info = Info(
        numbers=len(found.numbers),
        people=found.people,
        rows=columns.rows,
        empty=empty,
        dropped=found.dropped,
        made_at=made.at,
        source=made.source,
        region=made.region,
        key_id=pseudonyms.key_id,
        bytes=0,
        kinds={LABELS[kind]: count for kind, count in found.kinds.items()},
    )
    return write(path, arrays_of(found.numbers, found.persons), info)


def arrays_of(numbers: NDArray[np.int64], persons: NDArray[np.uint32]) -> Arrays:
    """The sorted numbers and their persons, and where each bucket of them begins."""
    bits = min(max(len(numbers).bit_length() - _IN_A_BUCKET, 1), _MOST_BITS)
    starts = np.zeros(2**bits + 1, dtype=np.uint32)
    np.cumsum(np.bincount(bucket_of(numbers, bits), minlength=2**bits), out=starts[1:])
    return Arrays(numbers, persons, starts)
