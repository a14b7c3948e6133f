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
    # Sensitive: a record with a name alone (GDPR Art. 9 and 10, and pay and grades).
    HEALTH = 1 << 10
    PAY = 1 << 11
    GRADE = 1 << 12
    BELIEF = 1 << 13
    UNION = 1 << 14
    ORIGIN = 1 << 15
    ORIENTATION = 1 << 16
    OFFENCE = 1 << 17
    # Named in a finding, but never a reason for one.
    PLACE = 1 << 18
    PLAN = 1 << 19
    PRICE = 1 << 20
    STATUS = 1 << 21
    OPT_OUT = 1 << 22
    # A heading may announce these too; they never count in a record.
    POSTCODE = 1 << 23
    GIVEN = 1 << 24
    FAMILY = 1 << 25
    ANY_NAME = 1 << 26
    """The name of a person, a product, a place."""
    ANY_ID = 1 << 27
    ORGANISATION = 1 << 28
    OTHER = 1 << 29
    """Nothing personal."""
    # Further inputs of pseudonyms (`people.pseudonyms`).
    DOMAIN = 1 << 30
    PAIR = 1 << 31


NAME_AND_POSTCODE = Field.NAME | Field.POSTCODE
NAME_AND_ID = Field.NAME | Field.ID

SENSITIVE = (
    Field.HEALTH, Field.PAY, Field.GRADE, Field.BELIEF, Field.UNION, Field.ORIGIN, Field.ORIENTATION,
    Field.OFFENCE,
)  # fmt: skip
"""Fields that make a record with a name alone."""

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
    Field.HEALTH: "health",
    Field.PAY: "pay",
    Field.GRADE: "grade",
    Field.BELIEF: "religion or politics",
    Field.UNION: "union membership",
    Field.ORIGIN: "ethnic origin",
    Field.ORIENTATION: "sexual orientation",
    Field.OFFENCE: "offence or sanction",
    Field.PLACE: "town",
    Field.PLAN: "plan",
    Field.PRICE: "price",
    Field.STATUS: "status",
    Field.OPT_OUT: "opt-out",
}

_PERSONAL = int(Field.PLACE) - 1
_REACHABLE = int(Field.EMAIL | Field.PHONE | Field.LOGIN | Field.CARD | Field.IBAN | Field.NATIONAL_ID)
_RECORD_WITH_NAME = int(Field.STREET | Field.BIRTH | Field.ID) | sum(map(int, SENSITIVE))


@lru_cache(maxsize=1024)
def is_identifying(fields: int) -> bool:
    """True if `fields` (the combined `Field`s of one entry) make a record of one person.

    At least two fields are needed, of which one must be a contact or an account, or be unique or sensitive
    together with the name. Ids with ages, or names with towns, are statistics.
    """
    personal = fields & _PERSONAL
    if personal.bit_count() < 2:
        return False
    return bool(personal & _REACHABLE) or bool(personal & Field.NAME and personal & _RECORD_WITH_NAME)


def in_words(fields: int) -> str:
    """Return the fields in words: `e-mail, name, customer id`."""
    return ", ".join(word for field, word in _WORDS.items() if fields & field)
