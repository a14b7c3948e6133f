"""`holdback release` and `drop`: permissions, what is recorded, what is printed."""

import socket
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import NOON, SOCKS, Office
from holdback.cases.model import Decision, HoldState
from holdback.exits import Exit
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix

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
    monkeypatch.setenv("SUDO_USER", "jane")
    case = office.hold(SOCKS)
    code, out, _ = run(*words, case.lower(), "--reason", "asked by phone")
    assert (code, out.splitlines()[-1]) == (
        Exit.OK,
        "The host that holds the mail carries it out within a minute.",
    )
    (decided,) = office.record.book.show(case).decisions
    assert (decided.decision, decided.operator, decided.reason) == (decision, "jane", "asked by phone")


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


def test_mail_on_this_host_needs_root(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No decision is recorded."""
    case = office.hold(HERE)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    code, _, err = run("release", case)
    assert (code, "run with sudo" in err) == (Exit.NO_PERMISSION, True)
    assert office.record.book.show(case).decisions == ()
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
