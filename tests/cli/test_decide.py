"""`holdback release` and `drop`: permissions, what is recorded, what is printed."""

import io
import json
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.host_id import Identity
from holdback.cases.model import Decision, Fingerprints, HoldState
from holdback.cli.decide import _exit_code
from holdback.custody.results import Done
from holdback.exits import Exit
from rig.holdback import HOLDBACK, Holdback
from rig.postfix import PrivatePostfix
from rig.terminal import run_on_terminal
from rig.waiting import LONGEST

Run = Callable[..., tuple[int, str, str]]
HERE = replace(SOCKS, host=socket.gethostname())


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        (["release"], Decision.RELEASE),
        (["release", "--bcc"], Decision.RELEASE_BCC),
        (["drop"], Decision.DROP),
        (["drop", "--return"], Decision.RETURN),
    ],
)
def test_a_decision_about_another_host_is_only_recorded(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], decision: Decision
) -> None:
    """With operator and reason; the other host carries it out."""
    monkeypatch.setenv("SUDO_USER", "olga")
    case = office.hold(SOCKS)
    code, out, _ = run(*words, case.lower(), "--reason", "asked by phone")
    assert (code, out.splitlines()[-1]) == (
        Exit.OK,
        "The host that holds the mail carries it out within seconds.",
    )
    (decided,) = office.record.book.show(case).decisions
    assert (decided.decision, decided.operator, decided.reason) == (decision, "olga", "asked by phone")


def test_the_same_decision_again_names_the_first_operator(office: Office, run: Run) -> None:
    """Not an error: the result is the one the operator wants."""
    case = office.hold(SOCKS)
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON)
    code, out, _ = run("drop", case)
    assert (code, f"{case}: already decided by jane on " in out) == (Exit.OK, True)


@pytest.mark.parametrize("words", [["release"], ["release", "--bcc"], ["drop"], ["drop", "--return"]])
@pytest.mark.parametrize("length", range(1, 7))
def test_the_beginning_of_an_id_decides_nothing(
    office: Office, run: Run, words: list[str], length: int
) -> None:
    """Not even if only one case begins so."""
    case = office.hold(SOCKS)
    code, out, err = run(*words, case[:length])
    expected = f"holdback: {case[:length]}: not a whole case id; holdback cases --all lists all\n"
    assert (code, out, err) == (Exit.NO_INPUT, "", expected)
    assert office.record.book.show(case).decisions == ()


def test_another_decision_is_refused(office: Office, run: Run) -> None:
    """The first decision is kept; the error names its operator."""
    case = office.hold(SOCKS)
    office.record.book.decide(case, Decision.RELEASE_BCC, "jane", "", NOON)
    code, out, err = run("drop", case)
    assert (code, out) == (Exit.DATA, "")
    assert err.startswith(f"holdback: {case}: already decided by jane on ")
    assert err.endswith(": release with hidden recipients; a decision cannot be changed\n")


def test_only_decides_about_the_messages_that_are_named(office: Office, run: Run) -> None:
    """By queue id or number; the case stays open for the others."""
    case = office.hold(SOCKS)
    office.hold(replace(SOCKS, queue_id="4AAAA3"))
    assert run("drop", case, "--only", "4AAAA3")[0] == Exit.OK
    file = office.record.book.show(case)
    assert [hold.decision for hold in file.holds] == [None, Decision.DROP]
    assert run("drop", case, "--only", str(file.holds[0].id))[0] == Exit.OK
    assert office.record.book.show(case).case.state == "dropped"


def test_only_refuses_messages_of_other_cases(office: Office, run: Run) -> None:
    """Nothing is decided then, not even about the valid ids."""
    case = office.hold(SOCKS)
    code, _, err = run("drop", case, "--only", "4AAAA1", "--only", "4ZZZZ9")
    assert (code, err) == (Exit.NO_INPUT, f"holdback: {case} has no held message 4ZZZZ9\n")
    assert office.record.book.show(case).decisions == ()


