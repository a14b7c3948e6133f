"""The customer index: which person an e-mail address, a phone number, a customer id belongs to."""

from holdback.people.customers.index import Hits, Index

__all__ = ["Hits", "Index"]
