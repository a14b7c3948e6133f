"""Which entries are customers', and whose: what some thousands of entries say about who they are.

An e-mail address or a phone number is evidence enough, or two fields of one person: name and postcode, name
and customer id, customer id and login. Alone, a short number or a login is anybody's.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.people.fields import canonical
from holdback.people.fields.cells import postcode
from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field
from holdback.people.subjects.lookup import NOBODY, SEVERAL, Column, Persons, Register

_COMPANIONS = 3
"""So many different people beside one address or number, and it does not tell whose entry that is."""

Rows = NDArray[np.bool_]
"""For each entry whether something is true of it."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What entries have that the index can be asked for; every column empty, or one value for each entry."""

    emails: Sequence[Sequence[str]] = ()
    """Keys of addresses, the best column first; empty where an address is one of ours or a partner's."""
    phones: Sequence[Sequence[str]] = ()
    """As written."""
    ids: Sequence[str] = ()
    logins: Sequence[str] = ()
    names: Sequence[str] = ()
    postcodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose the entries are."""

    persons: Persons
    several: dict[int, frozenset[int]]
    """Entry → the customers it may mean, where `persons` says SEVERAL."""
    own: Rows
    """True for what belongs to somebody who takes part in the message."""
    beside: tuple[frozenset[int], ...]
    """Whose the values are that stand beside several people; each group means one."""
    emails: Sequence[Column]
    phones: Sequence[Column]
    ids: Column | None
    pairs: Sequence[Column]
    """Two fields of one person, where nothing else tells who it is."""


def recognise(clues: Clues, register: Register, size: int) -> Recognised:
    """Whose the `size` entries are, of those in the index."""
    emails, phones, ids = _looked_up(clues, register)
    columns, beside = _told_apart(emails, phones, clues)
    persons = _first(columns, np.full(size, NOBODY, np.int64))
    pairs = list(_of_two(clues, ids, persons < 0, register)) if (persons < 0).any() else []
    persons, columns = _first(pairs, persons), [*columns, *pairs]
    several = {int(entry): _meant(int(entry), columns) for entry in np.flatnonzero(persons == SEVERAL)}
    for entry, group in several.items():
        persons[entry] = SEVERAL if len(group) > 1 else min(group)
    several = {entry: group for entry, group in several.items() if len(group) > 1}
    own = np.zeros(size, np.bool_)
    if (persons != NOBODY).any() and register.own:
        own = np.isin(persons, list(register.own))
        own[[entry for entry, group in several.items() if group & register.own]] = True
    return Recognised(persons, several, own, beside, emails, phones, ids, pairs)


def _looked_up(clues: Clues, register: Register) -> tuple[list[Column], list[Column], Column | None]:
    """Every column for its own, addresses first: one question to the index for all of them."""
    asked = [(Field.EMAIL, column) for column in clues.emails]
    asked += [(Field.PHONE, register.spelled(column)) for column in clues.phones]
    if clues.ids:
        asked.append((Field.ID, list(map(canonical.customer_id, clues.ids))))
    found = register.look_up(*asked)
    mails, phones = len(clues.emails), len(clues.emails) + len(clues.phones)
    return found[:mails], found[mails:phones], found[-1] if clues.ids else None


def _first(columns: Iterable[Column], persons: Persons) -> Persons:
    """`persons`, and where they are nobody, whom the first of the `columns` that knows the entry says."""
    for column in columns:
        persons = np.where(persons == NOBODY, column.first, persons)
    return persons


def _meant(entry: int, columns: Iterable[Column]) -> frozenset[int]:
    """Whom all fields of the entry mean; of two that contradict each other the first one wins."""
    meant = frozenset[int]()
    for column in columns:
        persons = column.persons(entry)
        meant = (meant & persons) or meant or persons
    return meant


def _told_apart(
    emails: Sequence[Column], phones: Sequence[Column], clues: Clues
) -> tuple[list[Column], tuple[frozenset[int], ...]]:
    """The columns that know anybody, without what stands beside several people, and whose that is."""
    columns, beside = [], set[frozenset[int]]()
    for column, others in ((emails, phones), (phones, emails)):
        for one in column:
            hits = np.flatnonzero(one.first != NOBODY)
            if not len(hits):
                continue
            other: Sequence[Hashable] = others[0].numbers.tolist() if others else clues.ids
            rows = beside_several(hits.tolist(), one.numbers[hits].tolist(), clues.names or other)
            beside.update(one.persons(row) for row in rows)
            columns.append(_without(one, rows))
    return columns, tuple(beside)


def beside_several(rows: Sequence[int], values: Sequence[Hashable], witness: Sequence[Hashable]) -> list[int]:
    """Those of the `rows` whose value stands beside several different witnesses: an agent, a switchboard.

    values: one for each of the `rows`. witness: one for each entry, or empty if there is none.
    """
    counts = Counter(values)
    if not witness or max(counts.values(), default=0) < _COMPANIONS:
        return []
    companions: dict[Hashable, set[Hashable]] = defaultdict(set)
    for row, value in zip(rows, values, strict=True):
        if witness[row] and counts[value] >= _COMPANIONS:
            companions[value].add(witness[row])
    several = {value for value, others in companions.items() if len(others) >= _COMPANIONS}
    return [row for row, value in zip(rows, values, strict=True) if value in several]


def _without(column: Column, rows: Sequence[int]) -> Column:
    if not rows:
        return column
    first = column.first.copy()
    first[rows] = NOBODY
    return Column(column.numbers, first, column.several)


def _of_two(clues: Clues, ids: Column | None, open_: Rows, register: Register) -> Iterator[Column]:
    """What two fields together say about the `open_` entries, of which no address or phone says it."""
    if ids and clues.names:
        rows = np.flatnonzero(open_ & (ids.first != NOBODY))
        values = [canonical.name_and_id(clues.names[row], clues.ids[row]) for row in rows.tolist()]
        yield _spread(register.look_up((NAME_AND_ID, values))[0], rows, len(open_))
    if clues.names and clues.postcodes:
        rows = np.flatnonzero(open_)
        pairs = [(clues.names[row], postcode(clues.postcodes[row])) for row in rows.tolist()]
        values = [canonical.name_and_postcode(*pair) for pair in pairs]
        yield _spread(register.look_up((NAME_AND_POSTCODE, values))[0], rows, len(open_))
    if ids and clues.logins:
        rows = np.flatnonzero(open_ & (ids.first != NOBODY))
        values = [canonical.login(clues.logins[row]) for row in rows.tolist()]
        logins = _spread(register.look_up((Field.LOGIN, values))[0], rows, len(open_))
        yield _both(ids, logins)


def _both(one: Column, other: Column) -> Column:
    """Where two columns agree."""
    first = np.full(len(one.first), NOBODY, np.int64)
    several = {}
    for row in np.flatnonzero((one.first != NOBODY) & (other.first != NOBODY)).tolist():
        agreed = one.persons(row) & other.persons(row)
        if agreed:
            first[row] = SEVERAL if len(agreed) > 1 else min(agreed)
            several[row] = agreed
    return Column(one.numbers, first, several)


def _spread(column: Column, rows: NDArray[np.int64], size: int) -> Column:
    """A column for `rows` as one for all entries."""
    numbers, first = np.zeros(size, np.int64), np.full(size, NOBODY, np.int64)
    numbers[rows], first[rows] = column.numbers, column.first
    return Column(numbers, first, {int(rows[row]): group for row, group in column.several.items()})
