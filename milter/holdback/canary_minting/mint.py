"""Makes canaries: addresses that look like anybody's, and are nobody's."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from holdback.canary_minting.names import NAMES, TAGS
from holdback.mail.address import address
from holdback.people.fields.folding import fold

_TRIES = 200
"""Names that are thought of for one address before it is given up."""
_MIXED = 0.1
"""Share of people whose two names may come from two languages."""


class NoneLeft(Exception):
    """Whatever was thought of is taken."""


@dataclass(frozen=True, slots=True)
class Minted:
    """Somebody who does not exist."""

    given: str
    family: str
    address: str


def mint(
    number: int, domain: str, plus: str, taken: Callable[[str], bool], random: Random
) -> tuple[Minted, ...]:
    """`number` different addresses that are not `taken`.

    domain: where they are; plus: mailbox (its local part) they are plus-addresses of, empty for none. Each in
    one of several styles: `chiara.lindqvist`, `clindqvist`, `chiara_lindqvist79`, … Raises NoneLeft.
    """
    domain = address(f"@{domain}").domain
    minted: dict[str, Minted] = {}
    for _ in range(number):
        for _ in range(_TRIES):
            given, family = _name(random)
            local = _tagged(plus, random) if plus else _local(given, family, random)
            written = f"{local}@{domain}"
            if written not in minted and not taken(written):
                minted[written] = Minted(given, family, written)
                break
        else:
            raise NoneLeft(f"no more addresses at {domain} could be thought of")
    return tuple(minted.values())


def _name(random: Random) -> tuple[str, str]:
    """Given and family name, of one language most often."""
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
