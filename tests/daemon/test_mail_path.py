"""A message waits for the database only to be held, or to look up acquaintances at a limit."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.config import Config
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.daemon import end_of_message
from holdback.daemon.arrival import Arrival
from holdback.daemon.replies import Reply
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.mail import Envelope
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.schema import correspondents, disclosures
from rig.waiting import wait_until
from sqlalchemy import Engine, event, func, select

CUSTOMERS = [f"ann{n}@customer{n}.example" for n in range(100)]
US = "jane@corp.example"
MESSAGES = 600


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    """A worker with an index and default settings, except that unknown recipients are held."""
    checks = {"unknown_recipients": {"action": "hold"}}
    config = Config(internal_domains=["corp.example"], state_dir=tmp_path, checks=checks)
    record, key, trail = open_record(config)
    rows = [RowBatch(len(CUSTOMERS), emails=[CUSTOMERS])]
    build(config.customer_index, rows, Pseudonyms(key), Origin(at=0, source="test"))
    setup = setup_of(config, record, key, trail)
    setup.knowledge.refresh()
    trail.start()
    yield setup
    trail.close(5)
    record.close()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Database queries of this thread."""
    statements: list[str] = []
    mine = threading.get_ident()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if threading.get_ident() == mine:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def send(setup: Setup, number: int, sender: str, to: list[str]) -> Reply:
    raw = (
        f"From: {sender}\r\nTo: {', '.join(to)}\r\nMessage-ID: <{number}@x.example>\r\n\r\n"
        f"Please write to bert{number}@other{number}.example about it.\r\n"
    ).encode()
    envelope = Envelope(sender, tuple(to), f"4A{number}", "", "192.0.2.1", setup.host)
    return end_of_message.answer(Arrival(envelope, raw, len(raw), time.time()), setup, lambda: True).reply


def ordinary(number: int) -> tuple[str, list[str]]:
    """Mail to a customer, from outside, to a stranger, and to a few who see each other."""
    stranger = f"bob{number}@firm{number}.example"
    match number % 4:
        case 0:
            return US, [CUSTOMERS[number % len(CUSTOMERS)]]
        case 1:
            return stranger, [US, "team@corp.example", f"cc{number}@else{number}.example"]
        case 2:
            return f"{chr(97 + number // 4 % 26)}.{chr(97 + number // 104 % 26)}@corp.example", [stranger]
        case _:
            return US, [CUSTOMERS[(number + n) % len(CUSTOMERS)] for n in range(9)]


def test_ordinary_mail_asks_nothing(setup: Setup, asked: list[str]) -> None:
    """Ordinary mail makes no query; another thread stores what it records."""
    replies = {send(setup, number, *ordinary(number)) for number in range(MESSAGES)}
    assert (replies, asked) == ({Reply.ACCEPT}, [])

    def stored() -> tuple[int, int]:
        with setup.trail.database.reading() as connection:
            tables = (correspondents, disclosures)
            found = [connection.execute(select(func.count()).select_from(one)) for one in tables]
            return found[0].scalar_one(), found[1].scalar_one()

    wait_until(lambda: stored() == (len(CUSTOMERS) + 3 * MESSAGES // 4, MESSAGES), "the notes")


ASKING = {
    "as many visible as are held": (9, 10, ["SELECT acquaintances.pair"]),
    "one fewer": (9, 9, []),
    "a sender's fiftieth stranger": (49, 1, ["SELECT correspondents.number"]),
    "the one before": (48, 1, []),
}


@pytest.mark.parametrize(("before", "together", "questions"), ASKING.values(), ids=ASKING.keys())
def test_what_is_asked(
    setup: Setup, asked: list[str], before: int, together: int, questions: list[str]
) -> None:
    """At a limit, acquaintances and correspondents are looked up."""
    for number in range(before):
        send(setup, number, US, [f"bob@firm{number}.example"])
    assert asked == []
    send(setup, 999, US, [f"carl@shop{number}.example" for number in range(together)])
    about = [" ".join(line.split()[:2]) for line in asked if line.startswith("SELECT")]
    assert [one for one in about if one in questions] == questions
    assert bool(questions) == bool(asked)
