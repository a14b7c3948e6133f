"""Operators without root: what they see and decide through the service's socket, by their role."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from holdback.exits import Exit
from rig.holdback import HOLDBACK, Holdback, children_of, identity
from rig.mta import PrivateMta
from rig.samples import FIRMS, socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
SERVICE, VIEWER, REVIEWER, MANAGER, STRANGER = "uucp", "games", "news", "backup", "man"
"""Users that Debian's base system has."""
PYTHON = Path(HOLDBACK).with_name("python")
ROLES = {"viewer": [f"@{VIEWER}"], "reviewer": [REVIEWER], "manager": [MANAGER], "people": 10_000}


ON_POSTFIX = pytest.mark.parametrize("mta", ["postfix"], indirect=True)
"""For tests of what no MTA has to do with."""


@pytest.fixture
def holdback(mta: PrivateMta) -> Iterator[Holdback]:
    """A milter of its own user, with an agent of root's beside it."""
    settings = {"internal_domains": FIRMS, "roles": ROLES, "decisions": {"grace": 600}}
    with Holdback(mta, settings, user=SERVICE) as holdback, holdback.agent():
        yield holdback


@pytest.fixture
def case(holdback: Holdback, mta: PrivateMta) -> str:
    """The id of a case with one held message."""
    mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
    case: str = holdback.cli("cases", "--json").json["id"]
    return case


def test_a_reviewer_from_cases_to_undo(holdback: Holdback, case: str, mta: PrivateMta, sink: Sink) -> None:
    """The whole work without root; the texts are those of root, and all is on record with the name."""
    for words in (["cases"], ["cases", "--json"], ["stats"], ["show", case]):
        mine, roots = holdback.cli(*words, user=REVIEWER), holdback.cli(*words)
        assert (mine.code, mine.err) == (0, ""), holdback.log()
        assert without_ages(mine.out) == without_ages(roots.out)
    shown = holdback.cli("show", case, "--message", "--reason", "asked by Kim", user=REVIEWER)
    assert shown.code == 0
    assert "Subject: " in shown.out
    assert holdback.cli("drop", case, "--reason", "wrong list", user=REVIEWER).code == 0
    assert len(mta.held()) == 1
    assert holdback.cli("undo", case, user=REVIEWER).code == 0
    released = holdback.cli("release", "-", user=REVIEWER, typed=f"{case}\n")
    assert (released.code, released.err) == (0, "")
    assert "released" in released.out
    wait_until(lambda: len(sink.recipients()) == len(SOCKS.recipients), "the deliveries")
    record = holdback.cli("show", case, "--json").json
    assert [one["operator"] for one in record["decisions"]] == [REVIEWER]
    assert [(one["operator"], one["undone_by"], one["reason"]) for one in record["undone"]] == [
        (REVIEWER, REVIEWER, "wrong list")
    ]
    looks = [(one["operator"], one["content"], one["reason"]) for one in record["looks"]]
    assert (REVIEWER, "message", "asked by Kim") in looks
    assert f"{REVIEWER}  message of message 1: asked by Kim" in holdback.cli("show", case).out


def without_ages(text: str) -> str:
    return re.sub(r"\d+ s\b", "", text)


ALLOWED = (
    (VIEWER, ["cases"], Exit.OK),
    (VIEWER, ["show", "CASE"], Exit.OK),
    (VIEWER, ["hosts"], Exit.OK),
    (VIEWER, ["show", "CASE", "--message"], Exit.NO_PERMISSION),
    (VIEWER, ["show", "CASE", "--part", "1"], Exit.NO_PERMISSION),
    (VIEWER, ["release", "CASE"], Exit.NO_PERMISSION),
    (VIEWER, ["drop", "CASE"], Exit.NO_PERMISSION),
    (VIEWER, ["trace", "ann@corp.example"], Exit.NO_PERMISSION),
    (REVIEWER, ["trace", "ann@corp.example"], Exit.FOUND),
    (REVIEWER, ["canary", "list"], Exit.OK),
    (REVIEWER, ["canary", "mint", "--list", "spring"], Exit.NO_PERMISSION),
    (REVIEWER, ["hosts", "--gone", "x"], Exit.NO_PERMISSION),
    (MANAGER, ["canary", "mint", "--list", "spring"], Exit.OK),
    (MANAGER, ["canary", "mint", "--list", "spring", "--like", "/etc/passwd"], Exit.NO_PERMISSION),
    (VIEWER, ["canary", "mint", "--list", "spring", "--like", "/etc/shadow"], Exit.NO_PERMISSION),
    (STRANGER, ["cases"], Exit.NO_PERMISSION),
    (STRANGER, ["drop", "CASE"], Exit.NO_PERMISSION),
)


