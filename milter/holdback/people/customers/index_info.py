"""The description of a customer index, stored in the first page of its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Size, contents and origin of an index."""

    numbers: int
    """Entries: identifiers, counted once for each person they belong to."""
    people: int
    rows: int
    """Rows of the customer list."""
    empty: int
    """Rows without a usable identifier, which are not in the index."""
    dropped: int
    """Values shared by too many people to identify one: a switchboard, `none@none.example`."""
    made_at: int
    """Time of the build, unix seconds."""
    source: str
    region: str
    key_id: str
    """Fingerprint of the key used for the build (`Pseudonyms.key_id`)."""
    bytes: int
    """Size of the file."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Kind of identifier (`Identifier`) → entries of that kind."""
