"""Customer data in what is sent: records of people, lists of bare addresses, known customers (incident 5).

Whom a bank statement, a delivery list or a register of contributors names is disclosed by it as by any other
list. Authors in a log of program changes make no records, but their addresses count; names with a town, a
company, a grade or a time (programmes, results, rotas) count as nothing. Customers of the index count where
their address or phone stands; what belongs to the sender or to a recipient is theirs.
"""

from collections.abc import Callable, Iterator, Sequence, Sized

from holdback.checks.check import Check, Limit
from holdback.checks.evidence import Evidence
from holdback.people.fields.kinds import in_words
from holdback.people.subjects.by_place import Disclosed
from holdback.people.subjects.disclosed import Subjects, together
from holdback.verdict import Finding


def customer_data(evidence: Evidence) -> Iterator[Finding]:
    """Third parties in records, third parties' bare addresses, and customers among them all."""
    shown = evidence.disclosed
    if not shown:
        return
    total = _total(shown)
    if total.people:
        text = _records(total, evidence.knowledge.customers is not None)
        where = _where(shown, lambda found: found.people)
        yield Finding("customer_data", len(total.people), where, text, "records")
    bare = total.bare
    if bare:
        where = _where(shown, lambda found: found.bare)
        yield Finding("customer_data", len(bare), where, _count(bare, "address", "addresses"), "addresses")
    if total.customers:
        # Those with a record are counted again: which of the two limits they reach is the policy's affair.
        said = _count(total.customers, "customer", "customers") + (" in all" if total.people else "")
        where = _where(shown, lambda found: found.customers)
        text = f"{said}, {_recipients(total)}"
        yield Finding("customer_data", len(total.customers), where, text, "known")


def _total(shown: Sequence[Disclosed]) -> Subjects:
    """All of them together; who is seen in two places counts once."""
    return shown[0].subjects if len(shown) == 1 else together(place.subjects for place in shown)


def _records(total: Subjects, known: bool) -> str:
    """`20,000 people in records, 19,873 of them customers, none a recipient; e-mail, name, customer id`."""
    people = _count(total.people, "person", "people")
    kinds = in_words(total.fields)
    if not known:
        return f"{people}; {kinds}"
    customers = min(len(total.customers_with_record), len(total.people))
    them = f"{customers:,} of them {'a customer' if customers == 1 else 'customers'}"
    return f"{people} in records, {them if customers else 'no customers'}, {_recipients(total)}; {kinds}"


def _recipients(total: Subjects) -> str:
    if not total.own:
        return "none a recipient"
    return _count(total.own, "more is a recipient", "more are recipients")


def _count(things: Sized, one: str, many: str) -> str:
    return f"{len(things):,} {one if len(things) == 1 else many}"


def _where(shown: Sequence[Disclosed], of: Callable[[Subjects], Sized]) -> str:
    """The places that show the most."""
    most = max(len(of(place.subjects)) for place in shown)
    named = [place.where for place in shown if len(of(place.subjects)) == most]
    return "; ".join(named[:3]) + ("; …" if len(named) > 3 else "")


CHECK = Check(
    name="customer_data",
    find=customer_data,
    advice="it shows data of people who are not its recipients. Remove that data.",
    plain_words="Data of {count} people would go to others.",
    kind_words={"known": "Data of {count} of your customers would go to others."},
    summary="a message with the records of {record_limit} or more people, with {address_limit} or more "
    "addresses in its text, or with {known_limit} or more people of the customer index {action}",
    limits={
        "records": Limit("record_limit", 20),
        "addresses": Limit("address_limit", 100),
        "known": Limit("known_limit", 5),
    },
)