@ON_POSTFIX
def test_what_a_role_may_do(holdback: Holdback, case: str, mta: PrivateMta) -> None:
    """Nothing else; what is refused changes nothing. Viewers see neither subject nor recipients."""
    for user, words, code in ALLOWED:
        done = holdback.cli(*(case if word == "CASE" else word for word in words), user=user)
        assert done.code == code, (user, words, done.err)
        assert (done.out == "") == (code == Exit.NO_PERMISSION)
    assert "subject" not in holdback.cli("show", case, user=VIEWER).out
    assert "subject" in holdback.cli("show", case, user=REVIEWER).out
    assert len(mta.held()) == 1
    assert holdback.cli("show", case, "--json").json["case"]["state"] == "open"


@ON_POSTFIX
def test_limits_of_a_decision(holdback: Holdback, mta: PrivateMta) -> None:
    """More people than the limit need a manager; own mail needs somebody else, manager or not."""
    own = replace(SOCKS, sender=f"{MANAGER}@{SOCKS.sender.partition('@')[2]}")
    holdback.configure({"internal_domains": FIRMS, "roles": ROLES | {"people": 3}})
    holdback.reload()
    wait_until(lambda: "configuration reloaded" in holdback.log(), "the reload")
    mta.send(own.raw, own.sender, own.recipients)
    case = holdback.cli("cases", "--json").json["id"]
    many = holdback.cli("release", case, user=REVIEWER)
    assert (many.code, many.out) == (Exit.NO_PERMISSION, "")
    assert "a reviewer decides up to 3 (roles.people)" in many.err
    mine = holdback.cli("release", case, user=MANAGER)
    assert mine.code == Exit.NO_PERMISSION
    assert f"{MANAGER} sent this mail; someone else must decide" in mine.err
    assert len(mta.held()) == 1


@ON_POSTFIX
def test_saved_content_belongs_to_the_operator(
    holdback: Holdback,
    case: str,
) -> None:
    """A new private file with the exact bytes; a file that exists is kept."""
    folder = holdback.root / "desk"
    folder.mkdir()
    os.chmod(folder, 0o777)
    saved = folder / "mail.eml"
    assert holdback.cli("show", case, "--raw", "--save", str(saved), user=REVIEWER).code == 0
    status = saved.stat()
    assert (status.st_mode & 0o777, saved.owner()) == (0o600, REVIEWER)
    assert saved.read_bytes() == holdback.cli("show", case, "--raw").out.encode()
    assert b"Subject: " in saved.read_bytes()
    again = holdback.cli("show", case, "--part", "1", "--save", str(saved), user=REVIEWER)
    assert (again.code, again.err) == (Exit.IO, f"holdback: {saved}: File exists\n")
    none = holdback.cli("show", case, "--part", "99", "--save", str(folder / "none"), user=REVIEWER)
    assert none.code == Exit.NO_INPUT
    assert holdback.cli("show", case, "--part", "", user=REVIEWER).code == Exit.USAGE
    assert not (folder / "none").exists()


CLIENT = """
import sys
from holdback.cli.service import run_in_service
try:
    sys.exit(run_in_service(tuple(sys.argv[2:]), sys.argv[1]))
except Exception as error:
    sys.exit(str(error))
"""


