"""After an outage the mail that Postfix held drains by itself: nothing is lost, leaked or doubled."""

import time
from collections import Counter

import pytest
from holdback.custody.serving import periods_in
from holdback.exits import Exit
from rig.holdback import DOMAIN, Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SENDER = f"ann@{DOMAIN}"
MESSAGES = 30


def people(number: int) -> list[str]:
    """Recipients of a message: every third one shows twenty strangers to each other."""
    return [f"p{n}@shop{n}-{number}.example" for n in range(2 if number % 3 else 20)]


def send(postfix: PrivatePostfix, number: int) -> str:
    to = people(number)
    header = f"From: {SENDER}\r\nTo: {', '.join(to)}\r\nMessage-ID: <{number}@{DOMAIN}>\r\n"
    reply = postfix.send(f"{header}\r\nOffer {number}.\r\n".encode(), SENDER, to)
    assert reply.accepted
    return reply.queue_id


def test_the_command(postfix: PrivatePostfix, sink: Sink) -> None:
    """Nothing happens without the milter, and with --dry-run."""
    with Holdback(postfix, {"holds": {"rescan": False}}) as holdback:
        holdback.kill()
        harmful, innocent = send(postfix, 0), send(postfix, 1)
        assert holdback.cli("rescan").code == Exit.TEMPORARY
        stopped = time.time()
        holdback.start()
        wait_until(
            lambda: any(last > stopped for _, last in periods_in(holdback.state_dir)),
            "the first sign of life",
        )
        assert holdback.cli("rescan", "4ZZZZZ").code == Exit.NO_INPUT
        shown = {
            one["queue_id"]: one["result"] for one in holdback.cli("rescan", "--dry-run", "--json").lines
        }
        assert (shown, len(postfix.held())) == ({harmful: "held", innocent: "released"}, 2)
        assert "would be released" in holdback.cli("rescan", "--dry-run", innocent).out
        assert holdback.cli("rescan", innocent).code == Exit.OK
        assert [one.sender for one in sink.wait_for(1)] == [SENDER]
        (left,) = holdback.cli("rescan", "--json").lines
        (case,) = holdback.cli("cases", "--json").lines
        assert (left["queue_id"], left["case"], postfix.held()) == (harmful, case["id"], [harmful])


def test_an_outage_under_load(postfix: PrivatePostfix, sink: Sink) -> None:
    """Thirty messages, a third of them harmful: the others leave once the milter is back."""
    with Holdback(postfix, {"holds": {"rescan": True}}) as holdback, holdback.agent():
        holdback.kill()
        for number in range(MESSAGES):
            send(postfix, number)
        assert len(postfix.wait_held(MESSAGES)) == MESSAGES
        holdback.start()
        harmful = [number for number in range(MESSAGES) if len(people(number)) > 2]
        wait_until(lambda: len(postfix.held()) == len(harmful), "the innocent to leave", 300)
        postfix.wait_empty()
        delivered = Counter(n for n in range(MESSAGES) for _ in sink.deliveries(f"<{n}@{DOMAIN}>"))
        assert delivered == {number: 1 for number in range(MESSAGES) if number not in harmful}
        assert sum(case["waiting"] for case in holdback.cli("cases", "--json").lines) == len(harmful)
        metrics = holdback.metrics()
        counts = [metrics[f'holdback_messages_total{{action="{action}"}}'] for action in ("pass", "hold")]
        assert counts == [MESSAGES - len(harmful), len(harmful)]
        assert holdback.cli("reconcile", "--json").json["orphans"] == 0
        assert len(postfix.held()) == len(harmful)
