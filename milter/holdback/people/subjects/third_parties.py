"""Where people stand towards one message: who takes part in it, who is a third party, who is a customer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdback.mail import Envelope, Message
from holdback.mail.address import Address, address
from holdback.people.knowledge import Known
from holdback.people.parties.domains import Circle
from holdback.people.subjects.lookup import Register

ThirdParty = Callable[[str], bool]
"""Tells for an address key whether its owner is a stranger who neither sent nor receives the message."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Tells it for one message."""

    third_party: ThirdParty
    register: Register | None = None
    """What is known of customers; None where there is neither an index nor a trail."""

    @property
    def knows_customers(self) -> bool:
        """True if there is an index to ask."""
        return self.register is not None and self.register.customers is not None


def standing(envelope: Envelope, message: Message, circle: Circle, known: Known) -> Standing:
    """Where people stand towards the `message`."""
    taking_part: set[str] = set()
    strangers: dict[str, bool] = {}

    def takes_part(key: str) -> bool:
        if not taking_part:
            taking_part.update(one.key for one in _taking_part(envelope, message))
        return key in taking_part

    def third_party(key: str) -> bool:
        domain = key.rpartition("@")[2]
        stranger = strangers.get(domain)
        if stranger is None:
            stranger = strangers[domain] = circle.is_strange(domain)
        return stranger and not takes_part(key)

    if known.pseudonyms is None:
        return Standing(third_party)

    def outside() -> Iterator[str]:
        # A mailbox of ours in the index is a stopgap (`nomail@…`): it makes nobody a party to the message.
        return (one.key for one in _taking_part(envelope, message) if not circle.is_internal(one))

    return Standing(third_party, Register(known.pseudonyms, known.customers, known.region, circle, outside))


def _taking_part(envelope: Envelope, message: Message) -> Iterator[Address]:
    """The addresses of the sender and of the recipients."""
    yield from (*message.authors, *message.visible)
    yield from map(address, (envelope.sender, *envelope.recipients))
