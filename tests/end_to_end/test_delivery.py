"""`show` claims a delivery only where the queue or the log of the MTA proves it."""

from typing import Any

import pytest
from rig.holdback import Holdback
from rig.mta import PrivateMta
from rig.postfix import PrivatePostfix
from rig.samples import socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
SENDER = "ann@sockenladen.example"
ALL = len(SOCKS.recipients)


class Refusing(Sink):
    """A server that accepts no recipient."""

    async def handle_RCPT(self, *_arguments: object) -> str:
        return "550 5.1.1 no such user"


def case_of(holdback: Holdback) -> str:
    (case,) = holdback.cli("cases", "--all", "--json").lines
    return str(case["id"])


def delivery(holdback: Holdback, case: str) -> Any:
    return holdback.cli("show", case, "--json").json["delivery"]


def printed(holdback: Holdback, case: str) -> str:
    """The output for people, in one line."""
    return " ".join(holdback.cli("show", case).out.split())


def figures(sent: int = 0, failed: int = 0, queued: int = 0, unknown: int = 0) -> dict[str, int]:
    return {"sent": sent, "failed": failed, "queued": queued, "unknown": unknown}


@pytest.mark.parametrize("options", [(), ("--bcc",)])
def test_delivered(options: tuple[str, ...], mta: PrivateMta, holdback: Holdback) -> None:
    """Nothing before the release; everything after it, also where a copy was sent."""
    mta.send(SOCKS.raw, SENDER, SOCKS.recipients)
    case = case_of(holdback)
    assert delivery(holdback, case) is None
    assert holdback.cli("release", case, *options).code == 0
    wait_until(lambda: delivery(holdback, case) == figures(sent=ALL), "all deliveries in the log")
    expected = f"{ALL} of {ALL} recipients released Mail server: delivered to {ALL} recipients"
    assert expected in printed(holdback, case)


def test_while_postfix_is_stopped(postfix: PrivatePostfix, holdback: Holdback, sink: Sink) -> None:
    """Released mail is in the queue, and reached nobody."""
    postfix.send(SOCKS.raw, SENDER, SOCKS.recipients)
    postfix.stop()
    case = case_of(holdback)
    assert holdback.cli("release", case).code == 0
    assert delivery(holdback, case) == figures(queued=ALL)
    assert f"delivered to 0 recipients, {ALL} in the queue" in printed(holdback, case)
    assert sink.deliveries() == []


def test_deferred_and_failed(sink: Sink) -> None:
    """Each recipient counts by the latest attempt."""
    with Refusing() as refusing:
        dead, refused = "smtp:[127.0.0.1]:1", f"smtp:[127.0.0.1]:{refusing.port}"
        transports = f"inline:{{nowhere.example={dead}, refuses.example={refused}}}"
        with (
            PrivatePostfix(relay=sink.port, settings={"transport_maps": transports}) as postfix,
            Holdback(postfix) as holdback,
        ):
            _check_attempts(postfix, holdback)


def _check_attempts(mta: PrivateMta, holdback: Holdback) -> None:
    recipients = [*SOCKS.recipients[:12], "x@nowhere.example", "y@nowhere.example", "z@refuses.example"]
    raw = f"From: {SENDER}\nTo: {', '.join(recipients)}\n\nHello\n".encode()
    mta.send(raw, SENDER, recipients)
    case = case_of(holdback)
    assert holdback.cli("release", case).code == 0
    expected = figures(sent=12, failed=1, queued=2)
    wait_until(lambda: delivery(holdback, case) == expected, "all attempts in the log")
    assert "delivered to 12 recipients, failed for 1, 2 in the queue" in printed(holdback, case)


def test_without_a_log(mta: PrivateMta, holdback: Holdback) -> None:
    """Mail that has left the queue may be delivered or not."""
    mta.send(SOCKS.raw, SENDER, SOCKS.recipients)
    case = case_of(holdback)
    assert holdback.cli("release", case).code == 0
    wait_until(lambda: mta.queue() == [], "an empty queue")
    mta.log_file.unlink()
    assert delivery(holdback, case) == figures(unknown=1)
    assert "Delivery unknown" in printed(holdback, case)
