"""Partition of entries into buckets, and their encoding."""

import numpy as np
from holdback.trail.segments import (
    Entries,
    bits_for,
    bucket_key,
    bucket_of,
    concatenate,
    partition,
    select_numbers,
)
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(st.tuples(NUMBERS, st.integers(0, 2**32 - 1), st.integers(0, 255)))


def entries(rows: list[tuple[int, int, int]]) -> Entries:
    numbers, disclosures, places = zip(*rows, strict=True) if rows else ((), (), ())
    return Entries(np.array(numbers, np.int64), np.array(disclosures, np.uint32), np.array(places, np.uint8))


def rows_of(found: Entries) -> list[tuple[int, int, int]]:
    columns = (found.numbers.tolist(), found.disclosures.tolist(), found.places.tolist())
    return list(zip(*columns, strict=True))


@given(ROWS.filter(bool), st.integers(0, 16))
def test_partition(rows: list[tuple[int, int, int]], bits: int) -> None:
    """Each entry is in its bucket exactly once; buckets are ordered and not empty."""
    made = list(partition(entries(rows), bits))
    assert sorted(row for _, inside in made for row in rows_of(inside)) == sorted(rows)
    assert [bucket for bucket, _ in made] == sorted({bucket_of(number, bits) for number, _, _ in rows})
    assert all(
        bucket_of(number, bits) == bucket for bucket, inside in made for number, _, _ in rows_of(inside)
    )


@given(ROWS)
def test_encoding_round_trip(rows: list[tuple[int, int, int]]) -> None:
    """13 bytes an entry, the same on every machine."""
    columns = entries(rows).columns()
    assert sum(map(len, columns.values())) == 13 * len(rows)
    assert rows_of(Entries.from_columns(**columns)) == rows


@given(ROWS, st.sets(NUMBERS, min_size=1), st.data())
def test_select_numbers(rows: list[tuple[int, int, int]], wanted: set[int], data: st.DataObject) -> None:
    """Exactly the wanted entries, in order."""
    if rows:
        wanted = wanted | data.draw(st.sets(st.sampled_from([number for number, _, _ in rows])))
    found = select_numbers(entries(rows), np.array(sorted(wanted), np.int64))
    assert rows_of(found) == [row for row in rows if row[0] in wanted]


def test_concatenate() -> None:
    """Offsets count from the first row."""
    one = concatenate([(7, entries([(5, 0, 1), (6, 2, 1)])), (10, entries([(5, 1, 0)]))])
    assert rows_of(one) == [(5, 0, 1), (6, 2, 1), (5, 4, 0)]


def test_bucket_sizes_and_keys() -> None:
    """32 to 64 entries a bucket; keys are unique in the largest segments."""
    assert [bits_for(count) for count in (0, 1, 63, 64, 250_000, 1_000_000)] == [0, 0, 0, 1, 12, 14]
    assert bucket_key(1, bucket_of(-1, bits_for(1 << 40))) == bucket_key(2, 0) - 1
