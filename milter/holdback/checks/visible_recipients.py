"""Find recipients who would see each other: the parties in To, Cc and other fields (incidents 3 and 4)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from holdback.checks.check import Check, Limit
from holdback.mail import Address
from holdback.people.fields.kinds import Field
from holdback.people.parties.acquainted import count_strangers, parties_of
from holdback.verdict import Action, Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence
    from holdback.people.customers import Index
    from holdback.people.pseudonyms import Pseudonyms


def visible_recipients(evidence: "Evidence") -> Iterator[Finding]:
    """Yield a finding with the number of visible parties.

    Parties are counted instead of addresses: forty people of one client know each other, two free-mail
    addresses do not. Parties that are acquainted according to the trail count as fewer.
    """
    knowledge = evidence.knowledge
    seen = knowledge.domains.outsiders(evidence.message.visible)
    parties = {knowledge.domains.party(address) for address in seen}
    if not parties:
        return
    count = len(parties)
    text = f"{count:,} parties would see each other ({len(seen):,} addresses"
    pseudonyms, customers = knowledge.pseudonyms, knowledge.customers
    if pseudonyms and count >= knowledge.contacts.smallest_limit:
        if customers is not None:
            text += f", {_customers(seen, customers, pseudonyms):,} of them customers"
        numbered = parties_of(seen, knowledge.domains, pseudonyms)
        count = count_strangers(numbered, pseudonyms, knowledge.contacts.acquainted)
    text += ")" if count == len(parties) else f"); some know each other: they count as {count:,}"
    yield Finding(CHECK.name, count, ", ".join(evidence.message.visible_in), text)


CHECK = Check(
    name="visible_recipients",
    find=visible_recipients,
    advice="its recipients would see each other's addresses. Put them in Bcc.",
    plain_words="{count} people or companies would see each other's addresses.",
    most=lambda evidence: {"": len(evidence.message.visible)},
    summary="a message that shows {limit} or more outside parties to each other {action}",
    actions=tuple(Action),
    limits={"": Limit("limit", 10)},
)


def _customers(addresses: Iterable[Address], customers: "Index", pseudonyms: "Pseudonyms") -> int:
    """Return how many of the addresses are in the customer index."""
    numbers = pseudonyms.numbers(Field.EMAIL, [address.key for address in addresses])
    return int((customers.look_up(numbers).first >= 0).sum())
