"""Prints decisions and their results."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from holdback.cases.model import Decided, Decision
from holdback.cli.console import console, local_time, print_json, print_paragraph, table
from holdback.cli.settings import operator
from holdback.custody.results import Done
from holdback.exits import Failure
from holdback.phrases import count_of, printable

LISTED = 10
"""Messages printed one by one; more are summed up by result."""
DECISIONS = {
    Decision.RELEASE: "release",
    Decision.RELEASE_BCC: "release with hidden recipients",
    Decision.DROP: "drop",
    Decision.RETURN: "drop and return to the sender",
}
_ELSEWHERE = "the host that holds the mail carries it out within a minute"


def by_and_when(decided: Decided) -> str:
    """`jane on 2026-11-22 04:12`"""
    return f"{printable(decided.operator, 40)} on {local_time(decided.at)}"


@dataclass(frozen=True, slots=True)
class Report:
    """Prints the results of one decision, as text or as JSON."""

    decision: Decision
    json: bool

    def print_decision(self, case_id: str, earlier: Decided | None) -> None:
        """Print what is on record now; `earlier` if it was before."""
        if not self.json:
            print_paragraph(console(), f"{case_id}: {self._decided(earlier)}")

    def print_results(self, case_id: str, done: Sequence[Done]) -> None:
        """Print what happened to each message of a case; nothing happened on this host if there is none."""
        out = console()
        if self.json:
            self._print_json(case_id, done)
        elif len(done) > LISTED:
            results = Counter(one.text for one in done)
            out.print(table([">messages", "result"], [(count, text) for text, count in results.items()]))
        elif done:
            rows = [(one.hold, one.queue_id, printable(one.host, 30), one.text) for one in done]
            out.print(table([">id", "queue id", "host", "result"], rows))
        else:
            print_paragraph(out, f"{_ELSEWHERE[0].upper()}{_ELSEWHERE[1:]}.")

    def print_case(self, case_id: str, earlier: Decided | None, done: Sequence[Done]) -> None:
        """Print one of many cases in a line: what is on record, and how many messages had which result."""
        if self.json:
            self._print_json(case_id, done)
            return
        results = Counter(one.text for one in done)
        happened = ", ".join(f"{count:,} {text}" for text, count in results.items()) or _ELSEWHERE
        print(f"{case_id}: {self._decided(earlier)}: {happened}")

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

    def _print_json(self, case_id: str, done: Sequence[Done]) -> None:
        for one in done:
            print_json(asdict(one))
        if not done:
            print_json({"case": case_id, "done": False, "text": _ELSEWHERE})

    def _decided(self, earlier: Decided | None) -> str:
        if earlier:
            return f"already decided by {by_and_when(earlier)}: {DECISIONS[self.decision]}"
        return f"{DECISIONS[self.decision]}, decided by {printable(operator(), 40)}"
