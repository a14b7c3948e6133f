"""The description of a customer index, stored in the first page of its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What the file says of itself."""

    numbers: int
    """Identifiers, each counted once for each person it belongs to."""
    people: int
    rows: int
    """RowBatch of the list that it was built from."""
    empty: int
    """Those of them without any identifier: their people are not in the index."""
    dropped: int
    """Values that too many people share to identify one of them: a switchboard, `none@none.example`."""
    made_at: int
    """Seconds since 1970."""
    source: str
    region: str
    key_id: str
    """Of the key it was built with (`Pseudonyms.key_id`)."""
    bytes: int
    """Size of the file."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Kind of identifier (`Identifier`) → numbers of that kind."""
