"""The customer index: which person an e-mail address, a phone number, a customer id belongs to."""

from holdback.people.customers.index import Hits, Index
from holdback.people.customers.index_file import IndexBroken, load, read_info
from holdback.people.customers.values import Info, Made, Rows

__all__ = ["Hits", "Index", "IndexBroken", "Info", "Made", "Rows", "load", "read_info"]
