"""A customer index of addresses only, for the tests of the checks."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.people.customers import Index, load
from holdback.people.pseudonyms import Pseudonyms


def index_of(addresses: Sequence[str], pseudonyms: Pseudonyms) -> Index:
    """Return an index with one customer for each address. Its file is already deleted, but mapped."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "customers.idx"
        build(path, [RowBatch(len(addresses), emails=[addresses])], pseudonyms, Origin(at=0, source="test"))
        return load(path, pseudonyms.key_id)
