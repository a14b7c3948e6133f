"""No message passes uninspected if the milter or its database is down."""

import pytest
from rig.holdback import Holdback
from rig.mta import PrivateMta
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, ordinary, socks
from rig.sendmail import PrivateSendmail
from rig.sink import Sink

pytestmark = pytest.mark.postfix


def test_mail_sent_while_the_milter_is_down_is_held_and_found(
    postfix: PrivatePostfix, holdback: Holdback, sink: Sink
) -> None:
    """Without the milter all mail is held; reconcile finds it as orphans."""
    holdback.kill()
    mail = ordinary()
    assert postfix.send(mail.raw, mail.sender, mail.recipients).accepted
    postfix.submit(mail.raw, mail.sender, mail.recipients)
    postfix.wait_held(2)
    found = holdback.cli("reconcile", "--json")
    assert found.code == 0, found.err
    assert found.json["orphans"] == 2
    assert len(postfix.held()) == 2
    assert sink.deliveries() == []


def test_sendmail_refuses_mail_while_the_milter_is_down(sink: Sink) -> None:
    """The sender tries again later, and a local program's mail waits; nothing passes, nothing is held."""
    mail = ordinary()
    with PrivateSendmail(sink.port) as sendmail, Holdback(sendmail, {"internal_domains": FIRMS}) as holdback:
        holdback.kill()
        assert sendmail.send(mail.raw, mail.sender, mail.recipients).code == 451
        sendmail.submit(mail.raw, mail.sender, mail.recipients)
        waiting = list((sendmail.root / "client").glob("qf*"))
        assert (len(waiting), sendmail.queue(), sink.deliveries()) == (1, [], [])
        holdback.start()
        sendmail.run_client_queue()
        sink.wait_for(1)
        assert [line["action"] for line in holdback.messages()] == ["pass"]


def test_held_without_the_database(mta: PrivateMta, holdback: Holdback, sink: Sink) -> None:
    """A message is held without the database, and recorded when a new one is begun on purpose."""
    for file in holdback.state_dir.glob("holdback.db*"):
        file.unlink()
    mail = socks()
    reply = mta.send(mail.raw, mail.sender, mail.recipients)
    assert reply.accepted
    assert [reply.queue_id] == mta.wait_held(1)
    (holdback.state_dir / ".holdback.db.created").unlink()
    holdback.restart()
    assert holdback.cli("reconcile").code == 0
    (case,) = holdback.cli("cases", "--json").lines
    assert case["copies"] == 1
    assert sink.deliveries() == []


def test_a_database_that_cannot_be_opened_does_not_stop_the_milter(mta: PrivateMta, sink: Sink) -> None:
    """With an invalid database URL mail is inspected and held, and the journal has the record."""
    broken = {"internal_domains": FIRMS, "database": {"url": "sqlite:////nonexistent/holdback.db"}}
    with Holdback(mta, broken) as holdback:
        for mail in (socks(), ordinary()):
            assert mta.send(mail.raw, mail.sender, mail.recipients).accepted
        mta.wait_held(1)
        sink.wait_for(1)
        assert [line["action"] for line in holdback.messages()] == ["hold", "pass"]
        assert len(list((holdback.state_dir / "journal").iterdir())) == 1
    assert [ordinary().message_id] == [
        i for i in (ordinary().message_id, socks().message_id) if sink.deliveries(i)
    ]
