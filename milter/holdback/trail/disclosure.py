"""Build the ledger entry of one message: the people it discloses, and the audience that received it.

The entry holds pseudonyms of people, counts and places, never their data. Sender, login and client of our own
mail are kept in clear text, because a trace must identify who disclosed the data.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdback.checks.evidence import Evidence
from holdback.mail.address import Address, address
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import Domains, registrable
from holdback.people.pseudonyms import Pseudonyms

_DOMAINS = 8
"""Recipient domains that are named, those with most recipients; the others are counted together."""
_OTHERS = "other"
_MAX_PLACE = 200
"""Longest name of a place, in characters."""


@dataclass(frozen=True, slots=True)
class DisclosedPlace:
    """One place of a message that discloses people."""

    where: str
    """`To, Cc`, `part 2, customers.csv rows 2-20001`; addresses in names are masked."""
    people: int
    """People disclosed in this place."""
    numbers: "array[int]"
    """Pseudonyms (`q`) of their e-mail addresses, phones and customer ids, and of organisations' domains."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One outbound message that disclosed people to recipients other than themselves."""

    at: float
    """Unix time, seconds."""
    host: str
    queue_id: str
    message_id: str
    sender: str
    login: str
    client: str
    recipients: int
    """Envelope recipients."""
    audience: Mapping[str, int]
    """Registrable domain → recipients there. ``""`` counts customers, `other` the remaining recipients."""
    action: str
    """An `Action`, or `tempfail`."""
    case: str
    """Id of its case; empty if the message was not held."""
    people: int
    """Lower bound of the number of different people disclosed."""
    shown: tuple[DisclosedPlace, ...]


def disclosure_of(
    evidence: Evidence, at: float, action: str, case: str, recipient_domains: bool
) -> Disclosure | None:
    """Return the ledger entry of a message; None if the message discloses no one to anyone else.

    `at` is unix time, `action` the action taken, `case` the id of its case or "". Without
    `recipient_domains` the audience names no domains.
    """
    envelope, known, domains = evidence.envelope, evidence.knowledge, evidence.knowledge.domains
    if not (evidence.has_audience and known.pseudonyms) or _is_between_two(evidence):
        return None
    receivers = _external(envelope.recipient_addresses, domains)
    visible = _external(evidence.message.visible, domains)
    if len(receivers) == 1 and visible.keys() == receivers.keys():
        # The only visible recipient is the only reader.
        visible = {}
    shown = list(_contents(evidence))
    if not (shown or visible):
        return None
    if visible:
        numbers = _numbers(visible.values(), known.pseudonyms, domains)
        shown.insert(0, DisclosedPlace(", ".join(evidence.message.visible_in), len(visible), numbers))
    return Disclosure(
        at=at,
        host=envelope.host,
        queue_id=envelope.queue_id,
        message_id=evidence.message.message_id,
        sender=_sender(address(envelope.sender), domains),
        login=envelope.login,
        client=envelope.client,
        recipients=len(envelope.recipients),
        audience=_audience(list(receivers.values()), known, domains, recipient_domains),
        action=action,
        case=case,
        people=max(one.people for one in shown),
        shown=tuple(shown),
    )


def _is_between_two(evidence: Evidence) -> bool:
    """Return True for a message to one visible recipient without any people in it, as most mail is."""
    visible = [one.written for one in evidence.message.visible]
    return len(visible) == 1 and not evidence.disclosed and visible == list(evidence.envelope.recipients)


def _sender(sender: Address, domains: Domains) -> str:
    """Return the sender, masked if it is outside the company (mail that we only forward)."""
    return masked(sender.written) if domains.is_stranger(sender) else sender.written


def _external(addresses: Iterable[Address], domains: Domains) -> dict[str, Address]:
    """Return the addresses that reach outsiders by key, without duplicates."""
    listed = list(addresses)
    expanding = domains.expanding_among(listed)
    return {one.key: one for one in listed if not domains.is_internal(one) or one.key in expanding}


def _contents(evidence: Evidence) -> Iterable[DisclosedPlace]:
    for place in evidence.disclosed:
        found = place.subjects
        numbers = array("q", filter(None, found.pseudonyms))
        if numbers:
            people = max(found.people_count, len(found.addresses), len(found.customers))
            yield DisclosedPlace(place.where[:_MAX_PLACE], people, numbers)


def _numbers(visible: Iterable[Address], pseudonyms: Pseudonyms, domains: Domains) -> "array[int]":
    visible = list(visible)
    parties = {domains.party(one) for one in visible}
    organisations = sorted(party for party in parties if "@" not in party)
    numbers = pseudonyms.numbers(Field.EMAIL, [one.key for one in visible])
    return array("q", numbers + pseudonyms.numbers(Field.DOMAIN, organisations))


def _audience(
    receivers: Sequence[Address], known: Knowledge, domains: Domains, recipient_domains: bool
) -> dict[str, int]:
    """Count recipients by domain; customers count under ``""``, because their domain may be their name."""
    if not recipient_domains:
        return {_OTHERS: len(receivers)}
    counts = Counter(_domains(receivers, known))
    unnamed = counts.pop("", 0)
    named = dict(counts.most_common(_DOMAINS))
    others = counts.total() - sum(named.values())
    return {**({"": unnamed} if unnamed else {}), **named, **({_OTHERS: others} if others else {})}


def _domains(receivers: Sequence[Address], known: Knowledge) -> list[str]:
    """Return the registrable domain of each recipient; empty for a customer."""
    domains = [registrable(one.domain) for one in receivers]
    if known.customers is None or known.pseudonyms is None:
        return domains
    numbers = known.pseudonyms.numbers(Field.EMAIL, [one.key for one in receivers])
    persons = known.customers.look_up(numbers).first.tolist()
    return ["" if person >= 0 else domain for person, domain in zip(persons, domains, strict=True)]
