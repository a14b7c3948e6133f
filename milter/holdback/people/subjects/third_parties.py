"""Decide who is a third party to a message: not ours, not a partner's, neither sender nor recipient."""

from collections.abc import Callable, Iterator
from functools import cached_property

from holdback.mail import Envelope, Message
from holdback.mail.address import Address, address
from holdback.mail.field_names import SEVERAL
from holdback.people.parties.domains import Domains

IsThirdParty = Callable[[str], bool]
"""True for an address key that belongs to a third party: `Audience.is_third_party` of one message."""


class Audience:
    """The senders and recipients of one message, computed on first use: most mails show no address."""

    def __init__(self, envelope: Envelope, message: Message, domains: Domains) -> None:
        self._envelope = envelope
        self._message = message
        self._domains = domains
        self._strangers: dict[str, bool] = {}

    def is_third_party(self, key: str) -> bool:
        """True if the address (a key) belongs to a stranger who neither sends nor receives the message."""
        domain = key.rpartition("@")[2]
        stranger = self._strangers.get(domain)
        if stranger is None:
            stranger = self._strangers[domain] = self._domains.is_stranger_domain(domain)
        return stranger and key not in self._participants

    @cached_property
    def outsiders(self) -> frozenset[str]:
        """Keys of the external addresses that send or receive the message.

        An internal mailbox in the customer index is a placeholder (`nomail@…`), so its owner is no recipient.
        """
        return frozenset(one.key for one in self._addresses() if not self._domains.is_internal(one))

    @cached_property
    def _participants(self) -> frozenset[str]:
        return frozenset(one.key for one in self._addresses())

    def _addresses(self) -> Iterator[Address]:
        """Yield the addresses of the sender and of the recipients."""
        recipients = self._envelope.recipient_addresses
        # Forty addresses in Reply-To are no authors: that field exempts no more people than the audience has.
        yield from self._message.authors[: max(SEVERAL, len(recipients))]
        yield from (*self._message.recipients, *recipients)
        yield address(self._envelope.sender)
