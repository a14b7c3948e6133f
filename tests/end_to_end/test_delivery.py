"""`show` claims a delivery only where Postfix's queue or log proves it."""

from typing import Any

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
ALL = len(SOCKS.recipients)
DEAD = {"transport_maps": "inline:{nowhere.example=smtp:[127.0.0.1]:1, bounces.example=error:no}"}


def shown(holdback: Holdback) -> tuple[dict[str, Any], str]:
    """`delivery` of the only case as JSON, and the output for people in one line."""
    (case,) = holdback.cli("cases", "--all", "--json").lines
    delivery = holdback.cli("show", case["id"], "--json").json["delivery"]
    return delivery, " ".join(holdback.cli("show", case["id"]).out.split())


def release(holdback: Holdback, *options: str) -> None:
    (case,) = holdback.cli("cases", "--json").lines
    assert holdback.cli("release", case["id"], *options).code == 0


def figures(sent: int = 0, failed: int = 0, queued: int = 0, unknown: int = 0) -> dict[str, int]:
    return {"sent": sent, "failed": failed, "queued": queued, "unknown": unknown}


@pytest.mark.parametrize("options", [(), ("--bcc",)])
def test_delivered(options: tuple[str, ...], postfix: PrivatePostfix, holdback: Holdback) -> None:
    """Nothing before the release; everything after it, also where a copy was sent."""
    holdback.configure({"internal_domains": FIRMS}, postfix.config_dir)
    holdback.restart()
    postfix.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
    assert shown(holdback)[0] is None
    release(holdback, *options)
    wait_until(lambda: shown(holdback)[0] == figures(sent=ALL), "all deliveries in the log")
    assert (
        f"{ALL} of {ALL} recipients released Mail server: delivered to {ALL} recipients" in shown(holdback)[1]
    )


def test_while_postfix_is_stopped(postfix: PrivatePostfix, holdback: Holdback, sink: Sink) -> None:
    """Released mail is in the queue, and reached nobody."""
    postfix.send(SOCKS.raw, "ann@sockenladen.example", SOCKS.recipients)
    postfix.run("postfix", "stop")
    release(holdback)
    assert shown(holdback)[0] == figures(queued=ALL)
    assert f"delivered to 0 recipients, {ALL} in the queue" in shown(holdback)[1]
    assert sink.deliveries() == []


def test_deferred_and_failed(sink: Sink) -> None:
    """Each recipient counts by the latest attempt."""
    with PrivatePostfix(relay=sink.port, settings=DEAD) as postfix, Holdback(postfix) as holdback:
        recipients = [*SOCKS.recipients[:12], "x@nowhere.example", "y@nowhere.example", "z@bounces.example"]
        raw = f"From: ann@sockenladen.example\nTo: {', '.join(recipients)}\n\nHello\n".encode()
        postfix.send(raw, "ann@sockenladen.example", recipients)
        release(holdback)
        wait_until(lambda: shown(holdback)[0] == figures(sent=12, failed=1, queued=2), "all attempts")
        assert "delivered to 12 recipients, failed for 1, 2 in the queue" in shown(holdback)[1]


def test_without_a_log(postfix: PrivatePostfix, holdback: Holdback) -> None:
    """Mail that has left the queue may be delivered or not."""
    postfix.send(SOCKS.raw, "ann@sockenladen.example", SOCKS.recipients)
    release(holdback)
    wait_until(lambda: postfix.queue() == [], "an empty queue")
    (postfix.root / "postfix.log").unlink()
    assert shown(holdback)[0] == figures(unknown=1)
    assert "Delivery unknown" in shown(holdback)[1]
