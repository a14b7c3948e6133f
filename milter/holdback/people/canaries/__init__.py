"""Canaries: addresses that belong to no person, added to a list to trace its use."""

from holdback.people.canaries.arrival import is_expected_sender, unexpected_canaries
from holdback.people.canaries.canary import NO_CANARIES, Canaries, Canary

__all__ = ["NO_CANARIES", "Canaries", "Canary", "is_expected_sender", "unexpected_canaries"]
