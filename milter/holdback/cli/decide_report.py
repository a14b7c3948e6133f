"""Prints decisions and their results."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil

from holdback.cases.model import Decided, Decision
from holdback.cli.console import console, local_time, print_json, print_paragraph, table
from holdback.custody.results import Done
from holdback.exits import Failure
from holdback.phrases import count_of, duration, printable

LISTED = 10
"""Messages printed one by one; more are summed up by result."""
DECISIONS = {
    Decision.RELEASE: "release",
    Decision.RELEASE_BCC: "release with hidden recipients",
    Decision.DROP: "drop",
    Decision.RETURN: "drop and return to the sender",
}
_ELSEWHERE = "the host that holds the mail carries it out within seconds"


def grace_in_words(due: float, case_id: str) -> str:
    """`dropped in 9 min; undo: holdback undo K7Q2-9F`; `due`: unix time at which the grace period ends."""
    return f"{dropped_in(due)}; undo: holdback undo {case_id}"


def dropped_in(due: float) -> str:
    """`dropped in 9 min`"""
    left = ceil(due - time.time())
    return f"dropped in {duration(left)}" if left > 0 else "dropped within a minute"


def by_and_when(decided: Decided) -> str:
    """`jane on 2026-11-22 04:12`"""
    return f"{printable(decided.operator, 40)} on {local_time(decided.at)}"


def broken_signature(fields: Sequence[str]) -> str:
    """`The DKIM signature covers To, Cc: hidden recipients make it invalid.`"""
    return (
        f"The DKIM signature covers {printable(', '.join(fields), 100)}: hidden recipients make it invalid."
    )


@dataclass(frozen=True, slots=True)
class Report:
    """Prints the results of decisions, as text or as JSON."""

    json: bool

    def print_decision(self, decided: Decided, is_new: bool) -> None:
        """Print the decision that is on record; not `is_new` if it was before."""
        if not self.json:
            print_paragraph(console(), f"{decided.case_id}: {_on_record(decided, is_new)}")

    def print_signed(self, fields: Sequence[str]) -> None:
        """Print that a signature covers the `fields` that the decision changes; nothing without any."""
        if fields and not self.json:
            print_paragraph(console(), broken_signature(fields))

    def print_results(self, decided: Decided, done: Sequence[Done]) -> None:
        """Print what happened to each message of a case; nothing happened on this host if there is none."""
        out = console()
        if self.json:
            self._print_json(decided, done)
            return
        if len(done) > LISTED:
            results = Counter(one.text for one in done)
            out.print(table([">messages", "result"], [(count, text) for text, count in results.items()]))
        elif done:
            rows = [(one.hold, one.queue_id, printable(one.host, 30), one.text) for one in done]
            out.print(table([">id", "queue id", "host", "result"], rows))
        elif decided.due is None:
            print_paragraph(out, f"{_ELSEWHERE[0].upper()}{_ELSEWHERE[1:]}.")
        if decided.due is not None:
            text = grace_in_words(decided.due, decided.case_id)
            print_paragraph(out, f"{text[0].upper()}{text[1:]}")

    def print_case(self, decided: Decided, is_new: bool, done: Sequence[Done]) -> None:
        """Print one of many cases in a line: what is on record, and how many messages had which result."""
        if self.json:
            self._print_json(decided, done)
            return
        results = Counter(one.text for one in done)
        happened = ", ".join(f"{count:,} {text}" for text, count in results.items()) or _ELSEWHERE
        if decided.due is not None:
            happened = grace_in_words(decided.due, decided.case_id)
        print(f"{decided.case_id}: {_on_record(decided, is_new)}: {happened}")

    def print_failure(self, name: str, failure: Failure) -> None:
        """Print why one of many cases was not decided."""
        if self.json:
            print_json({"case": name, "done": False, "text": str(failure)})
        else:
            text = str(failure)
            print(text if text.startswith(f"{printable(name)}: ") else f"{printable(name)}: {text}")

    def print_total(self, cases: int, failed: int) -> None:
        """Print how many cases there were, and how many were not done."""
        if not self.json:
            print(f"{count_of(cases, 'case')}: {cases - failed:,} done, {failed:,} not done")

    def _print_json(self, decided: Decided, done: Sequence[Done]) -> None:
        for one in done:
            print_json(asdict(one))
        if not done:
            result = {"case": decided.case_id, "done": False, "text": _ELSEWHERE, "due": decided.due}
            print_json(result)


def _on_record(decided: Decided, is_new: bool) -> str:
    if is_new:
        return f"{DECISIONS[decided.decision]}, decided by {printable(decided.operator, 40)}"
    return f"already decided by {by_and_when(decided)}: {DECISIONS[decided.decision]}"
