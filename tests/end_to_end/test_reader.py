"""Attachments of many formats at once, while readers are killed, hang, or get other settings."""

import contextlib
import itertools
import os
import random
import signal
from collections.abc import Callable, Sequence

import pytest
from reader.test_daemon import letter
from rig.daemonlog import lines
from rig.files.everything import WRITERS
from rig.holdback import Holdback
from rig.load import Load, Outcome
from rig.postfix import PrivatePostfix
from rig.samples import SHOP, Sample, people, sample
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

FORMATS = ("xlsx", "pdf", "docx", "ods", "xls", "zip", "7z", "rtf", "xlsb", "eml")
SENDER = f"tom@{SHOP}"
CUSTOMERS = [["Name", "E-mail"], *(str(one).rstrip(">").split(" <") for one in people(60))]
STOCK = [["Item", "Price"], *([f"Sock {number}", f"{number}.99"] for number in range(40))]
SETTINGS = {
    "internal_domains": [SHOP],
    "checks": {"unreadable": {"action": "hold"}},
    "campaigns": {"copies": 1000},
}


def mixed_mail(count: int) -> list[Sample]:
    """Harmless and harmful mail in turns, in all formats, each with an id."""
    tables = [
        (f"{name}-{form}", (f"list.{form}", WRITERS[form](rows)))
        for form in FORMATS
        for name, rows in (("harmless", STOCK), ("harmful", CUSTOMERS))
    ]
    chosen = [tables[number % len(tables)] for number in range(count)]
    return [
        sample(f"{name}-{number}", "", SENDER, "The list.\n", "List", to=people(1), attached=table)
        for number, (name, table) in enumerate(chosen)
    ]


def account(
    outcomes: Sequence[Outcome], postfix: PrivatePostfix, sink: Sink
) -> tuple[list[str], list[str], list[str]]:
    """Names of the messages that were delivered, held and refused."""
    postfix.wait_empty()
    held = set(postfix.held())
    names = {outcome.sample.name: outcome.reply for outcome in outcomes}
    delivered = [name for name in names for _ in sink.deliveries(f"<{name}@")]
    waiting = [name for name, reply in names.items() if reply and reply.queue_id in held]
    refused = [name for name, reply in names.items() if not reply or not reply.accepted]
    return delivered, waiting, refused


def answered(load: Load, count: int, seconds: float = 0.2) -> bool:
    """True if `count` messages are answered within so many seconds."""
    with contextlib.suppress(TimeoutError):
        load.wait_finished(count, seconds)
        return True
    return False


def while_it_runs(load: Load, count: int, disturb: Callable[[], None]) -> list[Outcome]:
    """The answers to all `count` messages; calls `disturb` regularly until the last one."""
    while not answered(load, count):
        disturb()
    return load.outcomes()


def test_readers_killed_under_load(postfix: PrivatePostfix, sink: Sink) -> None:
    """Every message is answered, no table passes unread, and no message is lost."""
    mails, chance, killed = mixed_mail(80), random.Random(3), set[int]()

    with Holdback(postfix, SETTINGS) as holdback, Load(postfix, mails, sessions=20) as load:

        def kill_one() -> None:
            for reader in chance.sample(holdback.readers, min(1, len(holdback.readers))):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(reader, signal.SIGKILL)
                    killed.add(reader)

        delivered, held, refused = account(while_it_runs(load, len(mails), kill_one), postfix, sink)
        assert [name for name in delivered if name.startswith("harmful")] == []
        assert refused == []
        assert sorted(delivered + held) == sorted(mail.name for mail in mails)
        assert len(killed) > 2, "no reader was replaced: the test proved nothing"
        assert len(holdback.readers) <= 2 * len(holdback.workers)


def test_reloads_under_load(postfix: PrivatePostfix, sink: Sink) -> None:
    """Reloads change the memory limit of readers, and no verdict changes."""
    mails, limits = mixed_mail(240), iter(("700 MiB", "800 MiB", "900 MiB"))

    with Holdback(postfix, SETTINGS) as holdback, Load(postfix, mails, sessions=8) as load:
        load.wait_finished(1)

        def reload() -> None:
            for memory in itertools.islice(limits, 1):
                holdback.configure({**SETTINGS, "reader": {"memory": memory}})
                before = len(lines(holdback, "configuration reloaded"))
                holdback.reload()
                wait_until(
                    lambda before=before: len(lines(holdback, "configuration reloaded")) > before,
                    "the reload",
                )

        delivered, held, refused = account(while_it_runs(load, len(mails), reload), postfix, sink)
        assert sorted(delivered) == sorted(mail.name for mail in mails if mail.name.startswith("harmless"))
        assert sorted(held) == sorted(mail.name for mail in mails if mail.name.startswith("harmful"))
        assert refused == []
        assert lines(holdback, "reader lost") == []
        assert len(lines(holdback, "configuration reloaded")) >= 1
        assert len(holdback.readers) <= 2 * len(holdback.workers)


def test_documents_that_hang_delay_no_ordinary_mail(postfix: PrivatePostfix, sink: Sink) -> None:
    """Eight messages with hanging documents are held; ordinary mail passes in the meantime."""
    hostile = [
        Sample(
            f"hostile-{number}",
            "",
            SENDER,
            (str(people(1)[0]).rpartition("<")[2].rstrip(">"),),
            letter(b"spin").replace(
                b"\r\n\r\n", f"\r\nMessage-ID: <hostile-{number}@{SHOP}>\r\n\r\n".encode(), 1
            ),
        )
        for number in range(8)
    ]
    plain = [sample(f"plain-{number}", "", SENDER, "Hello.\n", "Hello", to=people(1)) for number in range(20)]
    settings = {**SETTINGS, "reader": {"timeout": 4}}
    with Holdback(postfix, settings, ["odd_reader"]) as holdback, Load(postfix, hostile) as attack:
        with Load(postfix, plain) as load:
            assert [outcome.reply and outcome.reply.code for outcome in load.outcomes()] == [250] * 20
            assert not answered(attack, len(hostile), 0)
        delivered, held, refused = account([*attack.outcomes(), *load.outcomes()], postfix, sink)
        assert sorted(delivered) == sorted(mail.name for mail in plain)
        assert sorted(held) == [mail.name for mail in hostile]
        assert refused == []
        assert {line["error"] for line in lines(holdback, "reader lost")} == {"timeout"}
