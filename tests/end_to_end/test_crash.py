"""`kill -9` while messages are inspected: none passes uninspected, none is lost or duplicated."""

import os
import signal
from collections import Counter

import pytest
from rig.holdback import Holdback
from rig.load import Load
from rig.mta import PrivateMta
from rig.samples import Sample, people, price_list, provider_csv, sample
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

MESSAGES, CRASHES = 160, 4
LOST = {"Postfix": "SMFIC_BODYEOB", "Sendmail": "Milter: data, reject=451"}
"""What the MTA logs when the milter dies at the end of a message."""
KINDS = (
    ("harmless", ("prices.csv", price_list().encode() * 100)),
    ("harmful", ("customers.csv", provider_csv(people(2_000)).encode())),
)


def mixed_mail(count: int) -> list[Sample]:
    """Harmless and harmful mail in turns, each with an id, slow enough to be interrupted."""
    return [
        sample(
            f"{name}-{n}",
            "",
            "tom@mongrelsocks.example",
            f"Letter {n}.\n",
            "List",
            to=people(1),
            attached=table,
        )
        for n in range(count // 2)
        for name, table in KINDS
    ]


def test_crashes_under_load(mta: PrivateMta, holdback: Holdback, sink: Sink) -> None:
    """Delivered, held and refused messages together are those sent; only harmless ones were delivered."""
    mails = mixed_mail(MESSAGES)
    with Load(mta, mails) as load:
        for crash in range(1, CRASHES + 1):
            load.wait_finished(crash * MESSAGES // (CRASHES + 2))
            worker = holdback.worker
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda worker=worker: holdback.workers not in ([], [worker]), "another worker")
    outcomes = load.outcomes()
    mta.wait_empty()

    arrived = Counter(mail.name for mail in mails for _ in sink.deliveries(f"<{mail.name}@"))
    held = set(mta.held())
    accepted = {
        outcome.reply.queue_id: outcome.sample.name
        for outcome in outcomes
        if outcome.reply and outcome.reply.accepted
    }
    waiting = {accepted[queue_id] for queue_id in held}
    refused = [outcome.sample.name for outcome in outcomes if outcome.reply and not outcome.reply.accepted]

    assert LOST[mta.name] in mta.log(), "no crash hit a message: the test proved nothing"
    assert [outcome.sample.name for outcome in outcomes if outcome.reply is None] == []
    assert [name for name in arrived if name.startswith("harmful")] == []
    assert {1} == set(arrived.values())
    assert set() == waiting & set(arrived)
    assert sorted(mail.name for mail in mails) == sorted([*arrived, *waiting, *refused])


def test_after_a_crash_everything_held_is_accounted_for(
    mta: PrivateMta, holdback: Holdback, sink: Sink
) -> None:
    """Recorded holds and the orphans that reconcile finds are the content of the hold queue."""
    with Load(mta, mixed_mail(40)) as load:
        load.wait_finished(10)
        holdback.kill()
    holdback.start()
    mta.wait_empty()
    found = holdback.cli("reconcile", "--json").json
    recorded = sum(case["waiting"] for case in holdback.cli("cases", "--json").lines)
    assert len(mta.held()) == recorded + found["orphans"]
