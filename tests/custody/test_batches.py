"""Cases of many holds: few programs, and other commands have their turn."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from custody.world import SENDER, Mail, World
from holdback.cases.model import Decision, HoldState
from holdback.config import load
from holdback.custody.carry_out import carry_out
from holdback.custody.host import locked, open_host
from holdback.custody.reconcile import reconcile
from rig.holdback import Holdback
from rig.mta import KINDS, private_mta
from rig.sink import Sink

pytestmark = pytest.mark.postfix

COPIES = 40
_started: list[str] = []


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        _started.append(" ".join(map(str, arguments[1][:1] + arguments[1][3:])))


sys.addaudithook(_listen)


@pytest.fixture(scope="module", params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with (
        Sink() as sink,
        private_mta(request.param, sink.port) as mta,
        Holdback(mta, {"campaigns": {"copies": 1_000}}) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, mta, holdback, host)


def campaign(world: World) -> tuple[Mail, list[str]]:
    """A case of many copies, each to one recipient, who is the first of the original's."""
    mail = world.send(12)
    ids = [world.postfix.send(mail.raw, SENDER, mail.people[:1]).queue_id for _ in range(COPIES)]
    return mail, ids


def expected(mail: Mail) -> Counter[str]:
    return Counter(mail.people) + Counter({mail.people[0]: COPIES})


@pytest.mark.parametrize(
    ("decision", "text", "state", "sent"),
    [
        (Decision.RELEASE, "released", HoldState.RELEASED, True),
        (Decision.DROP, "deleted", HoldState.DROPPED, False),
        (Decision.RETURN, "returned to its sender", HoldState.RETURNED, False),
    ],
)
def test_few_programs(world: World, decision: Decision, text: str, state: HoldState, sent: bool) -> None:
    """All holds are carried out with a handful of programs; each has its own result and event."""
    mail, _ = campaign(world)
    case = mail.decide(decision)
    _started.clear()
    results = carry_out(world.host, case)
    programs = list(_started)
    assert Counter((one.done, one.text, one.state) for one in results) == {(True, text, state): COPIES + 1}
    assert len(programs) < 10, programs
    assert mail.reached() == (expected(mail) if sent else Counter())
    events = [one for one in world.host.book.events_after(0, 10_000) if one.case_id == case]
    assert Counter(one.kind for one in events if one.state) == {"carried_out": COPIES + 1}


def test_reconcile_carries_out_many(world: World) -> None:
    """Decisions made on another host are carried out together, too."""
    mail, _ = campaign(world)
    mail.decide(Decision.RELEASE)
    _started.clear()
    assert reconcile(replace(world.host, batch=25)).carried_out == COPIES + 1
    assert len(_started) < 20, _started
    assert mail.reached() == expected(mail)


def test_another_command_has_its_turn(world: World) -> None:
    """A command that waits for the lock gets it before all of a large case is carried out."""
    mail, _ = campaign(world)
    case, slow = mail.decide(Decision.RELEASE), replace(world.host, batch=1)
    left = COPIES + 1
    with ThreadPoolExecutor(1) as pool:
        releasing = pool.submit(carry_out, slow, case)
        while left == COPIES + 1:
            with locked(world.host):
                left = world.host.book.show(case).case.waiting
            time.sleep(0.2)
        assert len(releasing.result()) == COPIES + 1
    assert 0 < left < COPIES + 1
    assert mail.reached() == expected(mail)


def test_some_are_gone(world: World) -> None:
    """Holds deleted or released without Holdback have their own result; the others are carried out."""
    mail, ids = campaign(world)
    world.postfix.delete(ids[3])
    world.postfix.release(ids[5])
    results = {one.queue_id: one.text for one in carry_out(world.host, mail.decide(Decision.RELEASE))}
    assert results.pop(ids[3]) == "left the hold queue without Holdback"
    assert set(results.values()) == {"released"}
    world.postfix.run_queue()
    reached = mail.reached()
    reached[mail.people[0]] += 1
    assert reached == expected(mail)


def test_one_id_is_refused(world: World) -> None:
    """An id that is none stops only its own hold."""
    mail, ids = campaign(world)
    world.sql("UPDATE holds SET queue_id = 'ALL' WHERE queue_id = ?", ids[7])
    results = Counter(one.done for one in carry_out(world.host, mail.decide(Decision.RELEASE)))
    assert results == {True: COPIES, False: 1}
    assert world.postfix.held() == [ids[7]]
    world.postfix.clear()