def three(office: Office) -> list[str]:
    """Three open cases of two senders on another host."""
    new = [
        replace(SOCKS, queue_id="4AAAA1", arrived=NOON),
        replace(SOCKS, queue_id="4AAAA2", arrived=NOON + 1, fingerprints=Fingerprints("m9", "c9", "e9")),
        replace(LIST, queue_id="4AAAA3", arrived=NOON + 2, sender="other@b.example"),
    ]
    return [office.hold(one) for one in new]


def decided(office: Office, case: str) -> list[Decision]:
    return [one.decision for one in office.record.book.show(case).decisions]


def test_many_cases_are_decided_at_once(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each, with operator and reason on record; twice the same name is one case."""
    monkeypatch.setenv("SUDO_USER", "olga")
    cases = three(office)
    code, out, _ = run("drop", *cases, cases[0], "--reason", "wrong list")
    elsewhere = "the host that holds the mail carries it out within seconds"
    lines = [f"{case}: drop, decided by olga: {elsewhere}" for case in cases]
    assert (code, out.splitlines()) == (Exit.OK, [*lines, "3 cases: 3 done, 0 not done"])
    for case in cases:
        (one,) = office.record.book.show(case).decisions
        assert (one.decision, one.operator, one.reason) == (Decision.DROP, "olga", "wrong list")


@pytest.mark.parametrize(
    ("earlier", "bad", "code", "text"),
    [
        (Decision.DROP, "", Exit.OK, "already decided by ann on "),
        (Decision.RELEASE, "", Exit.DATA, "already decided by ann on "),
        (None, "ZZZZ-ZZ", Exit.NO_INPUT, "ZZZZ-ZZ: no such case"),
        (None, "K", Exit.NO_INPUT, "K: no"),
        (Decision.RELEASE, "ZZZZ-ZZ", Exit.NO_INPUT, "ZZZZ-ZZ: no such case"),
    ],
)
def test_one_that_fails_does_not_stop_the_others(
    office: Office, run: Run, earlier: Decision | None, bad: str, code: Exit, text: str
) -> None:
    """Its reason is printed; the exit code is not 0 unless all are as the operator wants."""
    first, second, third = three(office)
    if earlier:
        office.record.book.decide(second, earlier, "ann", "", NOON)
    names = [first, second, *filter(None, [bad]), third]
    found, out, err = run("drop", *names)
    failed = bool(bad) + (earlier is Decision.RELEASE)
    assert (found, err, text in out) == (code, "", True)
    assert out.splitlines()[-1] == f"{len(names)} cases: {len(names) - failed} done, {failed} not done"
    assert [decided(office, case) for case in (first, third)] == [[Decision.DROP]] * 2
    assert decided(office, second) == [earlier or Decision.DROP]
    results = [json.loads(line) for line in run("drop", *names, "--json")[1].splitlines()]
    assert {one["case"] for one in results} == set(names)


def test_cases_are_read_from_standard_input(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first word of each line, as `holdback cases` prints it."""
    cases = three(office)
    listed = run("cases", "--sender", "offers@*")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{listed}\n\n"))
    code, out, _ = run("release", "-")
    assert (code, out.splitlines()[-1]) == (Exit.OK, "2 cases: 2 done, 0 not done")
    assert [decided(office, case) for case in cases] == [[Decision.RELEASE], [Decision.RELEASE], []]
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("release", "-") == (Exit.OK, "0 cases: 0 done, 0 not done\n", "")


def test_conditions_choose_open_cases(office: Office, run: Run) -> None:
    """With --yes; decided cases are not chosen."""
    first, second, third = three(office)
    office.record.book.decide(first, Decision.RELEASE, "ann", "", NOON)
    code, out, _ = run("drop", "--sender", "*@corp.example", "--yes")
    assert (code, out.splitlines()[0].startswith(f"{second}: drop, decided by ")) == (Exit.OK, True)
    assert [decided(office, case) for case in (first, second, third)] == [
        [Decision.RELEASE],
        [Decision.DROP],
        [],
    ]
    assert run("drop", "--sender", "*@corp.example", "--yes") == (
        Exit.NO_INPUT,
        "",
        "holdback: no open case meets the conditions; nothing changed\n",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--sender", "*"],
            "3 cases, 3 messages held, 2 senders: nothing changed; without a terminal, use --yes",
        ),
        ([], "name cases, or choose them with --sender"),
        (["--yes"], "name cases, or choose them with --sender"),
        (["K7Q2-9F", "--sender", "*"], "name cases, or choose them with --sender"),
        (["K7Q2-9F", "K7Q2-9G", "--only", "4AAAA1"], "--only needs exactly one case"),
        (["-", "--only", "4AAAA1"], "--only needs exactly one case"),
        (["--sender", "*", "--only", "4AAAA1", "--yes"], "--only needs exactly one case"),
        (["--older-than", "long", "--yes"], "--older-than long: write an age"),
        (["--since", "soon", "--yes"], "--since soon: write a date"),
    ],
)
@pytest.mark.parametrize("command", ["release", "drop"])
def test_mistakes_change_nothing(
    office: Office, run: Run, command: str, words: list[str], message: str
) -> None:
    """Exit code 64 and a line."""
    cases = three(office)
    code, out, err = run(command, *words)
    assert (code, out, err.count("\n"), message in err) == (Exit.USAGE, "", 1, True), err
    assert [decided(office, case) for case in cases] == [[], [], []]


