"""Pseudonyms: depend on key and kind, and never change."""

import pytest
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import LABELS, Pseudonyms
from hypothesis import given
from hypothesis import strategies as st

_OURS, _THEIRS = Pseudonyms(b"k" * 32), Pseudonyms(b"o" * 32)


def test_pseudonyms_do_not_change() -> None:
    """Index and trail outlive the program: if these numbers change, all must be rebuilt."""
    assert -1448598507351927530 == _OURS.number(Field.EMAIL, "ann@x.example")
    assert "1ec7705a" == _OURS.key_id


@given(st.sampled_from(list(LABELS)), st.text(min_size=1))
def test_numbers_are_signed_and_depend_on_the_key(kind: Field, value: str) -> None:
    """64-bit integers as in databases; another key gives other numbers."""
    number = _OURS.number(kind, value)
    assert -(2**63) <= number < 2**63
    assert number == Pseudonyms(b"k" * 32).number(kind, value) != _THEIRS.number(kind, value)


def test_equal_values_of_different_kinds_differ() -> None:
    """A login does not match an equal customer id."""
    assert len(LABELS) == len({_OURS.number(kind, "4711") for kind in LABELS})


@given(st.lists(st.text()))
def test_numbers_equals_number_of_each(values: list[str]) -> None:
    """For any values."""
    expected = [_OURS.number(Field.LOGIN, value) for value in values]
    assert expected == _OURS.numbers(Field.LOGIN, values)


@pytest.mark.parametrize("kind", list(LABELS))
def test_the_empty_value_has_number_zero(kind: Field) -> None:
    """0 matches no one; a lone surrogate is a value like any other."""
    assert [0, 0] == [_OURS.number(kind, ""), *_OURS.numbers(kind, [""])]
    assert _OURS.number(kind, "\udc80") not in (0, _OURS.number(kind, "?"))
