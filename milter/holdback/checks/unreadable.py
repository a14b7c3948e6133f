"""What could not be read: encrypted, broken, too large, too slow, unknown. Said, never silent."""

from collections import defaultdict
from collections.abc import Iterator

from holdback.checks.check import Check
from holdback.checks.evidence import Evidence
from holdback.documents import Unreadable
from holdback.mail import Flaw
from holdback.people.fields.addresses import masked
from holdback.verdict import Action, Finding

_PLACES_NAMED = 5


def unreadable(evidence: Evidence) -> Iterator[Finding]:
    """One finding a kind; its count is the number of places."""
    places: dict[str, list[str]] = defaultdict(list)
    for document in evidence.documents:
        for kind in document.unreadable:
            places[kind].append(masked(document.where))
    for defect in evidence.message.defects:
        if defect.flaw is Flaw.OVER_LIMIT:
            places[str(defect.flaw)].append(defect.where)
    for name, where in sorted(places.items()):
        named = "; ".join(where[:_PLACES_NAMED]) + ("; …" if len(where) > _PLACES_NAMED else "")
        yield Finding(CHECK.name, len(where), named, name.replace("_", " "), name)


CHECK = Check(
    name="unreadable",
    find=unreadable,
    advice="a part of it could not be checked. Send it unencrypted, in a common format.",
    plain_words="A part could not be read, so nobody knows what it shows.",
    summary="a message with a part that cannot be read {action}",
    action=Action.OBSERVE,
    kind_actions={str(kind): None for kind in Unreadable},
    counts_people=False,
)
