"""Numbers for identifiers: keyed, of their kind, the same everywhere."""

import pytest
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import LABELS, Pseudonyms
from hypothesis import given
from hypothesis import strategies as st

_OURS, _THEIRS = Pseudonyms(b"k" * 32), Pseudonyms(b"o" * 32)


def test_a_number_is_the_same_for_ever() -> None:
    """Index and trail outlive the program: another number here means that all of them must be built anew."""
    assert -1448598507351927530 == _OURS.number(Field.EMAIL, "ann@x.example")
    assert "1ec7705a" == _OURS.key_id


@given(st.sampled_from(list(LABELS)), st.text(min_size=1))
def test_numbers_are_signed_and_depend_on_the_key(kind: Field, value: str) -> None:
    """64 bits as databases have them; another key gives other numbers."""
    number = _OURS.number(kind, value)
    assert -(2**63) <= number < 2**63
    assert number == Pseudonyms(b"k" * 32).number(kind, value) != _THEIRS.number(kind, value)


def test_equal_values_of_different_kinds_differ() -> None:
    """A login that is somebody else's customer id is not theirs."""
    assert len(LABELS) == len({_OURS.number(kind, "4711") for kind in LABELS})


@given(st.lists(st.text()))
def test_many_at_once_are_the_same(values: list[str]) -> None:
    """`numbers` is `number` of each."""
    expected = [_OURS.number(Field.LOGIN, value) for value in values]
    assert expected == _OURS.numbers(Field.LOGIN, values)


@pytest.mark.parametrize("kind", list(LABELS))
def test_no_value_has_no_number(kind: Field) -> None:
    """0 hits nobody; a lone surrogate is a value like another one."""
    assert [0, 0] == [_OURS.number(kind, ""), *_OURS.numbers(kind, [""])]
    assert _OURS.number(kind, "\udc80") not in (0, _OURS.number(kind, "?"))
