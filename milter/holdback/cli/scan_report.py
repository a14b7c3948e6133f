"""Results of a scan: one message, totals, skipped files, and how they are printed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console

from holdback.checks.evidence import Evidence
from holdback.cli.console import print_paragraph, table, warn
from holdback.mail import Defect
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import in_words
from holdback.people.subjects.by_place import Disclosed
from holdback.phrases import count_of, number, printable
from holdback.verdict import Action, Verdict

STOPPED = (Action.REJECT, Action.HOLD, Action.BLIND)
"""Actions that do not send a message unchanged; any of them makes the exit code 1."""

_PLACES = 40
"""Places of one message that are printed."""
_BULLET = 9 * " " + "-"


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict about one message."""

    path: str
    verdict: Verdict
    defects: tuple[Defect, ...]
    size: int
    """Bytes."""
    seconds: float
    places: tuple[str, ...] = ()
    """Places in its documents that disclose people or cannot be read; empty without a finding."""

    def as_dict(self) -> dict[str, object]:
        """The JSON object of the message."""
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
class Totals:
    """Totals of a scan."""

    messages: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    """Messages that a check would stop, by check."""
    observed: Counter[str] = field(default_factory=Counter)
    """Messages that a check would only observe, by check."""
    people: Counter[str] = field(default_factory=Counter)
    """Most people in one message, by check."""
    malformed: int = 0
    """Malformed messages."""

    def add(self, result: Result) -> None:
        self.messages += 1
        self.actions[result.verdict.action] += 1
        self.malformed += bool(result.defects)
        by_check: dict[str, bool] = {}
        for judgement in result.verdict.judgements:
            check = judgement.finding.check
            by_check[check] = by_check.get(check, False) or judgement.action in STOPPED
            self.people[check] = max(self.people[check], judgement.finding.count)
        for check, stops in by_check.items():
            (self.stopped if stops else self.observed)[check] += 1

    @property
    def stopped_messages(self) -> int:
        return sum(self.actions[action] for action in STOPPED)


@dataclass(slots=True)
class SkippedFiles:
    """Counts the files that are not scanned, and prints errors."""

    not_mail: int = 0
    unreadable: int = 0
    no_reader: bool = False

    def add(self, path: str, error: str) -> None:
        """Count a file; print `error`, unless it is empty because the file is not mail."""
        if not error:
            self.not_mail += 1
            return
        self.unreadable += 1
        warn(f"{path}: {error}")

    def report_reader(self, error: Exception) -> None:
        """Print once that the reader cannot be started."""
        if not self.no_reader:
            warn(f"attachments cannot be read: {error}; run holdback doctor")
        self.no_reader = True

    def print_count(self) -> None:
        if self.not_mail:
            warn(f"{count_of(self.not_mail, 'file')} skipped: not mail")


def places(evidence: Evidence) -> list[str]:
    """`2 archive.zip > export.xlsx > sheet "Kunden" rows 2-20001: 20,000 people (e-mail, name, phone)`.

    One line for each table and text that discloses third parties, then one for each unreadable document.
    """
    shown = ((place.where, _people(place)) for place in evidence.disclosed)
    return [*(f"{_short(where)}: {people}" for where, people in shown if people), *_unread(evidence)]


def _people(place: Disclosed) -> str:
    found = place.subjects
    parts = []
    if found.people:
        parts.append(f"{count_of(found.people_count, 'person', 'people')} ({in_words(found.fields)})")
    if found.bare:
        parts.append(count_of(len(found.bare), "address", "addresses"))
    if found.customers:
        parts.append(count_of(len(found.customers), "customer", "customers"))
    return ", ".join(parts)


def _unread(evidence: Evidence) -> Iterator[str]:
    for document in evidence.documents:
        if document.unreadable:
            kinds = ", ".join(why.replace("_", " ") for why in document.unreadable)
            yield f"{_short(masked(document.where))}: {kinds}"


def _short(where: str) -> str:
    return where.removeprefix("part ").replace(", ", " ", 1)


def print_result(out: Console, result: Result) -> None:
    """Print the action for a message, its findings, and their places."""
    out.print(f"{result.verdict.action!s:<8} {printable(result.path)}", soft_wrap=True)
    for judgement in result.verdict.judgements:
        print_paragraph(out, printable(str(judgement), 1000), 9)
    places = [printable(line, 1000) for line in result.places[:_PLACES]]
    if len(result.places) > _PLACES:
        places.append(f"… and {count_of(len(result.places) - _PLACES, 'more place')}")
    for place in places:
        print_paragraph(out, place, 11, _BULLET)


def print_summary(out: Console, totals: Totals) -> None:
    """Print the totals, and a table of the checks that found something."""
    if totals.messages == 0:
        out.print("No messages found.")
        return
    out.print(f"\n{count_of(totals.messages, 'message')}: {number(totals.stopped_messages)} would be held")
    if totals.people:
        rows = [
            (check, totals.stopped[check], totals.observed[check], totals.people[check])
            for check in sorted(totals.people)
        ]
        out.print(table(["check", ">would hold", ">would observe", ">most people in one message"], rows))
    if totals.malformed:
        out.print(f"{count_of(totals.malformed, 'malformed message')} (not a reason to hold)")
