"""Customer data in what is sent: records of people, and lists of bare addresses (incident 5).

Whom a bank statement, a delivery list or a register of contributors names is disclosed by it as by any other
list. Authors in a log of program changes make no records, but their addresses count; names with a town, a
company, a grade or a time (programmes, results, rotas) count as nothing.
"""

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass

from holdback.checks.evidence import Evidence
from holdback.documents import OutOfTime
from holdback.mail.address import address
from holdback.people import addresses
from holdback.people.disclosed import places_in
from holdback.people.fields import in_words
from holdback.people.subjects import Subjects, ThirdParty
from holdback.verdict import Finding


@dataclass(frozen=True, slots=True)
class Showing:
    """What one place of the message shows."""

    where: str
    """`part 1.2, archive.zip > export.xlsx > sheet "Kunden" rows 2-20001`; addresses in names are masked."""
    found: Subjects


def customer_data(evidence: Evidence) -> Iterator[Finding]:
    """Third parties in records, and third parties' bare addresses."""
    shown = list(showings(evidence))
    if not shown:
        return
    total = Subjects()
    for showing in shown:
        total.add(showing.found)
    if total.people:
        text = f"{_count(total.people, 'person', 'people')}; {in_words(total.kinds)}"
        where = _where(shown, lambda found: found.people)
        yield Finding("customer_data", len(total.people), where, text, "records")
    bare = total.bare
    if bare:
        where = _where(shown, lambda found: found.bare)
        yield Finding("customer_data", len(bare), where, _count(bare, "address", "addresses"), "addresses")


def showings(evidence: Evidence) -> Iterator[Showing]:
    """Every table and text that shows third parties, in the order of the documents."""
    third_party = _third_party(evidence)

    def beat() -> None:
        if not evidence.knowledge.heartbeat():
            raise OutOfTime

    for document in evidence.documents:
        for place in places_in(document, third_party, beat):
            yield Showing(addresses.masked(document.place(place.where)), place.found)


def _count(things: Sized, one: str, many: str) -> str:
    return f"{len(things):,} {one if len(things) == 1 else many}"


def _where(shown: list[Showing], of: Callable[[Subjects], Sized]) -> str:
    """The places that show the most."""
    most = max(len(of(showing.found)) for showing in shown)
    named = [showing.where for showing in shown if len(of(showing.found)) == most]
    return "; ".join(named[:3]) + ("; …" if len(named) > 3 else "")


def _third_party(evidence: Evidence) -> ThirdParty:
    """Tells for an address key whether it is a stranger's who neither sent nor receives the message."""
    circle = evidence.knowledge.circle
    taking_part: set[str] = set()
    standing: dict[str, bool] = {}

    def third_party(key: str) -> bool:
        if not taking_part:
            taking_part.update(_taking_part(evidence))
        domain = key.rpartition("@")[2]
        stranger = standing.get(domain)
        if stranger is None:
            stranger = standing[domain] = circle.is_stranger(address(key))
        return stranger and key not in taking_part

    return third_party


def _taking_part(evidence: Evidence) -> Iterator[str]:
    """Keys of the sender's and the recipients' addresses."""
    message, envelope = evidence.message, evidence.envelope
    yield from (known.key for known in (*message.authors, *message.visible))
    yield from (address(written).key for written in (envelope.sender, *envelope.recipients))
