"""Who is disclosed: entries of personal data judged one by one, and the distinct people in them counted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from holdback.people.fields import Kind, singles_out
from holdback.people.names import name_key, plain
from holdback.people.role_mailboxes import is_role_mailbox

Entries = Mapping[Kind, list[str]]
"""Values by kind, empty where an entry has none; all lists have one length. Names and streets as written."""

ThirdParty = Callable[[str], bool]
"""Tells for an address key whether its owner is a stranger who neither sent nor receives the message."""

_IDENTIFYING = {
    kind: f"{kind.name}:"
    for kind in (Kind.EMAIL, Kind.PHONE, Kind.IBAN, Kind.CARD, Kind.NATIONAL_ID, Kind.LOGIN)
}
_NAMED_BY = (Kind.BIRTH, Kind.ID, Kind.STREET)
_OF_A_PERSON = int(Kind.NAME | Kind.LOGIN | Kind.BIRTH | Kind.CARD)
_EMAIL = int(Kind.EMAIL)
_MAY_BE_SHARED = (Kind.EMAIL, Kind.PHONE, Kind.LOGIN, Kind.ID)
_WITNESSES = (Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.ID)
_COMPANIONS = 3
"""So many different people beside one address or number, and it is a company's, not a person's."""


@dataclass(slots=True)
class Subjects:
    """People that one message, or one part of it, discloses. Built up while its documents are read."""

    people: set[str] = field(default_factory=set)
    """One key for each person who has a record."""
    kinds: int = 0
    """What the records hold, a sum of `Kind`s."""
    recorded: set[str] = field(default_factory=set)
    """Address keys that belong to records."""
    addresses: set[str] = field(default_factory=set)
    """Address keys of third parties, in records or bare."""

    @property
    def bare(self) -> set[str]:
        """Addresses that stand alone."""
        return self.addresses - self.recorded

    def add(self, other: "Subjects") -> None:
        self.people |= other.people
        self.kinds |= other.kinds
        self.recorded |= other.recorded
        self.addresses |= other.addresses


def subjects_of(
    entries: Entries, third_party: ThirdParty, organisations: bool = False, beside: int = 0
) -> Subjects:
    """The third parties among `entries`.

    `organisations`: an entry without any sign of a person is a company. `beside`: supporting kinds of all.
    """
    found = Subjects()
    emails = entries.get(Kind.EMAIL, [])
    strangers = {email for email in set(emails) if email and third_party(email)}
    found.addresses = strangers
    own = {kind: _without_shared(kind, entries) for kind in entries}
    kept = own.get(Kind.EMAIL) or [""] * len(next(iter(own.values()), ()))
    for number, (mask, email) in enumerate(zip(_masks(own), kept, strict=True)):
        if email and email not in strangers:
            continue
        if not mask & _OF_A_PERSON:
            mask = _without_company(mask, email, organisations)
        if singles_out(mask):
            found.people.add(_person_key(own, number))
            found.kinds |= mask
            found.recorded.add(emails[number] if emails else "")
    found.kinds |= beside if found.people else 0
    found.recorded.discard("")
    return found


def _masks(columns: Entries) -> list[int]:
    """For each entry the sum of the kinds it has."""
    bits = [[int(kind) if value else 0 for value in values] for kind, values in columns.items()]
    return list(map(sum, zip(*bits, strict=True)))


def _without_company(mask: int, email: str, organisations: bool) -> int:
    """The kinds of an entry that names nobody: `info@…` is no person's, nor is a company's phone."""
    if email and is_role_mailbox(email):
        mask &= ~_EMAIL
    return 0 if organisations and not mask & _EMAIL else mask


def _person_key(columns: Entries, number: int) -> str:
    """What tells this person from others in any document: the address, else the phone, else name and more."""
    for kind, prefix in _IDENTIFYING.items():
        value = columns[kind][number] if kind in columns else ""
        if value:
            return prefix + value
    other = next(columns[kind][number] for kind in _NAMED_BY if kind in columns and columns[kind][number])
    return f"{name_key(columns[Kind.NAME][number])}:{plain(other).strip()}"


def _without_shared(kind: Kind, columns: Entries) -> list[str]:
    """The column without what stands beside several people: a support address, a switchboard's number."""
    values = columns[kind]
    if kind not in _MAY_BE_SHARED:
        return values
    repeated = {value for value, count in Counter(values).items() if value and count >= _COMPANIONS}
    witness = next((columns[other] for other in _WITNESSES if other in columns and other is not kind), None)
    if not repeated or witness is None:
        return values
    companions: dict[str, set[str]] = defaultdict(set)
    for value, other in zip(values, witness, strict=True):
        if value in repeated and other:
            companions[value].add(other)
    shared = {value for value, others in companions.items() if len(others) >= _COMPANIONS}
    return ["" if value in shared else value for value in values] if shared else values
