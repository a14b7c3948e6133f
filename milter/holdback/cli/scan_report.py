"""What a scan found, message by message and summed up, and what it could not look at."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.checks.evidence import Evidence
from holdback.mail import Defect
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import in_words
from holdback.people.subjects.by_place import Showing
from holdback.phrases import count_of, printable
from holdback.verdict import Action, Verdict

STOPPED = (Action.REJECT, Action.HOLD, Action.BLIND)
"""Actions that do not let a message out as it is; any of them makes the exit code 1."""


@dataclass(frozen=True, slots=True)
class Result:
    """What would happen to one message."""

    path: str
    verdict: Verdict
    defects: tuple[Defect, ...]
    size: int
    """Bytes."""
    seconds: float
    places: tuple[str, ...] = ()
    """What its documents show and what could not be read, a line each; empty if nothing follows from it."""

    def as_dict(self) -> dict[str, object]:
        """The object that `scan --json` prints."""
        return {
            "path": self.path,
            "action": str(self.verdict.action),
            "findings": [
                {"check": found.check, "count": found.count, "where": found.where, "text": found.text}
                for found in self.verdict.findings
            ],
            "defects": [str(defect) for defect in self.defects],
            "bytes": self.size,
            "seconds": round(self.seconds, 6),
        }


@dataclass(slots=True)
class Tally:
    """Sums over a whole run."""

    messages: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    """Messages by check that would be stopped by it."""
    noted: Counter[str] = field(default_factory=Counter)
    """Messages by check in which it would only be noted."""
    people: Counter[str] = field(default_factory=Counter)
    """Most people in one message, by check."""
    broken: int = 0
    """Messages that depart from the standards somewhere."""

    def add(self, result: Result) -> None:
        self.messages += 1
        self.actions[result.verdict.action] += 1
        self.broken += bool(result.defects)
        by_check: dict[str, bool] = {}
        for judgement in result.verdict.judgements:
            check = judgement.finding.check
            by_check[check] = by_check.get(check, False) or judgement.action in STOPPED
            self.people[check] = max(self.people[check], judgement.finding.count)
        for check, stops in by_check.items():
            (self.stopped if stops else self.noted)[check] += 1

    @property
    def would_stop(self) -> int:
        return sum(self.actions[action] for action in STOPPED)


@dataclass(slots=True)
class SkippedFiles:
    """Files that are no mail, files that could not be read, and a reader that could not be started."""

    no_mail: int = 0
    unread: int = 0
    no_reader: bool = False

    def note(self, path: str, trouble: str) -> None:
        if not trouble:
            self.no_mail += 1
            return
        self.unread += 1
        print(f"holdback: {printable(path)}: {trouble}", file=sys.stderr)

    def without_reader(self, error: Exception) -> None:
        """Say, once, that no attachment that needs a reader is read."""
        if not self.no_reader:
            print(f"holdback: attachments cannot be read: {error}; see holdback doctor", file=sys.stderr)
        self.no_reader = True

    def report(self) -> None:
        if self.no_mail:
            print(f"holdback: {count_of(self.no_mail, 'file')} left out: not mail", file=sys.stderr)


def places(evidence: Evidence) -> list[str]:
    """`2 archive.zip > export.xlsx > sheet "Kunden" rows 2-20001: 20,000 people (e-mail, name, phone)`.

    One line for every table and text that shows third parties, then one for every document that is not read
    to its end.
    """
    shown = ((showing.where, _people(showing)) for showing in evidence.showings)
    return [*(f"{_short(where)}: {people}" for where, people in shown if people), *_unread(evidence)]


def _people(showing: Showing) -> str:
    found = showing.found
    said = []
    if found.people:
        said.append(f"{count_of(len(found.people), 'person', 'people')} ({in_words(found.kinds)})")
    if found.bare:
        said.append(count_of(len(found.bare), "address", "addresses"))
    if found.customers:
        said.append(count_of(len(found.customers), "customer", "customers"))
    return ", ".join(said)


def _unread(evidence: Evidence) -> Iterator[str]:
    for document in evidence.documents:
        if document.unreadable:
            kinds = ", ".join(why.replace("_", " ") for why in document.unreadable)
            yield f"{_short(masked(document.where))}: {kinds}"


def _short(where: str) -> str:
    return where.removeprefix("part ").replace(", ", " ", 1)
