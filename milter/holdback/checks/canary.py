"""Find canaries in outbound mail: addresses that belong to nobody and identify a list (incidents 1, 2)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from holdback.checks.check import Check, Option
from holdback.checks.evidence import Evidence
from holdback.verdict import Finding

_NAMED = 3
"""Places, and lists, that a finding names."""


def canary(evidence: Evidence) -> Iterator[Finding]:
    """The canaries in the message, counted by the list and the receiver that they were made for."""
    seen = evidence.sightings
    if not seen:
        return
    lists = Counter((one.canary.list_name, one.canary.given_to) for one in seen)
    named = [_named(count, *made_for) for made_for, count in lists.most_common()]
    places = list(dict.fromkeys(place for one in seen for place in one.places))
    yield Finding(CHECK.name, len(seen), _shortly(places), _shortly(named))


INBOUND = Option(
    "inbound", "pass", {"pass": "is passed on and recorded", "discard": "is discarded and recorded"}
)
"""What happens to mail from outside to canaries only."""

CHECK = Check(
    name="canary",
    find=canary,
    advice="it shows a list that must not leave the company. Contact your postmaster.",
    plain_words="The message contains canary addresses: a marked list is on its way out.",
    summary="a message that carries one out {action}; mail from outside to one {inbound}",
    options=(INBOUND,),
    counts_people=False,
)


def _named(count: int, list_name: str, given_to: str) -> str:
    receiver = f"given to {given_to}" if given_to else "internal"
    return f'{count:,} {"canary" if count == 1 else "canaries"} of list "{list_name}", {receiver}'


def _shortly(words: Sequence[str]) -> str:
    """The first of `words`, and a sign that there are more."""
    return "; ".join(words[:_NAMED]) + ("; …" if len(words) > _NAMED else "")
