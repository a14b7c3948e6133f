"""What one message discloses, to whom: everybody whom it shows to somebody besides themselves."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

from holdback.checks.evidence import Evidence
from holdback.mail.address import Address, address
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import Circle, registrable
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.values import Disclosure, Shown

_DOMAINS = 8
"""Domains of recipients that are named; those with fewer recipients are counted together."""
_OTHERS = "other"
_WHERE = 200
"""Characters of a place."""


def disclosure_of(
    evidence: Evidence, at: float, action: str, case: str, recipient_domains: bool
) -> Disclosure | None:
    """What to write into the ledger about a message; None if it shows nobody to anybody else.

    `at` is unix time; `action` is what became of the message, `case` its case, if any. Without
    `recipient_domains` recipients are counted by no domain.
    """
    envelope, known, circle = evidence.envelope, evidence.knowledge, evidence.knowledge.circle
    if not (evidence.has_audience and known.pseudonyms) or _is_between_two(evidence):
        return None
    receivers = _external(map(address, envelope.recipients), circle)
    visible = _external(evidence.message.visible, circle)
    if len(receivers) == 1 and visible.keys() == receivers.keys():
        # Nobody but they see their address.
        visible = {}
    shown = list(_contents(evidence))
    if not (shown or visible):
        return None
    if visible:
        numbers = _numbers(visible.values(), known.pseudonyms, circle)
        shown.insert(0, Shown(", ".join(evidence.message.visible_in), len(visible), numbers))
    return Disclosure(
        at=at,
        host=envelope.host,
        queue_id=envelope.queue_id,
        message_id=evidence.message.message_id,
        sender=_sender(address(envelope.sender), circle),
        login=envelope.login,
        client=envelope.client,
        recipients=len(envelope.recipients),
        audience=_audience(list(receivers.values()), known, circle, recipient_domains),
        action=action,
        case=case,
        people=max(one.people for one in shown),
        shown=tuple(shown),
    )


def _is_between_two(evidence: Evidence) -> bool:
    """True for most mail: it goes to the one address it shows, and nobody stands in it."""
    visible = [one.written for one in evidence.message.visible]
    return len(visible) == 1 and not evidence.disclosed and visible == list(evidence.envelope.recipients)


def _sender(sender: Address, circle: Circle) -> str:
    """As it is, unless we only forward mail of somebody outside."""
    return masked(sender.written) if circle.is_stranger(sender) else sender.written


def _external(addresses: Iterable[Address], circle: Circle) -> dict[str, Address]:
    """Those outside the company, each once, by key."""
    return {one.key: one for one in addresses if not circle.is_internal(one)}


def _contents(evidence: Evidence) -> Iterable[Shown]:
    for place in evidence.disclosed:
        found = place.subjects
        numbers = array("q", filter(None, found.pseudonyms))
        if numbers:
            people = max(len(found.people), len(found.addresses), len(found.customers))
            yield Shown(place.where[:_WHERE], people, numbers)


def _numbers(visible: Iterable[Address], pseudonyms: Pseudonyms, circle: Circle) -> "array[int]":
    visible = list(visible)
    parties = {circle.party(one) for one in visible}
    organisations = sorted(party for party in parties if "@" not in party)
    numbers = pseudonyms.numbers(Field.EMAIL, [one.key for one in visible])
    return array("q", numbers + pseudonyms.numbers(Field.DOMAIN, organisations))


def _audience(
    receivers: Sequence[Address], known: Knowledge, circle: Circle, recipient_domains: bool
) -> dict[str, int]:
    """Recipients by domain; ``""`` counts customers: their domain may be their name."""
    if not recipient_domains:
        return {_OTHERS: len(receivers)}
    counts = Counter(_domains(receivers, known))
    unnamed = counts.pop("", 0)
    named = dict(counts.most_common(_DOMAINS))
    others = counts.total() - sum(named.values())
    return {**({"": unnamed} if unnamed else {}), **named, **({_OTHERS: others} if others else {})}


def _domains(receivers: Sequence[Address], known: Knowledge) -> list[str]:
    """Registrable domain of each; empty for a customer."""
    domains = [registrable(one.domain) for one in receivers]
    if known.customers is None or known.pseudonyms is None:
        return domains
    numbers = known.pseudonyms.numbers(Field.EMAIL, [one.key for one in receivers])
    persons = known.customers.look_up(numbers).first.tolist()
    return ["" if person >= 0 else domain for person, domain in zip(persons, domains, strict=True)]
