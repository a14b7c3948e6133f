"""What a canary is, and how one is recognised among all the addresses of a message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from holdback.mail.address import a_labels
from holdback.people.canaries.deobfuscate import deobfuscate
from holdback.people.canaries.disguises import AddressFinder


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

    __slots__ = ("_by_address", "_domains", "newest")

    def __init__(self, canaries: Iterable[Canary] = ()) -> None:
        planted = tuple(canaries)
        self._by_address = {_key(canary.address): canary for canary in planted}
        self._domains = AddressFinder(canary.address.rpartition("@")[2] for canary in planted)
        self.newest = max((canary.id for canary in planted), default=0)
        """The highest id; 0 if there is none."""

    def __len__(self) -> int:
        return len(self._by_address)

    def get(self, address: str) -> Canary | None:
        """The canary that `address` (in any case, with any plus-tag) is, if it is one."""
        return self._find(_key(address)) if self._by_address else None

    def in_text(self, text: str, beat: Callable[[], None]) -> dict[int, Canary]:
        """The canaries in `text` by their ids, disguised ones included.

        `beat` is called every few milliseconds of work; it may raise to end it.
        """
        found: dict[int, Canary] = {}
        if self._by_address:
            for plain in deobfuscate(text, beat):
                for written in self._domains.addresses_in(plain):
                    canary = self._find(written)
                    if canary:
                        found[canary.id] = canary
        return found

    def _find(self, key: str) -> Canary | None:
        canary = self._by_address.get(key)
        if canary is None and "+" in key:
            local, _, domain = key.rpartition("@")
            canary = self._by_address.get(f"{local.partition('+')[0]}@{domain}")
        return canary


def _key(written: str) -> str:
    """`written` in lower case with the domain as A-labels, its plus-tag kept."""
    local, _, domain = written.strip().lower().rpartition("@")
    return f"{local.strip(chr(34))}@{a_labels(domain.rstrip('.'))}"


NO_CANARIES = Canaries()