@pytest.mark.parametrize(("answer", "code"), [("y", Exit.OK), ("n", Exit.FOUND), ("", Exit.FOUND)])
def test_a_terminal_shows_the_chosen_cases_and_asks(office: Office, answer: str, code: Exit) -> None:
    """With their number; the cases that were not chosen are not shown."""
    first, second, third = three(office)
    words = [str(HOLDBACK), "drop", "--return", "--sender", "offers@*"]
    found, screen = run_on_terminal(words, f"{answer}\n", {**os.environ, "COLUMNS": "200"})
    assert (found, first in screen, second in screen, third in screen) == (code, True, True, False), screen
    question = "2 cases, 2 messages held, 1 sender: drop and return to the sender? [y/N]:"
    assert question in screen
    expected = [Decision.RETURN] if answer == "y" else []
    assert [decided(office, case) for case in (first, second, third)] == [expected, expected, []]
    assert ("nothing changed" in screen) == (answer != "y")


def test_two_operators_decide_the_same_cases_at_once(office: Office) -> None:
    """Each case is decided once, by one of them; the other one gets a line that says by whom."""
    cases = []
    for number in range(120):
        fingerprints = Fingerprints(f"m{number}", f"c{number}", f"e{number}")
        cases.append(office.hold(replace(SOCKS, queue_id=f"4AA{number}", fingerprints=fingerprints)))
    outputs = {}
    with ExitStack() as stack:
        running = {
            command: stack.enter_context(
                subprocess.Popen([HOLDBACK, command, *cases], stdout=subprocess.PIPE, text=True)
            )
            for command in ("release", "drop")
        }
        outputs = {command: process.communicate(timeout=LONGEST)[0] for command, process in running.items()}
    for case in cases:
        (one,) = decided(office, case)
        other = {"release": "drop", "drop": "release"}[one]
        assert f"{case}: {one}, decided by " in outputs[one]
        assert f"{case}: already decided by " in outputs[other]
    done = {command: output.count(", decided by ") for command, output in outputs.items()}
    assert sum(done.values()) == len(cases)
    for command, process in running.items():
        assert process.returncode == (Exit.OK if done[command] == len(cases) else Exit.DATA)


ME = Identity("1" * 32, "mx1")


