"""The confined reader in the real milter: a document of one message does not affect other messages."""

import base64
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from reader.processes import alive, cpu
from rig.daemonlog import lines
from rig.holdback import Holdback
from rig.milterclient import Ending, MilterClient
from rig.waiting import wait_until

BOB = [b"<bob@customer.example>"]
UNREADABLE = dict.fromkeys(("timeout", "broken", "over_limit"), "hold")
SETTINGS: Mapping[str, Any] = {
    "internal_domains": ["corp.example"],
    "checks": {"unreadable": {"action": "pass", **UNREADABLE}},
    "reader": {"timeout": 20},
    "campaigns": {"copies": 1000},
}
Start = Callable[..., Holdback]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(settings)`: a running milter with the readers of odd_child.py."""
    mta = {"kind": "postfix", "config_dir": str(tmp_path)}
    postfix: Any = SimpleNamespace(milter_socket=tmp_path / "milter.sock", settings=mta)
    with contextlib.ExitStack() as running:
        yield lambda settings=None: running.enter_context(
            Holdback(postfix, {**SETTINGS, **(settings or {})}, ["odd_reader"])
        )


def letter(document: bytes) -> bytes:
    """A message whose attachment is a zip file to the daemon and `document` to the reader."""
    encoded = base64.encodebytes(document + b" PK\x05\x06" + bytes(40)).replace(b"\n", b"\r\n")
    return (
        b"From: ann@corp.example\r\nTo: bob@customer.example\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded
    )


def ended(mta: MilterClient, document: bytes) -> Ending:
    return mta.message(letter(document), BOB)


def wait_busy(milter: Holdback) -> None:
    """Waits until the idle reader works on a document."""
    (reader,) = milter.readers
    idle = cpu(reader)
    wait_until(lambda: cpu(reader) > idle + 0.1, "the reader to work on the document")


def begin_spinning(mta: MilterClient, milter: Holdback) -> None:
    """Sends a message with a document that keeps its reader busy for ever, and waits until it does."""
    mta.begin(b"<ann@corp.example>", BOB, "4A")
    mta.content(letter(b"spin"))
    mta.begin_end("4A")
    wait_busy(milter)


def test_the_daemon_loads_no_opener_of_hostile_formats() -> None:
    """The daemon imports neither confined openers nor their native libraries."""
    program = "import sys, holdback.daemon.supervisor; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    hostile = ("holdback.documents.confined", "pypdfium2", "libarchive", "python_calamine", "olefile")
    assert {name for name in loaded if name.startswith(hostile)} == set()
    assert {"holdback.reader.child", "holdback.reader.seccomp"} & loaded == set()


def test_one_reader_is_ready_before_mail_comes(start: Start) -> None:
    """A reader is started with the daemon, and the log names its layers."""
    milter = start()
    (line,) = [*lines(milter, "reader ready"), *lines(milter, "reader confinement incomplete")]
    assert line["confinement"].startswith("limits, no new privileges")
    assert len(milter.readers) == 1


def test_a_document_that_hangs_delays_no_other_message(start: Start) -> None:
    """A message is answered while another session's document hangs until its deadline."""
    milter = start({"reader": {"timeout": 5}})
    with MilterClient(milter.socket) as slow, MilterClient(milter.socket) as quick:
        slow.connect()
        quick.connect()
        slow.begin(b"<ann@corp.example>", BOB, "4A")
        slow.content(letter(b"spin"))
        slow.begin_end("4A")
        wait_busy(milter)
        assert ended(quick, b"echo") == Ending("accept")
        assert lines(milter, "reader lost") == []
        ending = slow.await_end()
    assert ending.quarantine
    assert ending.progress > 0
    assert [line["error"] for line in lines(milter, "reader lost")] == ["timeout"]
    assert milter.metrics()["holdback_reader_restarts_total"] == 1


def test_documents_that_end_their_reader(start: Start) -> None:
    """The message is held as configured; the next one on the same connection is read."""
    milter, deadly = start(), (b"segfault", b"abort", b"leave 1", b"eat 3000")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        for document in deadly:
            assert ended(mta, document).quarantine
            assert ended(mta, b"echo fine") == Ending("accept")
            assert ended(mta, b"echo fine") == Ending("accept")
    assert milter.metrics()["holdback_reader_restarts_total"] == len(deadly)
    assert milter.metrics()['holdback_errors_total{stage="reader"}'] == 0
    assert milter.metrics()['holdback_errors_total{stage="opener"}'] == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_document_is_not_to_blame(start: Start, number: signal.Signals) -> None:
    """If its reader is killed or stopped from outside, the message is held as after an internal error."""
    milter = start({"checks": {"unreadable": {"action": "pass"}}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        begin_spinning(mta, milter)
        os.kill(milter.readers[0], number)
        assert mta.await_end().quarantine
        assert ended(mta, b"echo fine") == Ending("accept")
    (line,) = [line for line in lines(milter, "message") if line["action"] == "hold"]
    assert line["because"] == "error"


def test_a_stop_leaves_no_reader(start: Start) -> None:
    """After SIGTERM to the group, as by systemd, the message in progress is answered and all readers end."""
    milter = start({"reader": {"timeout": 5}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        begin_spinning(mta, milter)
        readers = milter.readers
        for pid in (*readers, milter.pid):
            os.kill(pid, signal.SIGTERM)
        wait_until(lambda: lines(milter, "stopping"), "the drain")
        assert mta.await_end().quarantine
        assert milter.stop() == 0
    wait_until(lambda: not any(map(alive, readers)), "the end of the readers")


def test_a_kill_leaves_no_reader(start: Start) -> None:
    """After kill -9 of the daemon its readers end."""
    milter = start()
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert ended(mta, b"echo") == Ending("accept")
    readers = milter.readers
    milter.kill()
    wait_until(lambda: not any(map(alive, readers)), "the end of the readers")


def test_a_reload_changes_the_readers(start: Start, tmp_path: Path) -> None:
    """New limits apply to the documents of new connections."""
    milter = start()
    milter.configure({**SETTINGS, "reader": {"timeout": 0.5}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert ended(mta, b"echo") == Ending("accept")
    milter.reload()
    wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert ended(mta, b"spin").quarantine
    assert [line["error"] for line in lines(milter, "reader lost")] == ["timeout"]
