"""`holdback undo`, and what the other commands print in the grace period."""

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.model import CaseState, Decision
from holdback.cli.completion import case_ids, undoable_ids
from holdback.cli.decide_report import dropped_in
from holdback.exits import Exit

Run = Callable[..., tuple[int, str, str]]
Screen = Callable[..., str]


@pytest.fixture(autouse=True)
def ann(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator is Ann, and the grace period is nine days and a half."""
    monkeypatch.setenv("SUDO_USER", "ann")
    text = office.config.read_text()
    office.config.write_text(text.replace("decisions.grace = 0", 'decisions.grace = "228h"'))


def state(office: Office, case: str) -> tuple[CaseState, list[Decision]]:
    file = office.record.book.show(case)
    return file.case.state, [one.decision for one in file.decisions]


@pytest.mark.parametrize(
    ("words", "decision", "text"),
    [
        (["drop"], Decision.DROP, "drop"),
        (["drop", "--return"], Decision.RETURN, "drop and return to the sender"),
    ],
)
def test_a_dropped_case_can_be_undone(
    office: Office, run: Run, words: list[str], decision: Decision, text: str
) -> None:
    """The command says until when, and how; afterwards the case is open."""
    case = office.hold(SOCKS)
    code, out, _ = run(*words, case)
    assert (code, out.splitlines()) == (
        Exit.OK,
        [f"{case}: {text}, decided by ann", f"Dropped in 9 days; undo: holdback undo {case}"],
    )
    assert state(office, case) == (CaseState.DROPPED, [decision])
    assert run("undo", case.lower(), "--reason", "it was right") == (
        Exit.OK,
        f"{case}: open again; undone: {text}, decided by ann\n",
        "",
    )
    assert state(office, case) == (CaseState.OPEN, [])
    assert run("release", case)[0] == Exit.OK


def test_show_and_cases_name_the_time_and_the_command(office: Office, run: Run, screen: Screen) -> None:
    """In the grace period; then both decisions are on record."""
    case = office.hold(SOCKS)
    run("drop", case, "--reason", "wrong list")
    heading = f"Case {case}: dropped in 9 days; undo: holdback undo {case}"
    assert run("show", case)[1].splitlines()[0] == heading
    listed = screen("cases").splitlines()
    assert (listed[1].split()[:5], listed[-1].endswith("Undo: holdback undo CASE")) == (
        [case, "dropped", "in", "9", "days"],
        True,
    )
    assert run("cases")[1].split("\t")[:2] == [case, "dropped"]
    (found,) = [json.loads(line) for line in run("cases", "--json")[1].splitlines()]
    assert (found["state"], found["due"] > NOON, found["due_at"][-1]) == ("dropped", True, "Z")
    run("undo", case, "--reason", "right list")
    shown = run("show", case)[1]
    assert (f"Case {case}: needs a decision" in shown, "holdback release" in shown) == (True, True)
    lines = [line.split("  ")[-2:] for line in shown.splitlines() if "  ann  " in line]
    assert lines == [["ann", "drop: wrong list"], ["ann", "undo drop: right list"]]
    undone = json.loads(run("show", case, "--json")[1])["undone"]
    assert [(one["operator"], one["undone_by"], one["undone_reason"]) for one in undone] == [
        ("ann", "ann", "right list")
    ]
    assert "due" not in screen("cases")


def test_now_skips_the_grace_period(office: Office, run: Run) -> None:
    """Also of a case that was dropped before."""
    first, second = office.hold(SOCKS), office.hold(replace(LIST, arrived=NOON + 60))
    run("drop", second)
    for case in (first, second):
        code, out, _ = run("drop", case, "--now")
        assert (code, out.splitlines()[-1]) == (
            Exit.OK,
            "The host that holds the mail carries it out within seconds.",
        )
        code, out, err = run("undo", case)
        assert (code, out) == (Exit.DATA, "")
        assert err.startswith(f"holdback: {case}: drop, decided by ann on ")
        assert err.endswith(", is final; nothing to undo\n")
        assert state(office, case) == (CaseState.DROPPED, [Decision.DROP])


def test_another_decision_needs_undo_first(office: Office, run: Run) -> None:
    """The error names the command."""
    case = office.hold(SOCKS)
    run("drop", case)
    code, out, err = run("release", case)
    assert (code, out) == (Exit.DATA, "")
    assert err.endswith(f": drop; to decide otherwise, undo it first: holdback undo {case}\n")


def test_many_cases_are_undone(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a line; one that fails does not stop the others."""
    first, second = office.hold(SOCKS), office.hold(replace(LIST, arrived=NOON + 60))
    code, out, _ = run("drop", first, second)
    undoable = [
        f"{case}: drop, decided by ann: dropped in 9 days; undo: holdback undo {case}"
        for case in (first, second)
    ]
    assert (code, out.splitlines()) == (Exit.OK, [*undoable, "2 cases: 2 done, 0 not done"])
    assert undoable_ids(office.config, first[:2].lower())[0] == (first, "offers@corp.example")
    code, out, _ = run("undo", first, "ZZZZ-ZZ", second)
    assert (code, len(out.splitlines())) == (Exit.NO_INPUT, 3)
    assert [state(office, case) for case in (first, second)] == [(CaseState.OPEN, [])] * 2
    assert undoable_ids(office.config, "") == []
    run("drop", first)
    monkeypatch.setattr("sys.stdin", io.StringIO(run("cases")[1]))
    code, out, _ = run("undo", "-", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, {one.get("case_id", one.get("case")) for one in lines}) == (Exit.DATA, {first, second})
    assert state(office, first) == (CaseState.OPEN, [])


def test_a_case_that_was_not_decided_is_not_undone(office: Office, run: Run) -> None:
    """Nor one that was released; the beginning of an id undoes nothing."""
    case = office.hold(SOCKS)
    assert run("undo", case) == (Exit.DATA, "", f"holdback: {case}: not decided; nothing to undo\n")
    assert run("undo", case[:4])[0] == Exit.NO_INPUT
    run("release", case)
    code, _, err = run("undo", case)
    assert (code, "is final; nothing to undo" in err) == (Exit.DATA, True)
    assert state(office, case) == (CaseState.RELEASED, [Decision.RELEASE])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (600, "dropped in 10 min"),
        (599.2, "dropped in 10 min"),
        (59, "dropped in 59 s"),
        (0.2, "dropped in 1 s"),
        (0, "dropped within a minute"),
        (-9, "dropped within a minute"),
    ],
)
def test_the_rest_of_the_grace_period(monkeypatch: pytest.MonkeyPatch, seconds: float, text: str) -> None:
    """Rounded up; when it is over, the next run of reconcile deletes the mail."""
    monkeypatch.setattr("time.time", lambda: NOON)
    assert dropped_in(NOON + seconds) == text


@pytest.mark.parametrize(
    ("grace", "open_ones", "undoable"), [("228h", 1, 1), ("0s", 1, 0)], ids=["in its grace period", "final"]
)
def test_what_the_shell_completes(
    office: Office, run: Run, grace: str, open_ones: int, undoable: int
) -> None:
    """A case with an undecided message is completed for a decision, whatever was decided of another."""
    office.config.write_text(office.config.read_text().replace('"228h"', f'"{grace}"'))
    case = office.hold(replace(SOCKS, queue_id="4XyZ1"))
    office.hold(replace(SOCKS, queue_id="4XyZ2"))
    assert run("drop", case, "--only", "4XyZ1")[0] in (Exit.OK, Exit.UNAVAILABLE)
    assert state(office, case)[0] is CaseState.OPEN
    assert len(case_ids(office.config, "")) == open_ones
    assert len(undoable_ids(office.config, "")) == undoable
