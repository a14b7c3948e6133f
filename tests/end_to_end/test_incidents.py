"""The published incidents, and ordinary mail, sent through a real Postfix."""

from collections.abc import Callable

import pytest
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.samples import (
    Sample,
    ordinary,
    people,
    promotion,
    sample,
    socks,
    table_as_body,
    table_attached,
    table_zipped,
)
from rig.sink import Sink

pytestmark = pytest.mark.postfix


def over_smtp(postfix: PrivatePostfix, mail: Sample) -> None:
    assert postfix.send(mail.raw, mail.sender, mail.recipients).accepted


def with_sendmail(postfix: PrivatePostfix, mail: Sample) -> None:
    postfix.submit(mail.raw, mail.sender, mail.recipients)


def first_reader() -> Sample:
    return table_as_body(people(1)[0])


def hidden_recipients() -> Sample:
    """The messages of shop and promotion with hidden recipients, as they should have been sent."""
    mail = sample(
        "06-hidden",
        "",
        "tom@mongrelsocks.example",
        "Two for one!\n",
        "Offer",
        to=["undisclosed-recipients:;"],
    )
    return Sample(
        mail.name, mail.what, mail.sender, tuple(person.address for person in people(500)), mail.raw
    )


def colleagues() -> Sample:
    """A message with many visible recipients, all of them ours."""
    own = [f"{person.login}@mongrelsocks.example" for person in people(60)]
    return sample(
        "07-colleagues", "", "tom@mongrelsocks.example", "Lunch at noon.\n", "Lunch", to=own, cc=people(1)
    )


SUBMISSIONS = pytest.mark.parametrize("submit", [over_smtp, with_sendmail])


@SUBMISSIONS
@pytest.mark.parametrize(
    ("incident", "check", "count"),
    [
        (socks, "visible_recipients", 60),
        (promotion, "visible_recipients", 1_000),
        (table_attached, "customer_data", 20_000),
        (table_zipped, "customer_data", 20_000),
        (first_reader, "customer_data", 20_000),
    ],
)
def test_an_incident_is_held_and_explained(
    submit: Callable[[PrivatePostfix, Sample], None],
    incident: Callable[[], Sample],
    check: str,
    count: int,
    postfix: PrivatePostfix,
    holdback: Holdback,
    sink: Sink,
) -> None:
    """Each incident is held before delivery, and its case names the reason."""
    submit(postfix, incident())
    (queue_id,) = postfix.wait_held(1)
    (line,) = holdback.messages()
    (case,) = holdback.cli("cases", "--json").lines
    logged = {name: line[name] for name in ("queue_id", "action", "case")}
    assert logged == {"queue_id": queue_id, "action": "hold", "case": case["id"]}
    assert [check] == [finding["check"] for finding in case["findings"]]
    assert case["people"] == count
    assert sink.deliveries() == []


@SUBMISSIONS
@pytest.mark.parametrize("mail", [ordinary, hidden_recipients, colleagues])
def test_ordinary_mail_passes_unchanged(
    submit: Callable[[PrivatePostfix, Sample], None],
    mail: Callable[[], Sample],
    postfix: PrivatePostfix,
    holdback: Holdback,
    sink: Sink,
) -> None:
    """Near misses reach every recipient once, byte for byte."""
    sent = mail()
    submit(postfix, sent)
    sink.wait_for(1)
    postfix.wait_empty()
    body = sent.raw.partition(b"\n\n")[2].replace(b"\n", b"\r\n")
    assert {body} == {one.body for one in sink.deliveries()}
    assert sorted(sent.recipients) == sorted(sink.recipients())
    assert [line["action"] for line in holdback.messages()] == ["pass"]


def test_held_mail_survives_restarts_of_everything(
    postfix: PrivatePostfix, holdback: Holdback, sink: Sink
) -> None:
    """A restart of Holdback and a flush of the queue do not release held mail."""
    over_smtp(postfix, socks())
    before = postfix.wait_held(1)
    holdback.restart()
    postfix.run("postqueue", "-f")
    over_smtp(postfix, ordinary())
    sink.wait_for(1)
    assert before == postfix.held()
    assert [ordinary().message_id] == [
        i for i in (ordinary().message_id, socks().message_id) if sink.deliveries(i)
    ]


def test_copies_of_a_mailing_are_one_case(postfix: PrivatePostfix, holdback: Holdback) -> None:
    """Three copies to three recipients are one case, and a drop deletes all of them."""
    for reader in people(3):
        over_smtp(postfix, table_as_body(reader))
    (case,) = holdback.cli("cases", "--json").lines
    assert len(postfix.held()) == 3
    assert holdback.cli("drop", case["id"]).code == 0
    assert postfix.queue() == []
