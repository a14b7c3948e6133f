"""Dropped mail stays in Postfix's hold queue for the grace period, and can be brought back."""

from collections import Counter
from collections.abc import Iterator

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, socks
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()


@pytest.fixture
def careful(postfix: PrivatePostfix) -> Iterator[Holdback]:
    """A running Holdback with a grace period that does not end."""
    with Holdback(postfix, {"internal_domains": FIRMS, "decisions": {"grace": "1h"}}) as guard:
        yield guard


def send(postfix: PrivatePostfix) -> tuple[int, str]:
    """Sends the sample message: reply code and queue id."""
    reply = postfix.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients)
    return reply.code, reply.queue_id


def only_case(holdback: Holdback) -> str:
    (case,) = holdback.cli("cases", "--all", "--json").lines
    return str(case["id"])


@pytest.mark.parametrize("drop", [["drop"], ["drop", "--return"]])
def test_a_drop_is_undone_and_the_mail_released(
    drop: list[str], postfix: PrivatePostfix, careful: Holdback, sink: Sink
) -> None:
    """Copies are refused meanwhile, and held again afterwards; then everybody gets both once."""
    _, first = send(postfix)
    case = only_case(careful)
    dropped = careful.cli(*drop, case)
    assert (dropped.code, f"undo: holdback undo {case}" in dropped.out) == (0, True), dropped.err
    for _ in range(2):
        assert careful.cli("reconcile").code == 0
    assert (postfix.held(), sink.deliveries()) == ([first], [])
    assert send(postfix)[0] == 550
    assert careful.cli("undo", case, "--reason", "they asked for it").code == 0
    code, second = send(postfix)
    assert (code, set(postfix.held())) == (250, {first, second})
    assert only_case(careful) == case
    assert careful.cli("release", case).code == 0
    wait_until(lambda: postfix.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == Counter([*SOCKS.recipients, *SOCKS.recipients])


def test_after_the_grace_period_the_mail_is_deleted(postfix: PrivatePostfix, sink: Sink) -> None:
    """By reconcile, as its timer runs it; then it is too late."""
    with Holdback(postfix, {"internal_domains": FIRMS, "decisions": {"grace": "1s"}}) as holdback:
        send(postfix)
        case = only_case(holdback)
        assert holdback.cli("drop", case).code == 0
        wait_until(lambda: holdback.cli("reconcile").code == 0 and postfix.queue() == [], "the deletion")
        assert holdback.cli("show", case, "--json").json["holds"][0]["state"] == "dropped"
        assert holdback.cli("undo", case).code == 65
        assert sink.deliveries() == []


def test_drop_now_deletes_at_once(postfix: PrivatePostfix, careful: Holdback, sink: Sink) -> None:
    """Also a case that was dropped with a grace period before."""
    send(postfix)
    case = only_case(careful)
    assert careful.cli("drop", case).code == 0
    assert len(postfix.held()) == 1
    assert careful.cli("drop", case, "--now").code == 0
    assert (postfix.queue(), sink.deliveries()) == ([], [])
    assert careful.cli("undo", case).code == 65


def test_mail_deleted_by_hand_in_the_grace_period(postfix: PrivatePostfix, careful: Holdback) -> None:
    """It vanished: Holdback did not delete it."""
    _, queue_id = send(postfix)
    case = only_case(careful)
    assert careful.cli("drop", case).code == 0
    postfix.run("postsuper", "-d", queue_id)
    assert careful.cli("reconcile").code == 0
    assert careful.cli("show", case, "--json").json["holds"][0]["state"] == "vanished"
