"""Acquaintances learned from real mail: replies in old threads and released mail pass."""

import sqlite3
from collections.abc import Sequence

import pytest
from rig.office import JANE, Office, World, mail, opened
from rig.samples import Sample
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

THREAD = [f"member{n}@club{n}.example" for n in range(14)]
NEWCOMERS = [f"new{n}@firm{n}.example" for n in range(50)]
OTHERS = [f"other{n}@guild{n}.example" for n in range(14)]
TOM = "tom@corp.example"
VISIBLE = {"internal_domains": ["corp.example"]}


def from_outside(name: str, people: Sequence[str], ours: Sequence[str] = (JANE,)) -> Sample:
    """Sends a mail of the first person to us with the others in Cc."""
    made = mail(name, ours, sender=people[0], cc=people[1:])
    return Sample(name, "", made.sender, (JANE,), made.raw)


def on_record(office: Office) -> int:
    """Pairs of acquainted people in the database."""
    with sqlite3.connect(f"file:{office.holdback.state_dir}/holdback.db?mode=ro", uri=True) as record:
        return int(record.execute("SELECT count(*) FROM acquaintances").fetchone()[0])


def learned(office: Office, people: int) -> None:
    """Waits until so many people are acquainted with each other."""
    wait_until(lambda: on_record(office) >= people * (people - 1) // 2, "acquaintances")


def strangers(office: Office, *mails: Sample) -> list[tuple[str, int]]:
    """Action for the mails, and the number of strangers if there were too many."""
    return [(line["action"], line["people"]) for line in office.send_all(mails, sessions=1)]


def test_a_reply_to_all(world: World) -> None:
    """A reply to the thread passes, also with two new recipients; with fifty new ones it is held."""
    with opened(world) as office:
        assert strangers(office, mail("early", THREAD)) == [("hold", 14)]
        assert strangers(office, from_outside("hello", THREAD)) == [("pass", 0)]
        learned(office, len(THREAD))
        everybody = [THREAD[0], *reversed(THREAD[1:])]
        shouted = [address.upper() for address in everybody]
        assert strangers(
            office,
            mail("re", everybody),
            mail("re-cc", everybody[:1], cc=shouted[1:]),
            mail("re-tom", everybody, sender=TOM),
            mail("re-2", [*everybody, *NEWCOMERS[:2]]),
            mail("re-8", [*everybody, *NEWCOMERS[:8]]),
            mail("re-9", [*everybody, *NEWCOMERS[:9]]),
            mail("re-50", [*everybody, *NEWCOMERS]),
            mail("mixed", [*THREAD[:7], *OTHERS[:7]]),
            mail("mixed-more", [*THREAD, *OTHERS]),
        ) == [
            ("pass", 0),
            ("pass", 0),
            ("pass", 0),
            ("pass", 0),
            ("pass", 0),
            ("hold", 10),
            ("hold", 51),
            ("pass", 0),
            ("hold", 15),
        ]


def test_what_teaches_nothing(world: World) -> None:
    """Nothing is learned from mail without our addresses, our own, large or forged mail."""
    crowd = [f"guest{n}@party{n}.example" for n in range(60)]
    with opened(world) as office:
        quiet = [
            from_outside("unseen", THREAD, ["undisclosed-recipients:;"]),
            from_outside("crowd", crowd),
            Sample("forged", "", TOM, (JANE,), from_outside("forged", OTHERS).raw),
            mail("ours", OTHERS[:9]),
        ]
        assert {action for action, _ in strangers(office, *quiet)} == {"pass"}
        marker = from_outside("marker", ["a@x1.example", "b@x2.example"])
        assert strangers(office, marker) == [("pass", 0)]
        learned(office, 2)
        assert on_record(office) == 1
        assert strangers(office, mail("a", THREAD), mail("b", OTHERS), mail("c", crowd[:20])) == [
            ("hold", 14),
            ("hold", 14),
            ("hold", 20),
        ]


def test_what_an_operator_releases(world: World) -> None:
    """Recipients of released mail become acquainted; with `--bcc` or after a drop they do not."""
    fates = {"release": THREAD, "release --bcc": OTHERS, "drop": NEWCOMERS[:14]}
    with opened(world) as office:
        for number, (decision, people) in enumerate(fates.items()):
            command, *options = decision.split()
            line = office.send(mail(f"first-{number}", people))
            assert office.holdback.cli(command, line["case"], *options).code == 0
        wait_until(lambda: not world.postfix.queue(), "an empty queue")
        office.holdback.restart()
        learned(office, len(THREAD))
        again = [mail(f"second-{n}", people, "Another one.\n") for n, people in enumerate(fates.values())]
        assert strangers(office, *again) == [("pass", 0), ("hold", 14), ("hold", 14)]


def test_switched_off(world: World) -> None:
    """Nothing is learned, and earlier acquaintances are not used."""
    with opened(world) as office:
        strangers(office, from_outside("hello", THREAD))
        learned(office, len(THREAD))
        before = on_record(office)
        settings = {**VISIBLE, "people": {"acquaintances": False}}
        office.holdback.configure(settings)
        office.reload()
        assert strangers(office, mail("re", THREAD)) == [("hold", 14)]
        assert strangers(office, from_outside("others", OTHERS)) == [("pass", 0)]
        office.holdback.restart()
        assert on_record(office) == before
        office.holdback.configure(VISIBLE)
        office.reload()
        assert strangers(office, mail("re-again", THREAD, "Again.\n")) == [("pass", 0)]
