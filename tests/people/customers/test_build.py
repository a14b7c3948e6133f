"""Joining rows into persons, compared with a slow reference, and values too common to identify a person."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import load
from holdback.people.fields.canonical import email, name
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms
from hypothesis import given, settings
from hypothesis import strategies as st
from people.customers.lists import MADE, PSEUDONYMS, Row, batch, index_of, numbers_of, persons_at
from rig.people import LANGUAGES, people

_ANN = Row("ann@x.example", "030 1234567", "K1", "ann", "Ann Smith", "10115")
_ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from(["", "", "a@x.example", "B@x.example", "b@x.example", "c@x.example"]),
        st.sampled_from(["", "", "030 1234567", "+49 30 1234567", "0171 7654321"]),
        st.sampled_from(["", "", "n/a", "K1", "k1", "K2", "K3"]),
        st.sampled_from(["", "", "", "ann", "bob"]),
        st.sampled_from(["", "Ann Smith", "SMITH, Ann", "Bob Smith", "Carl"]),
        st.sampled_from(["", "10115", "20095"]),
        st.sampled_from(["", "", "d@x.example", "a@x.example"]),
    ),
    max_size=8,
)


def _same(one: Row, other: Row, rows: Sequence[Row]) -> bool:
    """Return True if two rows of a list are directly one person."""
    left, right = numbers_of(one), numbers_of(other)
    both_named = name(one.name) and name(one.name) == name(other.name)
    if left.get(Field.LOGIN, 0) == right.get(Field.LOGIN, 1):
        return True
    shared = _mailboxes(one) & _mailboxes(other)
    dialled = left.get(Field.PHONE, 0) == right.get(Field.PHONE, 1)
    if both_named and dialled:
        return True
    numbered = left.get(Field.ID, 0) == right.get(Field.ID, 1)
    names = {name(row.name) for row in rows if numbers_of(row).get(Field.ID) == left.get(Field.ID)}
    if numbered and (shared or dialled or len(names - {""}) <= 1 or name(one.name) == name(other.name)):
        return True
    if any(len(_names_at(mailbox, rows)) <= 1 or name(one.name) == name(other.name) for mailbox in shared):
        return True
    return bool(left) and left == right and name(one.name) == name(other.name)


def _mailboxes(row: Row) -> set[str]:
    return {email(row.email), email(row.second_email)} - {""}


def _names_at(mailbox: str, rows: Sequence[Row]) -> set[str]:
    return {name(row.name) for row in rows if mailbox in _mailboxes(row)} - {""}


def _people(rows: Sequence[Row]) -> list[int]:
    """Return the person of each row by comparing all pairs of rows."""
    person = list(range(len(rows)))
    for one, other in combinations(range(len(rows)), 2):
        if _same(rows[one], rows[other], rows) and person[one] != person[other]:
            person = [person[one] if number == person[other] else number for number in person]
    return person


@pytest.mark.slow
@given(rows=_ROWS)
@settings(max_examples=150, deadline=None)
def test_persons_equal_the_reference(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each identifier leads to exactly the persons whose rows contain it."""
    index = index_of(rows, tmp_path_factory.getbasetemp() / "plain.idx")
    expected = defaultdict(set)
    for row, person in zip(rows, _people(rows), strict=True):
        for number in numbers_of(row).values():
            expected[number].add(person)
    renamed: dict[int, set[int]] = defaultdict(set)
    for number, persons in expected.items():
        found = index.persons(number)
        assert len(persons) == len(set(found)) == len(found)
        for person in persons:
            renamed[person] = renamed[person] & set(found) if person in renamed else set(found)
    assert all(renamed.values())
    assert index.info.people == len(renamed)
    assert index.info.empty == sum(not numbers_of(row) for row in rows)


