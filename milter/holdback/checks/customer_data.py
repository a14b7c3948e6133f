"""Customer data in what is sent: records of people, and lists of bare addresses (incident 5).

Whom a bank statement, a delivery list or a register of contributors names is disclosed by it as by any other
list. Authors in a log of program changes make no records, but their addresses count; names with a town, a
company, a grade or a time (programmes, results, rotas) count as nothing.
"""

from collections.abc import Callable, Iterator

from holdback.checks.evidence import Evidence
from holdback.documents import Document, OutOfTime
from holdback.mail.address import address
from holdback.people import addresses
from holdback.people.disclosed import subjects_in
from holdback.people.fields import in_words
from holdback.people.subjects import Subjects, ThirdParty
from holdback.verdict import Finding


def customer_data(evidence: Evidence) -> Iterator[Finding]:
    """Third parties in records, and third parties' bare addresses."""
    third_party = _third_party(evidence)

    def beat() -> None:
        if not evidence.knowledge.heartbeat():
            raise OutOfTime

    total = Subjects()
    places: list[tuple[Document, Subjects]] = []
    for document in evidence.documents:
        found = subjects_in(document, third_party, beat)
        total.add(found)
        places.append((document, found))
    if total.people:
        text = f"{_count(total.people, 'person', 'people')}; {in_words(total.kinds)}"
        where = _where(places, lambda found: found.people)
        yield Finding("customer_data", len(total.people), where, text, "records")
    if total.bare:
        where = _where(places, lambda found: found.bare)
        yield Finding(
            "customer_data", len(total.bare), where, _count(total.bare, "address", "addresses"), "addresses"
        )


def _count(things: set[str], one: str, many: str) -> str:
    return f"{len(things):,} {one if len(things) == 1 else many}"


def _where(places: list[tuple[Document, Subjects]], of: Callable[[Subjects], set[str]]) -> str:
    """The documents that show the most."""
    most = max(len(of(found)) for _, found in places)
    named = [addresses.masked(document.where) for document, found in places if len(of(found)) == most]
    return "; ".join(named[:3]) + ("; …" if len(named) > 3 else "")


def _third_party(evidence: Evidence) -> ThirdParty:
    """Tells for an address key whether it is a stranger's who neither sent nor receives the message."""
    circle, message, envelope = evidence.knowledge.circle, evidence.message, evidence.envelope
    taking_part = {known.key for known in (*message.authors, *message.visible)}
    taking_part |= {address(written).key for written in (envelope.sender, *envelope.recipients)}
    standing: dict[str, bool] = {}

    def third_party(key: str) -> bool:
        domain = key.rpartition("@")[2]
        stranger = standing.get(domain)
        if stranger is None:
            stranger = standing[domain] = circle.is_stranger(address(key))
        return stranger and key not in taking_part

    return third_party