@pytest.mark.parametrize(
    ("name", "host_id", "state", "expected"),
    [
        ("mx1", ME.id, HoldState.HELD, Exit.TEMPORARY),
        ("mx1", "2" * 32, HoldState.HELD, Exit.OK),
        ("mx0", ME.id, HoldState.HELD, Exit.TEMPORARY),
        ("mx1", "", HoldState.HELD, Exit.TEMPORARY),
        ("mx2", "", HoldState.HELD, Exit.OK),
        ("mx1", ME.id, HoldState.RELEASED, Exit.OK),
        ("mx1", "2" * 32, HoldState.VANISHED, Exit.NO_INPUT),
    ],
)
def test_what_is_left_to_do_on_this_host(name: str, host_id: str, state: HoldState, expected: Exit) -> None:
    """It is the exit code; another host may have our name, and we may have had another one."""
    done = Done(1, "4AAA", name, state is HoldState.RELEASED, state, "", host_id=host_id)
    assert _exit_code([done], ME) == expected
    assert _exit_code([replace(done, due=NOON)], ME) == (Exit.OK if state is HoldState.HELD else expected)


@pytest.mark.parametrize(
    ("user", "login", "sender", "objection"),
    [
        ("jane", "jane", "x@corp.example", True),
        ("jane", "Jane@corp.example", "x@corp.example", True),
        ("jane", "CORP\\jane", "x@corp.example", True),
        ("jane", "", "jane@corp.example", True),
        ("jane", "olga", "jane@corp.example", False),
        ("jane", "jane.d@corp.example", "x@corp.example", False),
        ("root", "root", "root@corp.example", False),
    ],
)
def test_the_sender_does_not_decide(
    office: Office,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    login: str,
    sender: str,
    objection: bool,
) -> None:
    """By the login or, without one, by the sender; it is the same with sudo. Root is not a person."""
    monkeypatch.setenv("SUDO_USER", user)
    case = office.hold(replace(SOCKS, login=login, sender=sender))
    code, _, err = run("drop", case)
    refused = (Exit.NO_PERMISSION, f"holdback: {case}: {user} sent this mail; someone else must decide\n")
    assert (code, err) == (refused if objection else (Exit.OK, ""))


