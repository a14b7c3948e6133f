"""A canary, and the set of all canaries, which finds them in addresses and text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from holdback.mail.address import a_labels
from holdback.people.canaries.deobfuscate import deobfuscate
from holdback.people.canaries.disguises import AddressFinder


@dataclass(frozen=True, slots=True)
class Canary:
    """One canary address and the list it was made for."""

    id: int
    address: str
    """As minted, lower case; a plus-tag is part of it."""
    list_name: str
    given_to: str
    """Receiver of the list; empty if it stayed in the company."""
    minted: float
    """Unix time, seconds."""
    minted_by: str
    reason: str = ""
    senders: tuple[str, ...] = ()
    """Globs of senders who may mail to it: `*@agency.example`."""


class Canaries:
    """All canaries. The time of a look-up does not depend on their number."""

    __slots__ = ("_by_address", "_finder", "newest")

    def __init__(self, canaries: Iterable[Canary] = ()) -> None:
        every = tuple(canaries)
        self._by_address = {_key(canary.address): canary for canary in every}
        self._finder = AddressFinder(canary.address.rpartition("@")[2] for canary in every)
        self.newest = max((canary.id for canary in every), default=0)
        """The highest id; 0 if there is none."""

    def __len__(self) -> int:
        return len(self._by_address)

    def __iter__(self) -> Iterator[Canary]:
        return iter(self._by_address.values())

    def get(self, address: str) -> Canary | None:
        """Return the canary with this address, ignoring case and an added plus-tag; None if there is none."""
        return self._find(_key(address)) if self._by_address else None

    def in_text(self, text: str, beat: Callable[[], None]) -> dict[int, Canary]:
        """Return the canaries in `text` by id, obfuscated addresses included.

        `beat` is called every few milliseconds; it may raise to stop the search.
        """
        found: dict[int, Canary] = {}
        if self._by_address:
            for plain in deobfuscate(text, beat):
                for written in self._finder.addresses_in(plain):
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
    """Return the address in lower case, with the domain as A-labels and the plus-tag."""
    local, _, domain = written.strip().lower().rpartition("@")
    return f"{local.strip(chr(34))}@{a_labels(domain.rstrip('.'))}"


NO_CANARIES = Canaries()
