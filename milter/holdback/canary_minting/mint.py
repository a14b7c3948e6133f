"""Invent fictitious people with plausible e-mail addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from holdback.canary_minting.names import NAMES, TAGS
from holdback.mail.address import address
from holdback.people.fields.folding import fold

_TRIES = 200
"""Attempts to find a free address before giving up."""
_MIXED = 0.1
"""Share of people whose names may come from two languages."""


class NamesExhausted(Exception):
    """No free address was found."""


@dataclass(frozen=True, slots=True)
class FictitiousPerson:
    """A person who does not exist."""

    given: str
    family: str
    address: str


def mint(
    number: int, domain: str, plus: str, in_use: Callable[[str], bool], random: Random
) -> tuple[FictitiousPerson, ...]:
    """Return `number` people with different addresses at `domain` that are not `in_use`.

    plus: local part of the mailbox they are plus-addresses of; empty for none. Addresses vary in style:
    `chiara.lindqvist`, `clindqvist`, `chiara_lindqvist79`, … Raises NamesExhausted.
    """
    domain = address(f"@{domain}").domain
    minted: dict[str, FictitiousPerson] = {}
    for _ in range(number):
        for _ in range(_TRIES):
            given, family = _name(random)
            local = _tagged(plus, random) if plus else _local(given, family, random)
            written = f"{local}@{domain}"
            if written not in minted and not in_use(written):
                minted[written] = FictitiousPerson(given, family, written)
                break
        else:
            raise NamesExhausted(f"no free address left at {domain}")
    return tuple(minted.values())


def _name(random: Random) -> tuple[str, str]:
    """Return given and family name, usually of one language."""
    given, family = random.choice(NAMES)
    if random.random() < _MIXED:
        _, family = random.choice(NAMES)
    return random.choice(given), random.choice(family)


def _local(given: str, family: str, random: Random) -> str:
    first, last = (fold(name).replace(" ", "") for name in (given, family))
    number = random.randrange(60, 100)
    return random.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}",
            f"{first}_{last}{number}",
            f"{first}{last}",
            f"{last}.{first}",
            f"{first}.{last}{random.randrange(1, 30)}",
            f"{first[:4]}{last[:3]}{number}",
        )
    )


def _tagged(mailbox: str, random: Random) -> str:
    end = random.choice(("", "", str(random.randrange(2, 1000)), str(random.randrange(2015, 2027))))
    return f"{mailbox.lower()}+{random.choice(TAGS)}{end}"
