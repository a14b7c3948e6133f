"""Numbers that stand for people's identifiers in the customer index and in the trail (GDPR Art. 4(5)).

Whoever lacks the key can neither read a number nor guess what it stands for. The same identifier always has
the same number, so that index, trail and message can be compared.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from struct import unpack

import numpy as np
from numpy.typing import NDArray

from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field

_NONE = bytes(8)


LABELS: Mapping[Field, str] = {
    Field.EMAIL: "email",
    Field.PHONE: "phone",
    Field.ID: "id",
    Field.LOGIN: "login",
    NAME_AND_POSTCODE: "name-post",
    NAME_AND_ID: "name-id",
    Field.DOMAIN: "domain",
    Field.PAIR: "pair",
}
"""What a number can stand for, and the part of the hash that keeps equal values of two fields apart."""


class Pseudonyms:
    """Keyed BLAKE2b hashes of 64 bits (RFC 7693), as signed numbers, as databases have them."""

    __slots__ = ("_fresh", "key_id")

    def __init__(self, key: bytes) -> None:
        """`key`: the installation's secret, 32 bytes."""
        self._fresh = {
            field: blake2b(key=key, digest_size=8, person=f"people {label}".encode())
            for field, label in LABELS.items()
        }
        self.key_id = blake2b(key=key, digest_size=4, person=b"people key id").hexdigest()
        """Tells two keys apart, and nothing about either: 8 hex digits."""

    def number(self, kind: Field, value: str) -> int:
        """The number of one normalised value (see `identifiers`); 0 for the empty one."""
        if not value:
            return 0
        digest = self._fresh[kind].copy()
        digest.update(value.encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest.digest(), "little", signed=True)

    def numbers(self, kind: Field, values: Iterable[str]) -> list[int]:
        """The number of each value."""
        digests = self._digests(kind, values)
        return list(unpack(f"<{len(digests)}q", b"".join(digests)))

    def column(self, kind: Field, values: Iterable[str]) -> NDArray[np.int64]:
        """As `numbers`, for thousands of values."""
        return np.frombuffer(b"".join(self._digests(kind, values)), "<i8").astype(np.int64, copy=False)

    def _digests(self, kind: Field, values: Iterable[str]) -> list[bytes]:
        fresh = self._fresh[kind].copy
        digests = []
        for value in values:
            digest = fresh()
            digest.update(value.encode("utf-8", "surrogatepass"))
            digests.append(digest.digest() if value else _NONE)
        return digests