def test_the_sender_does_not_undo(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is a decision, too."""
    case = office.hold(replace(SOCKS, login="jane"))
    assert run("drop", case)[0] == Exit.OK
    monkeypatch.setenv("SUDO_USER", "jane")
    assert run("undo", case)[0] == Exit.NO_PERMISSION


def test_without_root_the_agent_carries_it_out(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision is recorded; without an agent the command says that it is not carried out yet."""
    case = office.hold(HERE)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("holdback.cli.decide._AGENT_TIMEOUT", 0.1)
    code, out, _ = run("release", case)
    assert (code, "carries it out" in out) == (Exit.TEMPORARY, True)
    assert len(office.record.book.show(case).decisions) == 1
    assert run("reconcile")[0] == Exit.NO_PERMISSION


def test_without_a_mail_server_the_decision_is_recorded(office: Office, run: Run) -> None:
    """The command fails, and the timer carries the decision out later."""
    case = office.hold(HERE)
    office.config.write_text(office.config.read_text() + '[mta]\nconfig_dir = "/nonexistent"\n')
    code, out, err = run("release", case)
    assert (code, f"{case}: release, decided by" in out, "postqueue" in err) == (Exit.UNAVAILABLE, True, True)
    assert [decided.decision for decided in office.record.book.show(case).decisions] == [Decision.RELEASE]


OFFER = b"Subject: =?utf-8?q?=1B=5B31mSocken?=\nMessage-ID: <1@sockenladen.example>\nTo: %s\n\nBuy!\n"
CUSTOMERS = [f"ann@customer{number}.example" for number in range(12)]


@pytest.mark.postfix
def test_a_campaign_is_shown_and_decided_as_one(postfix: PrivatePostfix, holdback: Holdback) -> None:
    """The subject is read live and made printable; many copies are summed up; a second drop is no error."""
    raw = OFFER % ", ".join(CUSTOMERS).encode()
    copies = [postfix.send(raw, "shop@sockenladen.example", CUSTOMERS[:1]).queue_id for _ in range(12)]
    (case,) = holdback.cli("cases", "--json").lines
    shown = holdback.cli("show", case["id"])
    assert "subject [31mSocken" in shown.out
    assert "and 7 more" in shown.out
    mail = holdback.cli("show", case["id"], "--json").json["mail"]
    assert (mail["names"], mail["more"]) == (CUSTOMERS[:5], 7)
    first = holdback.cli("drop", case["id"], "--only", copies[3], "--json")
    (done,) = first.lines
    assert (first.code, done["queue_id"], done["done"], done["state"]) == (0, copies[3], True, "dropped")
    rest = holdback.cli("drop", case["id"])
    assert rest.code == 0, rest.err
    assert {tuple(line.split()) for line in rest.out.splitlines()} >= {
        ("11", "deleted"),
        ("1", "already", "deleted"),
    }
    again = holdback.cli("drop", case["id"], "--json")
    assert (again.code, {one["text"] for one in again.lines}) == (0, {"already deleted"})
    assert postfix.queue() == []


@pytest.mark.postfix
@pytest.mark.parametrize(("signed", "covered"), [("from:to:date", "To"), ("from:subject", "")])
def test_a_signature_that_becomes_invalid(
    signed: str, covered: str, postfix: PrivatePostfix, holdback: Holdback
) -> None:
    """`show` says it before the decision, `release --bcc` with it; not if `h=` has none of the fields."""
    raw = f"DKIM-Signature: v=1; d=shop.example; h={signed}; b=x\n".encode()
    raw += OFFER % ", ".join(CUSTOMERS).encode()
    postfix.send(raw, "shop@sockenladen.example", CUSTOMERS[:1])
    (case,) = holdback.cli("cases", "--json").lines
    assert holdback.cli("reconcile").code == 0
    shown = holdback.cli("show", case["id"])
    released = holdback.cli("release", case["id"], "--bcc")
    for out in (shown.out, released.out):
        assert (f"The DKIM signature covers {covered}: hidden" in out) == bool(covered), out
        assert ("DKIM" in out) == bool(covered), out
    postfix.wait_empty()


@pytest.mark.postfix
def test_many_cases_are_carried_out_together(postfix: PrivatePostfix, holdback: Holdback) -> None:
    """One case was released by someone else: its mail is sent, that of the others is deleted."""
    for number in range(4):
        header = f"Subject: offer {number}\nMessage-ID: <{number}@a.example>\nTo: {', '.join(CUSTOMERS)}"
        for _ in range(2):
            postfix.send(f"{header}\n\n{number}\n".encode(), "shop@sockenladen.example", CUSTOMERS[:1])
    cases = [case["id"] for case in holdback.cli("cases", "--json").lines]
    assert holdback.cli("release", cases[1]).code == 0
    dropped = holdback.cli("drop", "--sender", "shop@*", "--yes")
    assert (dropped.code, dropped.out.count("2 deleted")) == (0, 3), dropped.out + dropped.err
    again = holdback.cli("drop", *cases)
    assert (again.code, again.out.count("2 already deleted")) == (Exit.DATA, 3)
    assert again.out.splitlines()[-1] == "4 cases: 3 done, 1 not done"
    postfix.wait_empty()
    assert postfix.queue() == []


@pytest.mark.postfix
def test_mail_that_is_gone_cannot_be_released(postfix: PrivatePostfix, holdback: Holdback) -> None:
    """It was deleted with Postfix's tools: exit code 66."""
    raw = OFFER % ", ".join(CUSTOMERS).encode()
    postfix.send(raw, "shop@sockenladen.example", CUSTOMERS[:1])
    (case,) = holdback.cli("cases", "--json").lines
    assert holdback.cli("reconcile").code == 0
    assert holdback.cli("reconcile").out == "Database and mail queue are in sync.\n"
    postfix.clear()
    released = holdback.cli("release", case["id"])
    assert (released.code, "left the hold queue without Holdback" in released.out) == (Exit.NO_INPUT, True)
    assert holdback.cli("show", case["id"], "--json").json["holds"][0]["state"] == HoldState.VANISHED
