"""Recipients that would see each other: the parties in To, Cc and their like (incidents 3 and 4)."""

from collections.abc import Iterator

from holdback.checks.evidence import Evidence
from holdback.verdict import Finding


def visible_recipients(evidence: Evidence) -> Iterator[Finding]:
    """Parties, not addresses: forty people of one client know each other; two free-mail addresses do not."""
    circle = evidence.knowledge.circle
    strangers = [address for address in evidence.message.visible if circle.is_stranger(address)]
    parties = {circle.party(address) for address in strangers}
    if parties:
        where = ", ".join(evidence.message.visible_in)
        text = f"{len(parties):,} parties would see each other ({len(strangers):,} addresses)"
        yield Finding("visible_recipients", len(parties), where, text)
