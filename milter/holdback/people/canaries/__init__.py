"""Canaries: addresses that belong to nobody, planted in a list to trace it (incidents 1 and 2)."""

from holdback.people.canaries.arrival import is_expected_sender, unexpected_canaries
from holdback.people.canaries.canary import NO_CANARIES, Canaries, Canary

__all__ = ["NO_CANARIES", "Canaries", "Canary", "is_expected_sender", "unexpected_canaries"]
