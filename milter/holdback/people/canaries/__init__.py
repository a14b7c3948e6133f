"""Canaries: addresses that belong to nobody, planted in a list to trace it (incidents 1 and 2)."""

from holdback.people.canaries.arrival import arrived_at, explains
from holdback.people.canaries.values import NO_CANARIES, Canaries, Canary

__all__ = ["NO_CANARIES", "Canaries", "Canary", "arrived_at", "explains"]
