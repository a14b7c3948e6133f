"""What recognition returns: records of people, column by column; addresses and phones outside of records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdback.documents import Document, Table, Text
from holdback.people.fields.kinds import Field
from holdback.people.recognition.scoring import SCORING, Scoring
from holdback.people.recognition.signs import NO_SIGNS, Signs

Columns = Mapping[Field, Sequence[str]]
"""One value a record for each field, empty where a record has none; all columns have one length."""


class Record(NamedTuple):
    """One record of running text."""

    values: Mapping[Field, str]
    """As in `Batch.columns`; no value is empty."""
    has_known_name: bool = True
    """False if the name only has the shape of one."""
    phone: str = ""
    """As written."""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some thousands of records."""

    columns: Columns
    """Addresses and phones as their keys, names and streets as written."""
    # The rest is looked up in the customer index only; empty if `Scope.lookup` is False.
    more_emails: Sequence[Sequence[str]] = ()
    """Further columns of addresses, as keys."""
    phones: Sequence[Sequence[str]] = ()
    """Every column of phone numbers, as written."""
    postcodes: Sequence[str] = ()

    def column(self, field: Field) -> Sequence[str]:
        """The values of `field`, one a record; empty if no record has one."""
        return self.columns.get(field, ())

    @property
    def emails(self) -> Sequence[Sequence[str]]:
        """All columns of addresses, the best first."""
        return (self.columns[Field.EMAIL], *self.more_emails) if Field.EMAIL in self.columns else ()


def batch_of(records: Sequence[Record]) -> Batch:
    """The records column by column."""
    fields = sorted({field for record in records for field in record.values})
    phones = [record.phone for record in records]
    postcodes = [record.postcode for record in records]
    return Batch(
        {field: [record.values.get(field, "") for record in records] for field in fields},
        phones=[phones] if any(phones) else (),
        postcodes=postcodes if any(postcodes) else (),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one layout, and addresses and phone numbers that may be in none."""

    batches: Iterable[Batch] = ()
    """Read anew in every iteration, because a table may have millions of rows."""
    supporting: int = 0
    """Sum of the fields that are no reason for a finding, such as a price."""
    body: int = 0
    """Rows of the table above the first record: titles and the header."""
    organisations: bool = False
    """True if the records may be of companies: a phone and a street then say nothing about a person."""
    emails: frozenset[str] = frozenset()
    """Keys of all addresses in running text, those of records included."""
    remarks: frozenset[str] = frozenset()
    """Keys of addresses in columns of something else. They are looked up, not counted."""
    phones: frozenset[str] = frozenset()
    """Phone numbers in running text or in columns of something else, as written. They are looked up, too."""


@dataclass(frozen=True, slots=True)
class Place:
    """One table or text of a document."""

    document: Document
    source: Table | Text
    records: Iterable[Records]
    """Read once, in order."""


def _unknown() -> bool:
    return False


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Scope:
    """How closely recognition looks: what cannot be disclosed or looked up is left out."""

    is_third_party: Callable[[str], bool]
    """True for the key of an address that belongs to a third party."""
    lookup: bool = False
    """True if values in no record are looked up, too (`Records.remarks`, `Batch.phones`)."""
    customers: bool = False
    """True if they are looked up in a customer index: then a phone number alone matters, too."""
    are_few: Callable[[], bool] = _unknown
    """True if all people in the message together reach no limit (`bound.most_people`). Then only those matter
    whom the ledger stores: who have an address, a phone or a customer id. Called only where it matters."""
    signs: Signs = NO_SIGNS
    """Those of all texts of the message together: one person a page or file may add up to a list."""
    is_of_company: Callable[[str], bool] = _nobody
    """True for an address in the only organisation that gets the message: it does not count."""
    scoring: Scoring = SCORING
    """Thresholds for the columns of tables."""
