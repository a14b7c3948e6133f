"""Build disclosures for tests; only the values a test depends on are arguments."""

from array import array
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from holdback.trail.disclosure import DisclosedPlace, Disclosure

NOON = 1_700_000_000.25
_TYPICAL = Disclosure(
    at=NOON,
    host="mx1.corp.example",
    queue_id="4AAA",
    message_id="<1@corp.example>",
    sender="offers@corp.example",
    login="jane",
    client="192.0.2.7",
    recipients=1,
    audience={"list-broker.example": 1},
    action="pass",
    case="",
    people=1,
    shown=(),
)


def disclosure(*places: Iterable[int], **changes: Any) -> Disclosure:
    """Return a disclosure of these pseudonyms, place by place: `place 0`, `place 1`, …"""
    shown = tuple(
        DisclosedPlace(f"place {place}", len(set(numbers)), array("q", numbers))
        for place, numbers in enumerate(map(list, places))
    )
    return replace(_TYPICAL, shown=shown, **changes)
