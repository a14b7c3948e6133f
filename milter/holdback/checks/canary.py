"""Find canaries in outbound mail: invented addresses that identify a list (incidents 1, 2)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from holdback.checks.check import Check, Option
from holdback.verdict import Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence

_MAX_NAMED = 3
"""Maximum of places, and of lists, that a finding names."""


def canary(evidence: "Evidence") -> Iterator[Finding]:
    """Yield a finding with the number of canaries by list and receiver."""
    seen = evidence.sightings
    if not seen:
        return
    lists = Counter((one.canary.list_name, one.canary.given_to) for one in seen)
    named = [_named(count, *made_for) for made_for, count in lists.most_common()]
    places = list(dict.fromkeys(place for one in seen for place in one.places))
    yield Finding(CHECK.name, len(seen), _shortened(places), _shortened(named))


INBOUND = Option(
    "inbound", "pass", {"pass": "is passed on and recorded", "discard": "is discarded and recorded"}
)
"""Action for mail from outside whose recipients all are canaries."""

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


def _shortened(words: Sequence[str]) -> str:
    """Return the first of `words`, with `…` if there are more."""
    return "; ".join(words[:_MAX_NAMED]) + ("; …" if len(words) > _MAX_NAMED else "")
