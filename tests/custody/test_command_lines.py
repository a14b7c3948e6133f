"""No program that a release starts has an address on its command line, which every local user can read."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from custody.world import World
from holdback.cases.model import Decision, HoldState
from holdback.custody.carry_out import carry_out

pytestmark = pytest.mark.postfix

_started: list[str] = []
TOWN = f"-run{os.getpid()}"
"""Its addresses are in no other program of this machine."""


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        _started.append(" ".join(map(str, arguments[1])))


sys.addaudithook(_listen)


@contextmanager
def watched() -> Iterator[set[str]]:
    """Collects the command lines of all processes of this host, as any user sees them in /proc."""
    seen: set[str] = set()
    ending = threading.Event()

    def watch() -> None:
        while not ending.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    yield seen
    ending.set()
    thread.join()


@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP, Decision.RETURN])
def test_no_address(world: World, decision: Decision) -> None:
    """Neither on those that Holdback starts nor on those that these start."""
    mail = world.send(60, TOWN)
    case = mail.decide(decision)
    _started.clear()
    with watched() as seen:
        (done,) = carry_out(world.host, case)
    ours = list(_started)
    assert done.state in (HoldState.RELEASED, HoldState.DROPPED, HoldState.RETURNED)
    # Sendmail has no program that deletes.
    assert decision is Decision.DROP or any(re.match(r"(\S*/)?(post|sendmail)", line) for line in ours)
    # Sendmail overwrites its own command line: with each SMTP command it receives, from whomever.
    lines = {*ours, *(line for line in seen if not line.startswith("sendmail: "))}
    assert [line for line in lines if TOWN in line] == []
    assert [line for line in ours if "@" in line] == []


def test_what_would_be_seen(world: World) -> None:
    """An address on a command line is found by both means."""
    mail = world.send(12, TOWN)
    _started.clear()
    with watched() as seen:
        world.postfix.submit(mail.raw, "ann@sockenladen.example", mail.people)
        while not any(TOWN in line for line in seen):
            world.postfix.submit(mail.raw, "ann@sockenladen.example", mail.people)
    assert any(TOWN in line for line in _started)
