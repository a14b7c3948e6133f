"""Find customer data in the content: records of people, lists of addresses, known customers (incident 5).

A bank statement, a delivery list or a register of contributors discloses the people in it like any list.
Authors in a log of program changes are no records, but their addresses count. Names with a town, a company,
points or a time (programmes, results, rotas) do not count; names with what is nobody's business (diagnoses,
pay, grades, beliefs, convictions) do. A customer of the index counts by an address or a phone alone. Data of
the sender and of the recipients is their own.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, NamedTuple

from holdback.checks.check import Check, Limit
from holdback.people.fields.kinds import in_words
from holdback.phrases import count_of
from holdback.verdict import Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence
    from holdback.people.subjects.by_place import Disclosed
    from holdback.people.subjects.disclosed import Subjects

_FEW = 5
"""If no place has more than one person in so many, they are counted place by place."""

RECORDS, ADDRESSES, KNOWN = "records", "addresses", "known"
"""Kinds of findings."""


class _Scattered(NamedTuple):
    """Where people are one by one."""

    text: str
    """For example `40 files of forms.zip`."""
    where: str


def customer_data(evidence: "Evidence") -> Iterator[Finding]:
    """Yield findings on third parties with a record, on addresses without one, and on known customers."""
    places = evidence.disclosed
    if not places:
        return
    total = _total(places)
    if total.people:
        scattered = _scattered(places, total.people_count)
        text = _records(total, scattered, evidence.knowledge.customers is not None)
        where = scattered.where if scattered else _where(places, lambda found: found.people)
        yield Finding("customer_data", total.people_count, where, text, RECORDS)
    bare = total.bare
    if bare:
        where = _where(places, lambda found: found.bare)
        yield Finding(
            "customer_data", len(bare), where, count_of(len(bare), "address", "addresses"), ADDRESSES
        )
    if total.customers:
        # Customers with a record count again, because each kind of finding has its own limit.
        customers = count_of(len(total.customers), "customer") + (" in all" if total.people else "")
        where = _where(places, lambda found: found.customers)
        text = f"{customers}, {_recipients(total)}"
        yield Finding("customer_data", len(total.customers), where, text, KNOWN)


def _most(evidence: "Evidence") -> Mapping[str, int]:
    """Return the sums of all places: people in two of them count twice."""
    most = {RECORDS: 0, ADDRESSES: 0, KNOWN: 0}
    for place in evidence.disclosed:
        most[RECORDS] += len(place.subjects.people)
        most[ADDRESSES] += len(place.subjects.addresses)
        most[KNOWN] += len(place.subjects.customers)
    return most


def _total(places: "Sequence[Disclosed]") -> "Subjects":
    """Return the third parties of all places; a person in two places counts once."""
    if len(places) == 1:
        return places[0].subjects
    # Not at the top: a command that only reads the configuration needs no numpy.
    from holdback.people.subjects.disclosed import union

    return union(place.subjects for place in places)


def _scattered(places: "Sequence[Disclosed]", total: int) -> _Scattered | None:
    """The container with most people one by one, in files or pages; None if a place has many."""
    counts = [len(place.subjects.people) for place in places]
    if total < _FEW or max(counts) * _FEW > total:
        return None
    containers = Counter(place.container for place, count in zip(places, counts, strict=True) if count)
    ((container, number),) = containers.most_common(1)
    rest = " and more" if len(containers) > 1 else ""
    inside = f" of {container.name}" if container.name else ""
    text = f"{count_of(number, container.kind)}{inside}{rest}"
    return _Scattered(text, container.where or f"{count_of(number, container.kind)}{rest}")


def _records(total: "Subjects", scattered: _Scattered | None, known: bool) -> str:
    """Return for example `20 people in records, 9 of them customers, none a recipient; e-mail, name`.

    If they are scattered: `20 people in 20 files of forms.zip; name, phone`.
    """
    people = count_of(total.people_count, "person", "people")
    kinds = in_words(total.fields)
    people += f" in {scattered.text}" if scattered else " in records" if known else ""
    if not known:
        return f"{people}; {kinds}"
    customers = min(len(total.customers_with_record), total.people_count)
    them = f"{customers:,} of them {'a customer' if customers == 1 else 'customers'}"
    return f"{people}, {them if customers else 'no customers'}, {_recipients(total)}; {kinds}"


def _recipients(total: "Subjects") -> str:
    if not total.own:
        return "none a recipient"
    return count_of(len(total.own), "more is a recipient", "more are recipients")


def _where(places: "Sequence[Disclosed]", of: "Callable[[Subjects], Sized]") -> str:
    """Return the places with the highest count."""
    most = max(len(of(place.subjects)) for place in places)
    named = [place.where for place in places if len(of(place.subjects)) == most]
    return "; ".join(named[:3]) + ("; …" if len(named) > 3 else "")


CHECK = Check(
    name="customer_data",
    find=customer_data,
    advice="it shows data of people who are not its recipients. Remove that data.",
    plain_words="Data of {count} people would go to others.",
    kind_words={KNOWN: "Data of {count} of your customers would go to others."},
    summary="a message with the records of {record_limit} or more people, with {address_limit} or more "
    "addresses in its text, or with {known_limit} or more people of the customer index {action}",
    most=_most,
    limits={
        RECORDS: Limit("record_limit", 20),
        ADDRESSES: Limit("address_limit", 100),
        KNOWN: Limit("known_limit", 5),
    },
)
