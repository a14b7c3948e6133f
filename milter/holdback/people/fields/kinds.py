"""The kinds of personal data, and the combinations that make a record of one person."""

from enum import IntFlag
from functools import lru_cache


class Field(IntFlag):
    """One kind of data; a combination of several describes a record. Findings name them in this order."""

    EMAIL = 1 << 0
    NAME = 1 << 1
    """A person's full name."""
    PHONE = 1 << 2
    STREET = 1 << 3
    BIRTH = 1 << 4
    ID = 1 << 5
    """A customer's number or code."""
    LOGIN = 1 << 6
    CARD = 1 << 7
    IBAN = 1 << 8
    NATIONAL_ID = 1 << 9
    # Named in a finding, but never a reason for one.
    PLACE = 1 << 10
    PLAN = 1 << 11
    PRICE = 1 << 12
    STATUS = 1 << 13
    OPT_OUT = 1 << 14
    # A heading may announce these too; they never count in a record.
    POSTCODE = 1 << 15
    GIVEN = 1 << 16
    FAMILY = 1 << 17
    ANY_NAME = 1 << 18
    """The name of a person, a product, a place."""
    ANY_ID = 1 << 19
    ORGANISATION = 1 << 20
    OTHER = 1 << 21
    """Nothing personal."""
    # Further inputs of pseudonyms (`people.pseudonyms`).
    DOMAIN = 1 << 22
    PAIR = 1 << 23


NAME_AND_POSTCODE = Field.NAME | Field.POSTCODE
NAME_AND_ID = Field.NAME | Field.ID

_WORDS = {
    Field.EMAIL: "e-mail",
    Field.NAME: "name",
    Field.PHONE: "phone",
    Field.STREET: "postal address",
    Field.BIRTH: "date of birth",
    Field.ID: "customer id",
    Field.LOGIN: "login",
    Field.CARD: "payment card",
    Field.IBAN: "IBAN",
    Field.NATIONAL_ID: "national id",
    Field.PLACE: "town",
    Field.PLAN: "plan",
    Field.PRICE: "price",
    Field.STATUS: "status",
    Field.OPT_OUT: "opt-out",
}

_PERSONAL = int(Field.PLACE) - 1
_REACHABLE = int(Field.EMAIL | Field.PHONE | Field.LOGIN | Field.CARD | Field.IBAN | Field.NATIONAL_ID)
_UNIQUE_WITH_NAME = int(Field.STREET | Field.BIRTH | Field.ID)


@lru_cache(maxsize=1024)
def is_identifying(fields: int) -> bool:
    """True if `fields` (the combined `Field`s of one entry) make a record of one person.

    At least two fields are needed, of which one must be a contact or an account, or be unique together with
    the name. Ids with ages, or names with towns, are statistics.
    """
    personal = fields & _PERSONAL
    if personal.bit_count() < 2:
        return False
    return bool(personal & _REACHABLE) or bool(personal & Field.NAME and personal & _UNIQUE_WITH_NAME)


def in_words(fields: int) -> str:
    """Return the fields in words: `e-mail, name, customer id`."""
    return ", ".join(word for field, word in _WORDS.items() if fields & field)