@pytest.mark.slow
@given(rows=_ROWS, chance=st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_list_changes_nothing(
    rows: list[Row], chance: random.Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The file is identical, so it does not reveal who was a customer first."""
    folder = tmp_path_factory.getbasetemp()
    index_of(rows, folder / "one.idx")
    index_of(chance.sample(rows, len(rows)), folder / "other.idx")
    assert (folder / "one.idx").read_bytes() == (folder / "other.idx").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_and_strangers(language: str, tmp_path: Path) -> None:
    """1,000 people of any language are one person each; the next 1,000 are not found."""
    invented = people(2_000, language)
    rows = [
        Row(one.email, one.phone, f"K{n}", "", one.name, f"{10_000 + n}") for n, one in enumerate(invented)
    ]
    index = index_of(rows[:1_000], tmp_path / "customers.idx")
    for row in rows[:1_000]:
        assert 1 == len({index.persons(number) for number in numbers_of(row).values()})
    strangers = [number for row in rows[1_000:] for number in numbers_of(row).values()]
    assert 1_000 == index.info.people
    assert (index.look_up(strangers).first == -1).all()


@pytest.mark.parametrize(
    ("other", "people"),
    [
        (_ANN, 1),
        (_ANN._replace(id="K2", login="ann2"), 1),
        (_ANN._replace(id="K2", login="", email="", postcode="20095"), 1),
        (Row(email="ANN@x.example", id="K9"), 1),
        (Row(login="ANN", name="A. Smith"), 1),
        (Row(login="ann@x.example", id="K9"), 1),
        (Row(id="K1", name="A. Smith", email="ann@x.example"), 1),
        (Row(id="K1", name="A. Smith", phone="+49 30 1234567"), 1),
        (Row(id="K1", name="Bob Reid", email="bob@x.example"), 2),
        (Row(id="k1", email="ann@new.example"), 1),
        (Row(email="ann@x.example", name="Bob Smith"), 2),
        (Row(phone="+49 30 1234567", name="Bob Smith"), 2),
        (Row(phone="+49 30 1234567", email="kid@x.example"), 2),
        (Row(name="Ann Smith", postcode="10115", email="ann@y.example"), 2),
    ],
)
def test_one_person_or_two(other: Row, people: int, tmp_path: Path) -> None:
    """Several rows of one person are joined; a shared mailbox, a family's phone and a namesake are not."""
    assert people == index_of([_ANN, other], tmp_path / "customers.idx").info.people


def test_a_family_s_phone_points_to_each_of_them(tmp_path: Path) -> None:
    """A shared number leads to all its persons."""
    family = [
        Row(phone="030 1234567", id=f"K{n}", name=f"{who} Smith") for n, who in enumerate(("Ann", "Bob"))
    ]
    index = index_of(family, tmp_path / "customers.idx")
    assert (0, 1) == persons_at(index, Field.PHONE, "+49301234567")
    assert 0 == index.info.dropped


@pytest.mark.parametrize(
    "crowd",
    [
        [Row(email="none@none.example", id=f"K{n}", name=f"Ann{'abcdefghi'[n]} Smith") for n in range(9)],
        [Row(email="none@none.example", id=f"K{n}") for n in range(9)],
        [Row(phone="030 1234567", email=f"a{n}@x.example") for n in range(9)],
        [Row(id="K1", email=f"a{n}@x.example", name="Ann Smith" if n % 2 else "") for n in range(18)],
        [Row(login="web", email=f"a{n}@x.example", phone="030 1234567") for n in range(9)],
        [Row(name="Ann Smith", postcode="10115", email=f"a{n}@x.example") for n in range(9)],
    ],
    ids=["mailbox", "mailbox without names", "switchboard", "id", "login", "name"],
)
def test_placeholders_are_dropped(crowd: list[Row], tmp_path: Path) -> None:
    """A value shared by nine people is dropped and joins no rows."""
    index = index_of(crowd, tmp_path / "customers.idx")
    given = Counter(number for row in crowd for number in numbers_of(row).values())
    common = [number for number, count in given.items() if count > 8]
    assert len(crowd) >= index.info.people >= 9
    assert len(common) >= index.info.dropped >= 1
    assert (index.look_up(common).first == -1).all()


def test_one_person_with_many_rows_is_no_crowd(tmp_path: Path) -> None:
    """Fifty contracts under one name do not make the address a placeholder."""
    rows = [_ANN._replace(id=f"K{n}", login=f"service{n}") for n in range(50)]
    index = index_of(rows, tmp_path / "customers.idx")
    assert (1, 0) == (index.info.people, index.info.dropped)


def test_a_name_beside_a_placeholder_id_is_just_a_name(tmp_path: Path) -> None:
    """`Ann Smith, 4711` identifies no one if all ids are 4711."""
    rows = [Row(id="4711", name=f"Ann{'abcdefghij'[n]} Smith", email=f"a{n}@x.example") for n in range(10)]
    index = index_of(rows, tmp_path / "customers.idx")
    assert {"email": 10} == {kind: count for kind, count in index.info.kinds.items() if count}


def test_info(tmp_path: Path) -> None:
    """Counts, source, region, time, key and the actual size."""
    path = tmp_path / "customers.idx"
    info = build(path, [batch([_ANN, Row(name="Bob")])], PSEUDONYMS, MADE)
    assert info == load(path, PSEUDONYMS.key_id).info
    assert (2, 1, 1, 6) == (info.rows, info.empty, info.people, info.numbers)
    assert (MADE.at, MADE.source, MADE.region) == (info.made_at, info.source, info.region)
    assert path.stat().st_size == info.bytes


def test_no_value_is_in_the_file(tmp_path: Path) -> None:
    """The file contains no address, name or id, and no unkeyed hash of one."""
    path = tmp_path / "customers.idx"
    index_of([_ANN], path)
    content = path.read_bytes().lower()
    assert not [value for value in _ANN if value and len(value) > 2 and value.lower().encode() in content]
    other = Pseudonyms(b"o" * 32)
    assert () == load(path, PSEUDONYMS.key_id).persons(other.number(Field.EMAIL, _ANN.email))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [RowBatch(0)],
        [RowBatch(3)],
        [RowBatch(2, names=["Ann Smith", "Bob"])],
        [
            RowBatch(
                1, emails=[["\ud800@x.example"]], ids=["\ud800"], names=["\ud800 \x00"], phones=[["+" * 99]]
            )
        ],
        [RowBatch(1, ids=["x" * 1_000_000], names=["x " * 100_000])],
    ],
)
def test_hostile_and_empty_lists(rows: list[RowBatch], tmp_path: Path) -> None:
    """Empty and nonsensical lists give a valid index."""
    path = tmp_path / "customers.idx"
    build(path, rows, PSEUDONYMS, Origin(0, "\ud800" + "\x00" * 9_000))
    assert (load(path, PSEUDONYMS.key_id).look_up([0, 1, -(2**63), 2**63 - 1]).first == -1).all()
