"""After an outage the mail that Postfix held drains by itself: nothing is lost, leaked or doubled."""

from collections import Counter

import pytest
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


def test_an_outage_under_load(postfix: PrivatePostfix, sink: Sink) -> None:
    """Thirty messages, a third of them harmful: the others leave once the milter is back."""
    with Holdback(postfix, {"holds": {"rescan": True}}) as holdback:
        holdback.kill()
        for number in range(MESSAGES):
            to = people(number)
            header = f"From: {SENDER}\r\nTo: {', '.join(to)}\r\nMessage-ID: <{number}@{DOMAIN}>\r\n"
            assert postfix.send(f"{header}\r\nOffer {number}.\r\n".encode(), SENDER, to).accepted
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
