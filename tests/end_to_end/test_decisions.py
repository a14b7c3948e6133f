"""An operator's decisions on a real MTA are carried out once and completely, also after crashes."""

import subprocess
from collections import Counter
from collections.abc import Callable

import pytest
from rig.holdback import HOLDBACK, Holdback
from rig.mta import PrivateMta
from rig.people import people
from rig.samples import FIRMS, socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
BODY = SOCKS.raw.partition(b"\n\n")[2].replace(b"\n", b"\r\n")
EVERYBODY_ONCE = Counter(SOCKS.recipients)


@pytest.fixture
def queue_id(mta: PrivateMta, holdback: Holdback) -> str:
    """The sample message 02-socks on hold."""
    return mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients).queue_id


def only_case(holdback: Holdback) -> str:
    (case,) = holdback.cli("cases", "--all", "--json").lines
    return str(case["id"])


def test_release_sends_the_very_same_message(
    queue_id: str, mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """Same queue id, same bytes; a second release reports this and sends nothing."""
    case = only_case(holdback)
    first = holdback.cli("release", case)
    mta.wait_empty()
    again = holdback.cli("release", case)
    mta.wait_empty()
    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert first.out != again.out
    assert {one.body for one in sink.deliveries()} == {BODY}
    assert all(queue_id.encode() in one.header for one in sink.deliveries())
    assert Counter(sink.recipients()) == EVERYBODY_ONCE


def test_release_bcc_hides_the_recipients(
    queue_id: str, mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """All recipients get one copy without addresses or token, and the original is deleted."""
    done = holdback.cli("release", "--bcc", only_case(holdback))
    assert done.code == 0, done.err
    wait_until(lambda: mta.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == EVERYBODY_ONCE
    for arrived in sink.deliveries():
        assert b"\r\nTo: undisclosed-recipients:;\r\n" in arrived.header + b"\r\n"
        assert [a for a in SOCKS.recipients if a.encode() in arrived.raw.lower()] == []
        assert b"Holdback-Release" not in arrived.raw
        assert arrived.body == BODY


def copy_waits(mta: PrivateMta, original: str) -> bool:
    return len(mta.held()) == 2


def original_is_gone(mta: PrivateMta, original: str) -> bool:
    return original not in mta.held()


@pytest.mark.parametrize("moment", [copy_waits, original_is_gone])
def test_a_crash_within_release_bcc_neither_loses_nor_doubles(
    moment: Callable[[PrivateMta, str], bool],
    queue_id: str,
    mta: PrivateMta,
    holdback: Holdback,
    sink: Sink,
) -> None:
    """After a kill at critical steps, reconcile completes the release."""
    command = [HOLDBACK, "release", "--bcc", only_case(holdback)]
    with subprocess.Popen(command, env=holdback.environment, stdout=subprocess.DEVNULL) as releasing:
        wait_until(lambda: moment(mta, queue_id) or releasing.poll() is not None, "the moment to crash")
        releasing.kill()
    for _ in range(3):
        assert holdback.cli("reconcile").code == 0
    wait_until(lambda: mta.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == EVERYBODY_ONCE
    assert not any(address.encode() in one.raw for one in sink.deliveries() for address in SOCKS.recipients)


def test_release_bcc_waits_while_the_milter_is_down(
    queue_id: str, mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """Without the milter nothing is sent; later every recipient gets one copy."""
    case = only_case(holdback)
    holdback.kill()
    holdback.cli("release", "--bcc", case)
    assert queue_id in mta.held()
    assert sink.deliveries() == []
    holdback.start()
    for _ in range(3):
        assert holdback.cli("reconcile").code == 0
    wait_until(lambda: mta.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == EVERYBODY_ONCE
    assert not any(address.encode() in one.raw for one in sink.deliveries() for address in SOCKS.recipients)


def test_drop_deletes(queue_id: str, mta: PrivateMta, holdback: Holdback, sink: Sink) -> None:
    """The message is deleted without a bounce; the same message sent again is refused."""
    assert holdback.cli("drop", only_case(holdback)).code == 0
    again = mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
    assert again.code == 550, again.text
    assert mta.queue() == []
    assert sink.deliveries() == []


RECORDS = "".join(f"{one.name}, {one.email}, {one.street}, {one.city}\n" for one in people(60))
AUDITOR, THIEF = "auditor@audit.example", "thief@else.example"


@pytest.mark.parametrize("how", ["release", "release --bcc"])
def test_a_release_covers_the_same_recipients_only(
    how: str, mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """Sixty records released to the auditor pass again to the auditor, not to another one in the envelope."""
    sender = f"ann@{FIRMS[0]}"
    raw = f"From: {sender}\nTo: {AUDITOR}\nSubject: audit\n\n{RECORDS}".encode()
    assert mta.send(raw, sender, [AUDITOR]).accepted
    assert holdback.cli(*how.split(), only_case(holdback)).code == 0
    wait_until(lambda: mta.queue() == [], "an empty queue")
    for recipients, held in (([AUDITOR], 0), ([AUDITOR, THIEF], 1), ([THIEF], 2)):
        assert mta.send(raw, sender, recipients).accepted
        wait_until(lambda: len(mta.queue()) == len(mta.held()), "an empty queue")
        assert len(mta.held()) == held
        assert holdback.cli("reconcile").code == 0
        assert len(mta.held()) == held
    assert sink.recipients() == [AUDITOR, AUDITOR]


def test_drop_return_bounces_to_the_sender(
    queue_id: str, mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """Only a bounce to the sender is sent."""
    assert holdback.cli("drop", "--return", only_case(holdback)).code == 0
    (bounce,) = sink.wait_for(1)
    mta.wait_empty()
    assert (bounce.sender, bounce.recipients) == ("", (SOCKS.sender,))
    assert (sink.recipients(), mta.queue()) == ([SOCKS.sender], [])


def test_a_hold_deleted_with_the_mta_s_own_tools_is_noticed(
    queue_id: str, mta: PrivateMta, holdback: Holdback
) -> None:
    """The case of a message deleted with postsuper is closed."""
    assert holdback.cli("reconcile").code == 0
    mta.delete(queue_id)
    assert holdback.cli("reconcile").code == 0
    (case,) = holdback.cli("cases", "--all", "--json").lines
    assert case["waiting"] == 0


def test_the_action_blind(mta: PrivateMta, sink: Sink) -> None:
    """The message leaves at once; its header is as another program would write it."""
    blind = {"internal_domains": FIRMS, "checks": {"visible_recipients": {"action": "blind"}}}
    with Holdback(mta, blind) as holdback:
        mta.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
        sink.wait_for(1)
        mta.wait_empty()
        assert [line["action"] for line in holdback.messages()] == ["blind"]
    assert Counter(sink.recipients()) == EVERYBODY_ONCE
    for arrived in sink.deliveries():
        assert b"\r\nTo: undisclosed-recipients:;\r\n" in arrived.header
        assert [a for a in SOCKS.recipients if a.encode() in arrived.raw.lower()] == []
