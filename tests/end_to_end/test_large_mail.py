"""Large messages wait for their turn; ordinary mail does not, and nothing is held for that."""

import os
import signal
import socket
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from rig.faults import BEGUN
from rig.holdback import Holdback
from rig.load import Load
from rig.postfix import MILTER, PrivatePostfix
from rig.samples import FIRMS, Sample, ordinary
from rig.sink import Sink
from rig.waiting import stop, wait_until

pytestmark = pytest.mark.postfix

SENTENCE = b"The parcel left our workshop in Mill Lane this morning.\r\n"
TIMEOUTS = 'holdback_errors_total{stage="timeout"}'


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file whose creation lets large messages go on; see `large_waits`."""
    return tmp_path / "gate"


def large(number: int) -> Sample:
    """An ordinary message with a text of 600 KB below."""
    mail = ordinary()
    return replace(mail, raw=b"X-Large: %d\r\n%s\r\n%s" % (number, mail.raw, SENTENCE * 11_000))


def test_ordinary_mail_is_delivered_while_large_mail_waits(
    postfix: PrivatePostfix, sink: Sink, gate: Path
) -> None:
    """Four large messages wait, one of them in its inspection: ordinary mail is delivered meanwhile."""
    mail = ordinary()
    with (
        Holdback(postfix, {"internal_domains": FIRMS}, [f"large_waits={gate}"]) as holdback,
        Load(postfix, map(large, range(4)), sessions=4) as load,
    ):
        wait_until(lambda: BEGUN in holdback.log(), "the large message")
        for _ in range(10):
            assert postfix.send(mail.raw, mail.sender, mail.recipients).accepted
        wait_until(lambda: len(sink.deliveries()) == 10, "ordinary mail")
        assert (load.finished(), sink.deliveries("X-Large")) == (0, [])
        gate.touch()
        assert [outcome.reply.accepted for outcome in load.outcomes() if outcome.reply] == [True] * 4
        wait_until(lambda: len(sink.deliveries("X-Large")) == 4, "large mail")
        assert holdback.metrics().get(TIMEOUTS, 0) == 0
        assert postfix.held() == []


def sockets_of(pid: int) -> int:
    """The number of open sockets of a process."""
    links = (os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir())
    return sum(link.startswith("socket:") for link in links)


def test_a_worker_with_a_large_message_leaves_new_connections_to_the_others(
    postfix: PrivatePostfix, sink: Sink, gate: Path
) -> None:
    """While it inspects the message it accepts no connection; afterwards it does, also alone."""
    mail, settings = ordinary(), {"internal_domains": FIRMS, "milter": {"workers": 2}}
    with (
        Holdback(postfix, settings, [f"large_waits={gate}"]) as holdback,
        Load(postfix, [large(0)]) as load,
        ExitStack() as connections,
    ):
        wait_until(lambda: BEGUN in holdback.log(), "the large message")
        before = {worker: sockets_of(worker) for worker in holdback.workers}
        for _ in range(20):
            connections.enter_context(socket.socket(socket.AF_UNIX)).connect(str(postfix.milter_socket))

        def accepted() -> list[int]:
            return sorted(sockets_of(worker) - count for worker, count in before.items())

        wait_until(lambda: accepted() == [0, 20], "all connections accepted by the other worker")
        other = max(before, key=lambda worker: sockets_of(worker) - before[worker])
        gate.touch()
        assert [outcome.reply.accepted for outcome in load.outcomes() if outcome.reply] == [True]
        stop(other)
        try:
            assert postfix.send(mail.raw, mail.sender, mail.recipients).accepted
        finally:
            os.kill(other, signal.SIGCONT)
        wait_until(lambda: len(sink.deliveries()) == 2, "both messages")


@pytest.mark.slow
def test_waiting_outlasts_the_time_limits(postfix: PrivatePostfix, sink: Sink, gate: Path) -> None:
    """A message waits for longer than `inspect_timeout` and Postfix's `content_timeout`, and passes."""
    settings = {"internal_domains": FIRMS, "milter": {"inspect_timeout": 10}}
    limited = MILTER.format(root=postfix.root).replace("content_timeout=60s", "content_timeout=10s")
    postfix.run("postconf", "-e", f"smtpd_milters = {limited}")
    os.utime(postfix.config_dir / "main.cf", (1, 1))
    postfix.run("postfix", "reload")
    with (
        Holdback(postfix, settings, [f"large_waits={gate}"]) as holdback,
        Load(postfix, [large(0), large(1)]) as load,
    ):
        wait_until(lambda: BEGUN in holdback.log(), "the large message")
        time.sleep(22)
        assert load.finished() == 0
        gate.touch()
        assert [outcome.reply.accepted for outcome in load.outcomes() if outcome.reply] == [True] * 2
        wait_until(lambda: len(sink.deliveries("X-Large")) == 2, "large mail")
        assert holdback.metrics().get(TIMEOUTS, 0) == 0
        assert postfix.held() == []
