"""The customer index alone: time, memory and disk of its making, and its look-ups, beside Python's own."""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import Index, IndexInfo, load
from holdback.people.fields.canonical import email
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms

_BATCH = 10_000
_A_ROW = 5
"""Identifiers of a row: e-mail, phone, id, name with postcode, name with id."""
_LOOK_UPS = 20_000
_IN_A_DICTIONARY = 2_000_000
_SYLLABLES = [consonant + vowel for consonant in "bdklmnrt" for vowel in "aeio"]
_PSEUDONYMS = Pseudonyms(bytes(range(32)))


def _word(number: int) -> str:
    return "".join(_SYLLABLES[number // 32**power % 32] for power in range(3)).title()


def rows(count: int, spent: list[float]) -> Iterator[RowBatch]:
    """So many invented customers; adds the seconds of inventing them to `spent`."""
    for first in range(0, count, _BATCH):
        start = time.perf_counter()
        numbers = range(first, min(first + _BATCH, count))
        names = [f"{_word(n * 7)} {_word(n * 31 + n // 1000)}" for n in numbers]
        batch = RowBatch(
            len(numbers),
            emails=[[f"Kunde.{n}@Customers{n % 997}.example" for n in numbers]],
            phones=[[f"+49 ({n % 800 + 200}) {n % 10_000_000:07}-{n // 10_000_000}" for n in numbers]],
            ids=[f"K{n:09}" for n in numbers],
            names=names,
            postcodes=[f"{n % 90_000 + 10_000}" for n in numbers],
        )
        spent.append(time.perf_counter() - start)
        yield batch


def _milliseconds(action: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _asked() -> np.ndarray:
    """Half of them in the index, half not, in no order."""
    random = np.random.default_rng(4)
    emails = next(rows(_LOOK_UPS // 2, [])).emails[0]
    known = _PSEUDONYMS.numbers(Field.EMAIL, map(email, emails))
    numbers = np.concatenate([known, random.integers(-(2**63), 2**63 - 1, _LOOK_UPS - len(known))])
    random.shuffle(numbers)
    return numbers


def _print_build(info: IndexInfo, seconds: float, busy: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"built     {info.numbers:,} numbers of {info.people:,} people in {seconds:.1f} s")
    print(
        f"          of it processor {busy:.1f} s, {1e6 * busy / info.numbers:.2f} us a number; the list apart"
    )
    print(f"          peak memory {peak:,.0f} MB")
    print(f"file      {info.bytes / 1e6:,.0f} MB, {info.bytes / info.numbers:.1f} bytes a number")


def _print_look_ups(index: Index) -> None:
    numbers = _asked()
    hits = int((index.look_up(numbers).first >= 0).sum())
    ours = _milliseconds(lambda: index.look_up(numbers))
    print(f"look-ups  {len(numbers):,} ({hits:,} hits) in {ours:.1f} ms")
    plain = np.random.default_rng(5).integers(-(2**63), 2**63 - 1, _IN_A_DICTIONARY).tolist()
    dictionary = dict.fromkeys(plain, 0)
    asked = numbers.tolist()
    theirs = _milliseconds(lambda: [dictionary.get(number, -1) for number in asked])
    print(
        f"          a dictionary of {_IN_A_DICTIONARY:,} in {theirs:.1f} ms: {ours / theirs:.2f} times that"
    )
    start = time.perf_counter()
    index.numbers_of([1, 2])
    print(f"person    all numbers of two in {1000 * (time.perf_counter() - start):.0f} ms")


def _print_baseline(info: IndexInfo, seconds: float) -> None:
    """What Python alone would need for the numbers only: `sorted()` of pairs, a million of them."""
    values = np.random.default_rng(6).integers(-(2**63), 2**63 - 1, 1_000_000).tolist()
    start = time.perf_counter()
    sorted(zip(values, range(len(values)), strict=True))
    plain = (time.perf_counter() - start) * info.numbers / len(values)
    print(f"          sorted() of as many pairs, nothing else: {plain:.0f} s, ratio {seconds / plain:.2f}")


def main() -> None:
    """Builds, loads, looks up, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--identifiers", type=int, default=1_000_000)
    count = parser.parse_args().identifiers
    with tempfile.TemporaryDirectory() as folder:
        path, inventing = Path(folder) / "customers.idx", [0.0]
        start, busy = time.perf_counter(), time.process_time()
        info = build(path, rows(count // _A_ROW, inventing), _PSEUDONYMS, Origin(0, "bench", "DE"))
        seconds = time.perf_counter() - start - sum(inventing)
        _print_build(info, seconds, time.process_time() - busy - sum(inventing))
        _print_baseline(info, seconds)
        start = time.perf_counter()
        index = load(path, _PSEUDONYMS.key_id)
        print(f"loaded    in {1000 * (time.perf_counter() - start):.0f} ms, checksum included")
        _print_look_ups(index)


if __name__ == "__main__":
    main()
