"""What a canary is, and how one is recognised among all the addresses of a message."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted address and where it comes from."""

    id: int
    address: str
    """As minted, lower case; a plus-tag is part of it."""
    list_name: str
    given_to: str
    """Who received the list; empty if it stayed in the house."""
    minted: float
    """Unix time, seconds."""
    minted_by: str
    reason: str = ""
    senders: tuple[str, ...] = ()
    """Globs of the senders who may mail to it: `*@agency.example`."""


class Canaries:
    """Every canary there is. A look-up takes as long among 100,000 as among ten."""

    __slots__ = ("_by_address",)

    def __init__(self, canaries: Iterable[Canary] = ()) -> None:
        self._by_address = {canary.address: canary for canary in canaries}

    def __len__(self) -> int:
        return len(self._by_address)

    def get(self, address: str) -> Canary | None:
        """The canary that `address` (in any case) is, if it is one."""
        return self._by_address.get(address.lower())


NO_CANARIES = Canaries()
