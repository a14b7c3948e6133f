"""Commands find a case by the id that stands in a queue or a log since the database was unavailable."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import SOCKS, Office
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import CaseState, Decision
from holdback.exits import Exit

Run = Callable[..., tuple[int, str, str]]
ALIASES = [f"K7Q2-9{letter}" for letter in "ABCDEFG"]


@pytest.fixture
def case(office: Office) -> str:
    """A case whose copies were held with other ids."""
    case = office.hold(SOCKS)
    append(office, *ALIASES)
    return case


def append(office: Office, *ids: str) -> None:
    """Import a copy of the message for each id that it was held with."""
    journal = Journal(office.config.parent)
    for number, written in enumerate(ids):
        journal.append(Entry(written, replace(SOCKS, queue_id=f"4CC{number}")))
    journal.close()
    assert office.record.import_journal() == len(ids)


def test_show(office: Office, run: Run, case: str) -> None:
    """It prints the case, and its other ids: the first ones, all as JSON."""
    code, out, _ = run("show", ALIASES[-1].lower())
    assert (code, out.splitlines()[:2]) == (
        Exit.OK,
        [f"Case {case}: needs a decision", f"  Also known as {', '.join(ALIASES[:5])} and 2 more"],
    )
    assert json.loads(run("show", ALIASES[3], "--json")[1])["aliases"] == ALIASES
    code, _, err = run("show", "K7Q2-9H")
    assert (code, "no such case" in err) == (Exit.NO_INPUT, True)


def test_a_case_with_one_id(office: Office, run: Run) -> None:
    """Nothing is said of others."""
    assert "Also known as" not in run("show", office.hold(SOCKS))[1]


@pytest.mark.parametrize(
    ("words", "decision", "state"),
    [
        (["release"], Decision.RELEASE, CaseState.RELEASED),
        (["release", "--bcc"], Decision.RELEASE_BCC, CaseState.RELEASED),
        (["drop"], Decision.DROP, CaseState.DROPPED),
        (["drop", "--return"], Decision.RETURN, CaseState.DROPPED),
    ],
)
def test_a_decision(
    office: Office, run: Run, case: str, words: list[str], decision: Decision, state: CaseState
) -> None:
    """It is about the case, with all mail, and names its id."""
    code, out, _ = run(*words, ALIASES[0])
    file = office.record.book.show(case)
    assert (code, out.startswith(f"{case}: "), file.case.state) == (Exit.OK, True, state)
    assert [hold.decision for hold in file.holds] == [decision] * 8


def test_undo(office: Office, run: Run, case: str) -> None:
    """It takes back a decision that was made under another id."""
    office.config.write_text(
        office.config.read_text().replace("decisions.grace = 0", 'decisions.grace = "1h"')
    )
    assert run("drop", ALIASES[1])[0] == Exit.OK
    code, out, _ = run("undo", ALIASES[2])
    assert (code, out.startswith(f"{case}: open again")) == (Exit.OK, True)
    assert office.record.book.show(case).case.state is CaseState.OPEN


def test_several_ids_of_one_case(office: Office, run: Run, case: str) -> None:
    """Decided once; the others say that it is decided."""
    code, out, _ = run("release", case, *ALIASES[:2])
    printed = out.splitlines()
    assert (code, len(printed), sum("already decided" in line for line in printed)) == (Exit.OK, 4, 2)
    assert len(office.record.book.show(case).decisions) == 1


def test_an_id_of_two_cases(office: Office, run: Run, case: str) -> None:
    """It decides neither, and names both."""
    office.record.book.decide(case, Decision.DROP, "olga", "", SOCKS.arrived)
    fingerprints = replace(SOCKS.fingerprints, exact="e9")
    journal = Journal(office.config.parent)
    journal.append(Entry(ALIASES[0], replace(SOCKS, queue_id="4DDD", fingerprints=fingerprints)))
    journal.close()
    office.record.import_journal()
    other = office.record.book.find("4DDD")
    code, _, err = run("release", ALIASES[0])
    first, second = sorted((case, other))
    assert code == Exit.USAGE
    assert f"{ALIASES[0]} belongs to several cases: {first}, {second}; type a case id" in " ".join(
        err.split()
    )
    assert office.record.book.show(other).case.state is CaseState.OPEN
