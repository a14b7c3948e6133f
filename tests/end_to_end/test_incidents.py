"""The published incidents, and ordinary mail, sent through a real MTA."""

import math
from collections.abc import Callable

import pytest
from rig.holdback import Holdback
from rig.mta import PrivateMta
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


def over_smtp(mta: PrivateMta, mail: Sample) -> int:
    assert mta.send(mail.raw, mail.sender, mail.recipients).accepted
    return 1


def with_sendmail(mta: PrivateMta, mail: Sample) -> int:
    """Submit the message; return how many it becomes."""
    mta.submit(mail.raw, mail.sender, mail.recipients)
    return math.ceil(len(mail.recipients) / mta.recipients_of_submission)


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
    submit: Callable[[PrivateMta, Sample], int],
    incident: Callable[[], Sample],
    check: str,
    count: int,
    mta: PrivateMta,
    holdback: Holdback,
    sink: Sink,
) -> None:
    """Each incident is held before delivery, and its case names the reason."""
    held = mta.wait_held(submit(mta, incident()))
    (case,) = holdback.cli("cases", "--json").lines
    logged = {(line["queue_id"], line["action"], line["case"]) for line in holdback.messages()}
    assert logged == {(queue_id, "hold", case["id"]) for queue_id in held}
    assert [check] == [finding["check"] for finding in case["findings"]]
    assert case["people"] == count
    assert sink.deliveries() == []


@SUBMISSIONS
@pytest.mark.parametrize("mail", [ordinary, hidden_recipients, colleagues])
def test_ordinary_mail_passes_unchanged(
    submit: Callable[[PrivateMta, Sample], None],
    mail: Callable[[], Sample],
    mta: PrivateMta,
    holdback: Holdback,
    sink: Sink,
) -> None:
    """Near misses reach every recipient once, byte for byte."""
    sent = mail()
    submitted = submit(mta, sent)
    sink.wait_for(submitted)
    mta.wait_empty()
    body = sent.raw.partition(b"\n\n")[2].replace(b"\n", b"\r\n")
    assert {body} == {one.body for one in sink.deliveries()}
    assert sorted(sent.recipients) == sorted(sink.recipients())
    assert [line["action"] for line in holdback.messages()] == ["pass"] * submitted


def test_held_mail_survives_restarts_of_everything(mta: PrivateMta, holdback: Holdback, sink: Sink) -> None:
    """A restart of Holdback and a flush of the queue do not release held mail."""
    over_smtp(mta, socks())
    before = mta.wait_held(1)
    holdback.restart()
    mta.run_queue()
    over_smtp(mta, ordinary())
    sink.wait_for(1)
    assert before == mta.held()
    assert [ordinary().message_id] == [
        i for i in (ordinary().message_id, socks().message_id) if sink.deliveries(i)
    ]


def test_copies_of_a_mailing_are_one_case(mta: PrivateMta, holdback: Holdback) -> None:
    """Three copies to three recipients are one case, and a drop deletes all of them."""
    for reader in people(3):
        over_smtp(mta, table_as_body(reader))
    (case,) = holdback.cli("cases", "--json").lines
    assert len(mta.held()) == 3
    assert holdback.cli("drop", case["id"]).code == 0
    assert mta.queue() == []