@ON_POSTFIX
def test_other_commands_do_not_run_in_the_service(holdback: Holdback) -> None:
    """A client that speaks the protocol by itself gets no command that is not for operators."""
    for words in ("doctor", "check-config", "customers info", "scan -", "milter", "agent", "reconcile"):
        done = subprocess.run(
            [PYTHON, "-c", CLIENT, holdback.operators_socket, *words.split()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **identity(MANAGER),
        )
        assert done.returncode == Exit.NO_PERMISSION
        assert done.stderr.endswith("run with sudo\n")


@ON_POSTFIX
def test_case_ids_are_completed(holdback: Holdback, case: str) -> None:
    """For operators as for root: what the shell asks. `undo` takes others than the rest."""

    def offered(words: str, user: str) -> str:
        asked = {"_HOLDBACK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "2"}
        done = subprocess.run(
            [HOLDBACK], env=holdback.environment | asked, capture_output=True, text=True, **identity(user)
        )
        assert done.stderr == ""
        return done.stdout.strip()

    for user, found in ((VIEWER, f"plain,{case}"), ("root", f"plain,{case}"), (STRANGER, "")):
        assert offered(f"holdback show {case[:2].lower()}", user) == found
    assert offered("holdback undo ", REVIEWER) == ""
    assert holdback.cli("drop", case, user=REVIEWER).code == 0
    assert offered("holdback undo ", REVIEWER) == f"plain,{case}"
    assert offered("holdback release ", REVIEWER) == ""


BAD = (b"", b"{", b"[]", b'{"arguments": 1, "environment": {}}', b"\xff" * 1000, b"[" * 50_000)


@ON_POSTFIX
def test_what_is_no_request(holdback: Holdback) -> None:
    """It ends the connection, and others are served."""
    for packet in BAD:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.connect(str(holdback.operators_socket))
            if packet:
                socket.send_fds(client, [packet], [0, 1, 2])
            client.shutdown(socket.SHUT_WR)
            client.settimeout(60)
            assert client.recv(1000) == b""
    assert holdback.cli("cases", user=VIEWER).code == 0


IDLE = """
import socket, sys, time
idle = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(40)]
for one in idle:
    one.connect(sys.argv[1])
print("connected", flush=True)
time.sleep(600)
"""


@ON_POSTFIX
def test_many_connections(holdback: Holdback, case: str) -> None:
    """A user who connects again and again and sends nothing keeps no other from working."""
    with subprocess.Popen(
        [PYTHON, "-c", IDLE, holdback.operators_socket],
        stdout=subprocess.PIPE,
        **identity(REVIEWER),
    ) as greedy:
        try:
            assert greedy.stdout and greedy.stdout.readline() == b"connected\n"
            assert holdback.cli("cases", user=VIEWER).code == 0
        finally:
            greedy.kill()


def on_terminal(
    holdback: Holdback, user: str, words: Sequence[str], shown: bytes, errors: int
) -> tuple["subprocess.Popen[bytes]", int]:
    """Starts a command on a terminal, waits until it has shown something; also the other end of that."""
    primary, terminal = os.openpty()
    process = subprocess.Popen(
        [HOLDBACK, *words],
        env=holdback.environment,
        stdin=terminal,
        stdout=terminal,
        stderr=errors,
        **identity(user),
    )
    os.close(terminal)
    printed = b""
    while shown not in printed:
        printed += os.read(primary, 1000)
    return process, primary


@ON_POSTFIX
def test_an_interrupted_command_ends(holdback: Holdback, case: str) -> None:
    """Ctrl-C in a question ends the command in the service, too; nothing is decided."""
    process, primary = on_terminal(
        holdback, REVIEWER, ("release", "--older-than", "0m"), b"[y/N]", subprocess.STDOUT
    )
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 128 + signal.SIGINT
    os.close(primary)
    assert holdback.cli("show", case, "--json").json["case"]["state"] == "open"


OUTPUTS = (
    (">/dev/full", Exit.IO, "holdback: output: No space left on device\n"),
    ("1</dev/null", Exit.IO, "holdback: output: Bad file descriptor\n"),
    (">&-", Exit.OK, ""),
    ("<&- >&- 2>&-", Exit.OK, ""),
    ("| true", Exit.OK, ""),
)


@ON_POSTFIX
def test_output_that_cannot_be_written(holdback: Holdback, case: str) -> None:
    """One line says why, as it does for root; a command that succeeded otherwise has its exit code."""
    for user in (REVIEWER, ""):
        for redirection, code, error in OUTPUTS:
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", f"{HOLDBACK} cases {redirection}"],
                env=holdback.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                **identity(user),
            )
            assert (done.returncode, done.stderr) == (code, error), (user, redirection)


@ON_POSTFIX
def test_a_killed_client_whose_output_nobody_reads(holdback: Holdback, case: str) -> None:
    """Its command ends, although it waits for a reader; the look is on record all the same."""
    before = set(children_of(holdback.keeper))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while os.write(writer, bytes(4096)):
            pass
    os.set_blocking(writer, True)
    process = subprocess.Popen(
        [HOLDBACK, "show", case, "--raw"], env=holdback.environment, stdout=writer, **identity(REVIEWER)
    )
    os.close(writer)
    wait_until(lambda: "source" in contents_of_looks(holdback, case), "the look")
    assert process.poll() is None
    process.kill()
    process.wait()
    wait_until(lambda: set(children_of(holdback.keeper)) <= before, "the end of the command")
    os.close(reader)


def contents_of_looks(holdback: Holdback, case: str) -> list[str]:
    return [look["content"] for look in holdback.cli("show", case, "--json").json["looks"]]


@ON_POSTFIX
def test_the_service_reloads_and_is_killed(holdback: Holdback, case: str) -> None:
    """Operators are served again after a reload, and after the housekeeper was killed."""
    holdback.reload()
    wait_until(lambda: "configuration reloaded" in holdback.log(), "the reload")
    wait_until(lambda: holdback.cli("cases", user=VIEWER).code == 0, "the service")
    keeper = holdback.keeper
    os.kill(keeper, signal.SIGKILL)
    time.sleep(0.1)
    wait_until(lambda: holdback.cli("cases", user=VIEWER).code == 0, "the service")


@ON_POSTFIX
@pytest.mark.parametrize("end", ["stop", "kill the housekeeper"])
def test_commands_end_with_the_service(holdback: Holdback, case: str, end: str) -> None:
    """Also those that would run for ever; the client ends with one line."""
    process, primary = on_terminal(
        holdback, VIEWER, ("cases", "--watch", "0.1"), case.encode(), subprocess.PIPE
    )
    (command,) = (pid for pid in children_of(holdback.keeper) if b"operator_command" in words_of(pid))
    assert Path(f"/proc/{command}/oom_score_adj").read_text() == "1000\n", "it must die before the milter"
    if end == "stop":
        assert holdback.stop() == 0
    else:
        os.kill(holdback.keeper, signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    os.close(primary)
    assert process.returncode == Exit.TEMPORARY
    assert said == b"holdback: the service ended before the command did; see what happened: holdback cases\n"
    wait_until(lambda: b"operator_command" not in words_of(command), "the end of the command")


def words_of(pid: int) -> bytes:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@ON_POSTFIX
def test_clients_of_the_agent_that_ask_nothing(holdback: Holdback, case: str) -> None:
    """As a frozen command: they keep no other from reading."""
    with ExitStack() as silent:
        for _ in range(3):
            client = silent.enter_context(socket.socket(socket.AF_UNIX))
            client.connect(str(holdback.state_dir / "agent.sock"))
        assert holdback.cli("show", case, "--message", user=REVIEWER).code == 0


def test_without_the_agent(mta: PrivateMta) -> None:
    """The decision is recorded, and says who will carry it out; the content cannot be read."""
    settings = {"internal_domains": FIRMS, "roles": ROLES}
    with Holdback(mta, settings, user=SERVICE) as holdback:
        mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
        case = holdback.cli("cases", "--json").json["id"]
        read = holdback.cli("show", case, "--message", user=REVIEWER)
        assert read.code == Exit.UNAVAILABLE
        assert "holdback agent: No such file or directory" in read.err
        released = holdback.cli("release", case, user=REVIEWER)
        assert (released.code, len(mta.held())) == (Exit.TEMPORARY, 1)
        assert "carries it out" in released.out
        with holdback.agent():
            wait_until(lambda: mta.held() == [], "the agent")
