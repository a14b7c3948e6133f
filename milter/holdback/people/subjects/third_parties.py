"""Decide who is a third party to a message: not ours, not a partner's, neither sender nor recipient.

If only one other organisation receives the message, its people are one party: they are shown to their own
company, so they do not count. One recipient elsewhere, or with a free-mail address, and everybody counts.
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from holdback.mail import Envelope, Message
from holdback.mail.address import Address, address
from holdback.mail.field_names import SEVERAL
from holdback.people.parties.domains import Domains, registrable

IsThirdParty = Callable[[str], bool]
"""True for an address key that belongs to a third party: `Audience.is_third_party` of one message."""


def nobody(_: str) -> bool:
    """Return False: the address does not belong to them."""
    return False


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

    def is_counted(self, key: str) -> bool:
        """True for a third party (a key) who is not in the only other organisation that gets the message."""
        return self.is_third_party(key) and not self.is_of_company(key)

    def is_of_company(self, key: str) -> bool:
        """True if the address (a key) is in the only other organisation that gets the message."""
        company = self._company
        return company != "" and key.endswith(company) and registrable(key.rpartition("@")[2]) == company

    @cached_property
    def _company(self) -> str:
        """The registrable domain of that organisation; empty if there is none, or more than one party."""
        recipients = (*self._envelope.recipient_addresses, *self._message.recipients)
        if self._domains.expanding_among(recipients):
            return ""
        company = ""
        for party in (self._domains.party(one) for one in recipients if not self._domains.is_internal(one)):
            if "@" in party or party != (company or party):
                return ""
            company = party
        return company

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
