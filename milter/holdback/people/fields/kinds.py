"""Which kinds of data tell who somebody is, and which of them together make a record of one person."""

from enum import IntFlag
from functools import lru_cache


class Kind(IntFlag):
    """Kinds of personal data, in the order in which findings name them."""

    EMAIL = 1
    NAME = 2
    PHONE = 4
    STREET = 8
    BIRTH = 16
    ID = 32
    LOGIN = 64
    CARD = 128
    IBAN = 256
    NATIONAL_ID = 512
    # From here on: told in a finding, but never a reason for one.
    PLACE = 1024
    PLAN = 2048
    PRICE = 4096
    STATUS = 8192
    OPT_OUT = 16384


_WORDS = {
    Kind.EMAIL: "e-mail",
    Kind.NAME: "name",
    Kind.PHONE: "phone",
    Kind.STREET: "postal address",
    Kind.BIRTH: "date of birth",
    Kind.ID: "customer id",
    Kind.LOGIN: "login",
    Kind.CARD: "payment card",
    Kind.IBAN: "IBAN",
    Kind.NATIONAL_ID: "national id",
    Kind.PLACE: "town",
    Kind.PLAN: "plan",
    Kind.PRICE: "price",
    Kind.STATUS: "status",
    Kind.OPT_OUT: "opt-out",
}

_PERSONAL = int(Kind.PLACE) - 1
_REACHES = int(Kind.EMAIL | Kind.PHONE | Kind.LOGIN | Kind.CARD | Kind.IBAN | Kind.NATIONAL_ID)
_WITH_A_NAME = int(Kind.STREET | Kind.BIRTH | Kind.ID)


@lru_cache(maxsize=1024)
def singles_out(kinds: int) -> bool:
    """True if `kinds` (a sum of `Kind`s of one entry) make a record.

    Two kinds at least, one of which reaches the person or, together with the name, is nobody else's:
    ids with ages, or names with towns, are statistics.
    """
    personal = kinds & _PERSONAL
    if personal.bit_count() < 2:
        return False
    return bool(personal & _REACHES) or bool(personal & Kind.NAME and personal & _WITH_A_NAME)


def in_words(kinds: int) -> str:
    """The kinds as an operator reads them: `e-mail, name, customer id`."""
    return ", ".join(word for kind, word in _WORDS.items() if kinds & kind)
