"""Counting the third parties in records: each once, without our own people and organisations."""

import pytest
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Batch, Columns, Records
from holdback.people.subjects.count import people_in
from holdback.people.subjects.disclosed import Subjects
from holdback.people.subjects.number_set import NumberSet, number_of


def _subjects(columns: Columns, organisations: bool = False, supporting: int = 0) -> Subjects:
    records = Records([Batch(columns)], supporting, organisations=organisations)
    return people_in(records, lambda key: not key.endswith("@corp.example"))


def _count(**columns: list[str]) -> int:
    return len(_subjects({Field[name]: values for name, values in columns.items()}).people)


def _same(keys: NumberSet, texts: set[str]) -> bool:
    expected = NumberSet(map(number_of, texts))
    return not (keys.without(expected) or expected.without(keys))


_NAMES = ["Ann Smith", "Bob Jones", "Carla Gomez", "Dirk Vos"]


@pytest.mark.parametrize(
    ("columns", "people"),
    [
        ({"EMAIL": ["a@x.example", "b@x.example"], "NAME": _NAMES[:2]}, 2),
        ({"EMAIL": ["a@x.example", "a@x.example"], "NAME": ["Ann Smith", "A. Smith"]}, 1),
        ({"EMAIL": ["a@corp.example", "b@x.example"], "NAME": _NAMES[:2]}, 1),
        ({"PHONE": ["301234567", "301234567"], "NAME": ["Ann Smith", "Smith, Ann"]}, 1),
        ({"NAME": ["Ann Smith", "ANN SMITH"], "BIRTH": ["1.2.1980", "1.2.1980"]}, 1),
        ({"NAME": ["Ann Smith", "Ann Smith"], "BIRTH": ["1.2.1980", "3.4.1990"]}, 2),
        ({"NAME": _NAMES, "ID": ["1", "2", "3", ""]}, 3),
        ({"ID": ["1", "2"], "BIRTH": ["1.2.1980", "3.4.1990"]}, 0),
        ({"NAME": _NAMES}, 0),
        ({"EMAIL": ["a@x.example", "b@x.example"]}, 0),
        ({"EMAIL": ["info@x.example", "sales@y.example"], "PHONE": ["301234567", "301234568"]}, 0),
        ({"EMAIL": ["info@x.example"], "NAME": ["Ann Smith"]}, 1),
        ({}, 0),
    ],
)
def test_distinct_people_are_counted(columns: dict[str, list[str]], people: int) -> None:
    """People are distinguished by address, else by phone, else by name with another field."""
    assert _count(**columns) == people


def test_a_shared_address_identifies_no_one() -> None:
    """A support address in every row does not make records of people."""
    assert _count(EMAIL=["help@x.example"] * 4, NAME=_NAMES) == 0


def test_people_are_counted_by_phone_when_the_address_is_shared() -> None:
    """A support address in every row does not hide four people with their own phones."""
    assert (
        _count(EMAIL=["desk@x.example"] * 4, NAME=_NAMES, PHONE=["1234561", "1234562", "1234563", "1234564"])
        == 4
    )


def test_a_shared_phone_identifies_no_one() -> None:
    """A number with many different names is a switchboard's."""
    assert _count(PHONE=["301234567"] * 4, NAME=_NAMES) == 0


def test_organisations_are_not_counted() -> None:
    """Phone and street of an organisation are no record of a person; with a personal address they are."""
    entries = {
        Field.EMAIL: ["", "ann@x.example"],
        Field.PHONE: ["1234561", "1234562"],
        Field.STREET: ["mill road 1", "mill road 2"],
    }
    assert len(_subjects(entries, organisations=True).people) == 1
    assert len(_subjects(entries, organisations=False).people) == 2


def test_addresses_without_a_record_are_bare() -> None:
    """They are counted separately from addresses in records."""
    entries = {
        Field.EMAIL: ["a@x.example", "b@x.example", "c@corp.example"],
        Field.NAME: ["Ann Smith", "", ""],
    }
    found = _subjects(entries)
    assert _same(found.bare, {"b@x.example"})
    assert _same(found.recorded, {"a@x.example"})


def test_fields_are_those_of_records() -> None:
    """Supporting fields are reported with records, and not without."""
    entries = {Field.EMAIL: ["a@x.example", ""], Field.NAME: ["Ann Smith", "Bob"], Field.BIRTH: ["", ""]}
    assert _subjects(entries, supporting=int(Field.PRICE)).fields == Field.EMAIL | Field.NAME | Field.PRICE
