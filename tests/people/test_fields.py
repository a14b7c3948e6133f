"""Which kinds of data together make a record of one person."""

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
def test_two_kinds_that_reach_or_single_out_are_a_record(kinds: Field) -> None:
    """Who can be reached, or is told from all others, is a person."""
    assert is_identifying(kinds)


@pytest.mark.parametrize("kinds", _NO_RECORDS, ids=lambda kinds: in_words(kinds) or "nothing")
def test_less_is_none(kinds: Field) -> None:
    """Supporting kinds, or ids that name nobody, are not."""
    assert not is_identifying(kinds)


def test_kinds_are_told_in_one_order() -> None:
    """A finding names kinds as an operator knows them, addresses first."""
    assert in_words(Field.PRICE | Field.ID | Field.EMAIL | Field.NAME) == "e-mail, name, customer id, price"
