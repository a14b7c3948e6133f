"""Find parts that could not be read: encrypted, broken, over a limit, too slow, unsupported, or our fault."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdback.checks.check import Check
from holdback.documents import Unreadable
from holdback.mail import Flaw
from holdback.people.fields.addresses import masked
from holdback.verdict import Action, Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence

_MAX_LISTED = 5
"""Maximum of places, and of faults, that a finding names."""


def unreadable(evidence: "Evidence") -> Iterator[Finding]:
    """Yield one finding for each kind of unreadable part; its count is the number of places."""
    places: dict[str, list[str]] = defaultdict(list)
    for document in evidence.documents:
        for kind in document.unreadable:
            places[kind].append(masked(document.where))
    for defect in evidence.message.defects:
        if defect.flaw is Flaw.OVER_LIMIT:
            places[str(defect.flaw)].append(defect.where)
    for name, where in sorted(places.items()):
        text = _faults(evidence) if name == Unreadable.FAULT else name.replace("_", " ")
        yield Finding(CHECK.name, len(where), _listed(where), text, name)


def _faults(evidence: "Evidence") -> str:
    """Return for example `fault in Holdback: KeyError at xlsx.py:210`."""
    faults = (str(document.fault) for document in evidence.documents if document.fault)
    return f"fault in Holdback: {_listed(list(dict.fromkeys(faults)))}"


def _listed(words: list[str]) -> str:
    return "; ".join(words[:_MAX_LISTED]) + ("; …" if len(words) > _MAX_LISTED else "")


CHECK = Check(
    name="unreadable",
    find=unreadable,
    advice="a part of it could not be checked. Send it unencrypted, in a common format.",
    plain_words="A part could not be read, so nobody knows what it shows.",
    summary="a message with a part that cannot be read {action}",
    action=Action.OBSERVE,
    kind_actions={str(kind): None for kind in Unreadable} | {str(Unreadable.FAULT): Action.HOLD},
    kind_words={str(Unreadable.FAULT): "Holdback could not read a part because of a mistake of its own."},
    counts_people=False,
)
