"""Build the customer index from the rows of a list: hash, join into persons, sort, write.

Values are kept only while their batch is hashed. Memory: one gigabyte for 20 million identifiers.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from holdback.customer_list.hashed_columns import hash_rows
from holdback.customer_list.persons import persons_of
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers.index import Arrays, bucket_of
from holdback.people.customers.index_file import write
from holdback.people.customers.index_info import IndexInfo
from holdback.people.pseudonyms import LABELS, Pseudonyms

_IN_A_BUCKET = 4
"""Binary logarithm of the numbers in a bucket, about."""
_MOST_BITS = 20


def build(path: Path, rows: Iterable[RowBatch], pseudonyms: Pseudonyms, made: Origin) -> IndexInfo:
    """Build the index of `rows`, write it to `path` atomically and return its description.

    Raises OSError, and any exception of `rows`; an existing file is then unchanged.
    """
    hashed = hash_rows(rows, pseudonyms, made.region)
    empty = hashed.count_empty()
    found = persons_of(hashed.names, hashed.columns)
    info = IndexInfo(
        numbers=len(found.numbers),
        people=found.people,
        rows=hashed.rows,
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
    """Return the index columns for sorted numbers and their persons, with the start of each bucket."""
    bits = min(max(len(numbers).bit_length() - _IN_A_BUCKET, 1), _MOST_BITS)
    starts = np.zeros(2**bits + 1, dtype=np.uint32)
    np.cumsum(np.bincount(bucket_of(numbers, bits), minlength=2**bits), out=starts[1:])
    return Arrays(numbers, persons, starts)
