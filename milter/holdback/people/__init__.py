"""Who is meant: addresses and parties, personal fields, records and the people they single out."""

from holdback.people.circle import Circle, circle

__all__ = ["Circle", "circle"]
