"""The customer index: from an e-mail address, a phone number or a customer id to the person it belongs to."""

from holdback.people.customers.index import Hits, Index
from holdback.people.customers.index_file import IndexBroken, load, read_info
from holdback.people.customers.index_info import IndexInfo

__all__ = ["Hits", "Index", "IndexBroken", "IndexInfo", "load", "read_info"]
