"""Pseudonyms: keyed 64-bit hashes of people's identifiers, used in customer index and trail (GDPR Art. 4(5)).

Without the key a pseudonym can neither be read nor guessed. Equal identifiers have equal pseudonyms, so that
index, trail and message can be compared.
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
"""What has pseudonyms, and the part of the hash that keeps equal values of two fields apart."""


class Pseudonyms:
    """Keyed BLAKE2b hashes of 64 bits (RFC 7693), as signed integers, the type that databases support."""

    __slots__ = ("_fresh", "key_id")

    def __init__(self, key: bytes) -> None:
        """`key`: the installation's secret, 32 bytes."""
        self._fresh = {
            field: blake2b(key=key, digest_size=8, person=f"people {label}".encode())
            for field, label in LABELS.items()
        }
        self.key_id = blake2b(key=key, digest_size=4, person=b"people key id").hexdigest()
        """Fingerprint of the key, 8 hex digits; reveals nothing about the key."""

    def number(self, field: Field, value: str) -> int:
        """Return the pseudonym of a normalised value (see `canonical`); 0 for an empty value."""
        if not value:
            return 0
        digest = self._fresh[field].copy()
        digest.update(value.encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest.digest(), "little", signed=True)

    def numbers(self, field: Field, values: Iterable[str]) -> list[int]:
        """Return the pseudonym of each value."""
        digests = self._digests(field, values)
        return list(unpack(f"<{len(digests)}q", b"".join(digests)))

    def column(self, field: Field, values: Iterable[str]) -> NDArray[np.int64]:
        """Return the pseudonyms as an array, for thousands of values."""
        return np.frombuffer(b"".join(self._digests(field, values)), "<i8").astype(np.int64, copy=False)

    def _digests(self, field: Field, values: Iterable[str]) -> list[bytes]:
        fresh = self._fresh[field].copy
        digests = []
        for value in values:
            digest = fresh()
            digest.update(value.encode("utf-8", "surrogatepass"))
            digests.append(digest.digest() if value else _NONE)
        return digests
