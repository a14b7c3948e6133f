"""A small customer index, built by the production code, and knowledge with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import Index, load
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms(b"the key of these tests, 32 bytes")
DOMAINS = company_domains(["corp.example"], ["partner.example"])


@dataclass(frozen=True, slots=True)
class Customer:
    """One row of a customer list."""

    name: str
    email: str = ""
    phone: str = ""
    id: str = ""
    login: str = ""
    postcode: str = ""
    second: str = ""
    """A second address."""


def index_of(customers: Sequence[Customer], folder: Path) -> Index:
    """Return an index of `customers`, built in `folder`."""
    rows = RowBatch(
        len(customers),
        emails=[[one.email for one in customers], [one.second for one in customers]],
        phones=[[one.phone for one in customers]],
        ids=[one.id for one in customers],
        logins=[one.login for one in customers],
        names=[one.name for one in customers],
        postcodes=[one.postcode for one in customers],
    )
    path = folder / "customers.idx"
    build(path, [rows], PSEUDONYMS, Origin(at=0, source="test", region="GB"))
    return load(path, PSEUDONYMS.key_id)


def knowledge_of(customers: Sequence[Customer], folder: Path) -> Knowledge:
    """Return knowledge with an index of `customers`."""
    return Knowledge(DOMAINS, PSEUDONYMS, index_of(customers, folder), "GB")
