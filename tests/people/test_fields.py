"""Which kinds of data together make a record of one person."""

import pytest
from holdback.people.fields.kinds import Kind, in_words, singles_out

_RECORDS = [
    Kind.EMAIL | Kind.NAME,
    Kind.EMAIL | Kind.PHONE,
    Kind.EMAIL | Kind.ID,
    Kind.EMAIL | Kind.LOGIN,
    Kind.EMAIL | Kind.BIRTH,
    Kind.EMAIL | Kind.STREET,
    Kind.PHONE | Kind.NAME,
    Kind.PHONE | Kind.ID,
    Kind.CARD | Kind.NAME,
    Kind.IBAN | Kind.NAME,
    Kind.NATIONAL_ID | Kind.BIRTH,
    Kind.ID | Kind.NAME,
    Kind.LOGIN | Kind.NAME,
    Kind.STREET | Kind.NAME,
    Kind.BIRTH | Kind.NAME,
    Kind.BIRTH | Kind.NAME | Kind.PLACE,
]
_NO_RECORDS = [
    Kind(0),
    Kind.EMAIL,
    Kind.NAME,
    Kind.NAME | Kind.PLACE,
    Kind.NAME | Kind.PLACE | Kind.PRICE | Kind.STATUS,
    Kind.EMAIL | Kind.PRICE | Kind.OPT_OUT,
    Kind.PHONE | Kind.PLACE,
    Kind.ID | Kind.BIRTH,
    Kind.ID | Kind.STREET,
    Kind.BIRTH | Kind.STREET,
    Kind.ID | Kind.PRICE | Kind.PLAN,
]


@pytest.mark.parametrize("kinds", _RECORDS, ids=in_words)
def test_two_kinds_that_reach_or_single_out_are_a_record(kinds: Kind) -> None:
    """Who can be reached, or is told from all others, is a person."""
    assert singles_out(kinds)


@pytest.mark.parametrize("kinds", _NO_RECORDS, ids=lambda kinds: in_words(kinds) or "nothing")
def test_less_is_none(kinds: Kind) -> None:
    """Supporting kinds, or ids that name nobody, are not."""
    assert not singles_out(kinds)


def test_kinds_are_told_in_one_order() -> None:
    """A finding names kinds as an operator knows them, addresses first."""
    assert in_words(Kind.PRICE | Kind.ID | Kind.EMAIL | Kind.NAME) == "e-mail, name, customer id, price"
