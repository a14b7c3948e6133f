"""Combinations of fields that make a record of one person."""

import pytest
from holdback.people.fields.kinds import Field, in_words, is_identifying

_RECORDS = [
    Field.EMAIL | Field.NAME,
    Field.EMAIL | Field.PHONE,
    Field.EMAIL | Field.ID,
    Field.EMAIL | Field.LOGIN,
    Field.EMAIL | Field.BIRTH,
    Field.EMAIL | Field.STREET,
    Field.PHONE | Field.NAME,
    Field.PHONE | Field.ID,
    Field.CARD | Field.NAME,
    Field.IBAN | Field.NAME,
    Field.NATIONAL_ID | Field.BIRTH,
    Field.ID | Field.NAME,
    Field.LOGIN | Field.NAME,
    Field.STREET | Field.NAME,
    Field.BIRTH | Field.NAME,
    Field.BIRTH | Field.NAME | Field.PLACE,
]
_NO_RECORDS = [
    Field(0),
    Field.EMAIL,
    Field.NAME,
    Field.NAME | Field.PLACE,
    Field.NAME | Field.PLACE | Field.PRICE | Field.STATUS,
    Field.EMAIL | Field.PRICE | Field.OPT_OUT,
    Field.PHONE | Field.PLACE,
    Field.ID | Field.BIRTH,
    Field.ID | Field.STREET,
    Field.BIRTH | Field.STREET,
    Field.ID | Field.PRICE | Field.PLAN,
]


@pytest.mark.parametrize("kinds", _RECORDS, ids=in_words)
def test_identifying_combinations(kinds: Field) -> None:
    """A contact or account with another field, or a name with a field that makes it unique."""
    assert is_identifying(kinds)


@pytest.mark.parametrize("kinds", _NO_RECORDS, ids=lambda kinds: in_words(kinds) or "nothing")
def test_other_combinations_are_no_record(kinds: Field) -> None:
    """Supporting fields, or ids without names."""
    assert not is_identifying(kinds)


def test_fields_in_words_have_a_fixed_order() -> None:
    """Fields in words for operators, addresses first."""
    assert in_words(Field.PRICE | Field.ID | Field.EMAIL | Field.NAME) == "e-mail, name, customer id, price"
