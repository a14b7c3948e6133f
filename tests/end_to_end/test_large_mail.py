"""Large messages wait for their turn; ordinary mail beside them does not, and nothing is held for that."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rig.faults import BEGUN
from rig.holdback import Holdback
from rig.load import Load
from rig.postfix import MILTER, PrivatePostfix
from rig.samples import FIRMS, Sample, ordinary
from rig.sink import Sink
from rig.waiting import wait_until

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
