"""Messages that are on hold in the queue are judged as if they had just arrived, and count once."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from holdback.cases.events import EventKind
from holdback.cases.model import Decision, Hold
from holdback.config import Config
from holdback.custody import release_token
from holdback.custody.inspection_request import Purpose, Request
from holdback.daemon import end_of_message, queued_mail
from holdback.daemon.arrival import Arrival
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.documents import OutOfTime
from holdback.mail import Envelope
from prometheus_client import REGISTRY
from rig.letters import ORDINARY, SOCKS, STRANGERS, letter

ARRIVED = 1_796_140_585.0
RECIPIENTS = tuple(stranger.decode() for stranger in STRANGERS)
NEAR = letter(STRANGERS[:9])
"""One party below the limit."""


def setup_with(folder: Path, **settings: Any) -> Setup:
    config = Config(internal_domains=["corp.example"], state_dir=folder, campaigns={"copies": 2}, **settings)
    return setup_of(config, *open_record(config))


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return setup_with(tmp_path)


def never() -> None:
    pass


def arrival_of(setup: Setup, raw: bytes, queue_id: str, recipients: tuple[str, ...] = RECIPIENTS) -> Arrival:
    envelope = Envelope("ann@corp.example", recipients, queue_id, "ann", "192.0.2.1", setup.host)
    return Arrival(envelope, raw, len(raw), ARRIVED)


def ask(
    setup: Setup,
    raw: bytes,
    queue_id: str = "4A",
    purpose: Purpose = Purpose.ORPHAN,
    recipients: tuple[str, ...] = RECIPIENTS,
    hold: int = 0,
) -> str:
    """The action in the milter's reply."""
    request = Request(purpose, queue_id, ARRIVED, hold)
    line = queued_mail.answer(arrival_of(setup, raw, queue_id, recipients), request, setup, never)
    return line.removeprefix("holdback inspected: ").split(";")[0]


def holds(setup: Setup, queue_id: str = "4A") -> tuple[Hold, ...]:
    return setup.record.book.holds_by_queue_id(setup.identity.id, queue_id)


def counted(action: str) -> float:
    return REGISTRY.get_sample_value("holdback_messages_total", {"action": action}) or 0.0


BLIND = {"visible_recipients": {"action": "blind"}}
REJECT = {"visible_recipients": {"action": "reject"}}


@pytest.mark.parametrize(
    ("settings", "raw", "recipients", "action", "decisions"),
    [
        ({}, NEAR, RECIPIENTS, "pass", []),
        ({}, SOCKS, RECIPIENTS, "hold", [None]),
        ({}, SOCKS, ("joe@corp.example",), "pass", []),
        ({"mode": "observe"}, SOCKS, RECIPIENTS, "observe", []),
        ({"checks": REJECT}, SOCKS, RECIPIENTS, "hold", [None]),
        ({"checks": BLIND}, SOCKS, RECIPIENTS, "hold", [Decision.RELEASE_BCC]),
        ({"checks": BLIND}, NEAR, RECIPIENTS, "pass", []),
    ],
    ids=["innocent", "guilty", "internal", "observe mode", "reject", "blind", "blind, innocent"],
)
def test_outcome(
    tmp_path: Path,
    settings: dict[str, Any],
    raw: bytes,
    recipients: tuple[str, ...],
    action: str,
    decisions: list[Decision | None],
) -> None:
    """The innocent may leave; what would be rejected is held; what would be blinded is decided so."""
    setup = setup_with(tmp_path, **settings)
    before = counted(action)
    assert ask(setup, raw, recipients=recipients) == action
    assert [hold.decision for hold in holds(setup)] == decisions
    assert [hold.arrived for hold in holds(setup)] == [ARRIVED] * len(decisions)
    assert counted(action) == before + 1


@pytest.mark.parametrize("decision", Decision)
def test_a_decided_campaign(setup: Setup, decision: Decision) -> None:
    """An exact copy joins the decided case, so custody does with it what was decided."""
    ask(setup, SOCKS, "4A")
    (first,) = holds(setup, "4A")
    setup.record.book.decide(first.case_id, decision, "olga", "", time.time())
    assert ask(setup, SOCKS, "4B") == "hold"
    assert [(hold.case_id, hold.decision) for hold in holds(setup, "4B")] == [(first.case_id, decision)]
    assert ask(setup, letter(STRANGERS, b"Hello!\r\n"), "4C") == "hold"
    assert [hold.decision for hold in holds(setup, "4C")] == [None]


def test_a_full_campaign(setup: Setup) -> None:
    """Further copies are held, too: the MTA has accepted them."""
    assert [ask(setup, SOCKS, f"4A{n}") for n in range(4)] == ["hold"] * 4
    assert setup.record.book.cases()[0].copies == 4


@pytest.mark.parametrize(("raw", "action"), [(NEAR, "pass"), (SOCKS, "hold")])
def test_asked_again(setup: Setup, raw: bytes, action: str) -> None:
    """The same message gets the same reply, and counts once; the same id at another time is another one."""
    before = counted(action)
    assert [ask(setup, raw) for _ in range(3)] == [action] * 3
    assert counted(action) == before + 1
    request = Request(Purpose.ORPHAN, "4A", ARRIVED + 60)
    queued_mail.answer(arrival_of(setup, raw, "4A"), request, setup, never)
    assert counted(action) == before + 2


@pytest.mark.parametrize(("raw", "holds_before"), [(NEAR, 0), (SOCKS, 1)])
def test_a_preview_changes_nothing(setup: Setup, raw: bytes, holds_before: int) -> None:
    """The action is reported; nothing is recorded or counted."""
    before = [counted("pass"), counted("hold"), setup.record.book.last_event_id()]
    assert ask(setup, raw, purpose=Purpose.PREVIEW) == ("hold" if holds_before else "pass")
    assert [counted("pass"), counted("hold"), setup.record.book.last_event_id()] == before
    assert holds(setup) == ()


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Every inspection runs out of time, until the function is called."""

    def out_of_time(*_: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(end_of_message, "gather", out_of_time)
    return monkeypatch.undo


@pytest.mark.parametrize(
    ("on_error", "action", "uninspected"), [("hold", "hold", ["timeout"]), ("tempfail", "hold", ["timeout"]),
    ("pass", "pass", [])],
)  # fmt: skip
def test_out_of_time(
    tmp_path: Path, no_time: Callable[[], None], on_error: str, action: str, uninspected: list[str]
) -> None:
    """`on_error` decides; what would be refused is held."""
    setup = setup_with(tmp_path, milter={"on_error": on_error})
    assert ask(setup, NEAR) == action
    assert [hold.uninspected for hold in holds(setup)] == uninspected


def test_an_interrupted_inspection_is_not_repeated(setup: Setup) -> None:
    """A message that ended the milter once is held for a person, not tried for ever."""
    setup.record.book.begin_inspection(setup.identity.id, ("4A", ARRIVED), ARRIVED)
    assert ask(setup, NEAR) == "hold"
    assert [hold.uninspected for hold in holds(setup)] == ["error"]


@pytest.mark.parametrize("ours", [True, False])
def test_release_tokens(setup: Setup, ours: bool) -> None:
    """A copy that `release --bcc` made is not touched; one with a forged token is held."""
    field = release_token.make(setup.key if ours else bytes(32), 1, "ab")
    raw = letter([b"bob@customer.example"], extra=f"Holdback-Release: {field}\r\n".encode())
    assert ask(setup, raw) == ("own" if ours else "hold")
    assert len(holds(setup)) == (0 if ours else 1)


def uninspected(setup: Setup, raw: bytes, restore: Callable[[], None]) -> Hold:
    """A hold of a message that the milter had no time for."""
    end_of_message.answer(arrival_of(setup, raw, "4A"), setup, lambda: True)
    restore()
    (hold,) = holds(setup)
    assert hold.uninspected == "timeout"
    return hold


def test_inspected_again_and_guilty(setup: Setup, no_time: Callable[[], None]) -> None:
    """The case gets the findings; the message does not count again; later copies join the case."""
    hold = uninspected(setup, SOCKS, no_time)
    before = counted("hold")
    assert ask(setup, SOCKS, purpose=Purpose.AGAIN, hold=hold.id) == "hold"
    (case,) = setup.record.book.cases()
    assert [finding.check for finding in case.findings] == ["visible_recipients"]
    assert (case.people, counted("hold"), holds(setup)[0].uninspected) == (60, before, "")
    assert setup.record.book.events_after(0)[-1].kind is EventKind.INSPECTED
    ask(setup, SOCKS, "4B")
    assert holds(setup, "4B")[0].case_id == case.id


def test_inspected_again_and_innocent(setup: Setup, no_time: Callable[[], None]) -> None:
    """The reply says so; custody decides and releases. The record is unchanged but for the mark."""
    hold = uninspected(setup, ORDINARY, no_time)
    before = counted("hold"), counted("pass")
    assert ask(setup, ORDINARY, purpose=Purpose.AGAIN, hold=hold.id) == "pass"
    assert [(one.state, one.decision, one.uninspected) for one in holds(setup)] == [
        (hold.state, None, "tried")
    ]
    assert (counted("hold"), counted("pass")) == before


def test_inspected_again_only_once(setup: Setup, no_time: Callable[[], None]) -> None:
    """A second attempt leaves the message to a person, whatever became of the first."""
    hold = uninspected(setup, ORDINARY, lambda: None)
    assert ask(setup, ORDINARY, purpose=Purpose.AGAIN, hold=hold.id) == "hold"
    no_time()
    assert ask(setup, ORDINARY, purpose=Purpose.AGAIN, hold=hold.id) == "hold"
    assert holds(setup)[0].uninspected == "tried"


def test_a_decided_hold_is_not_inspected(setup: Setup, no_time: Callable[[], None]) -> None:
    """What a person decided stands."""
    hold = uninspected(setup, ORDINARY, no_time)
    setup.record.book.decide(hold.case_id, Decision.DROP, "olga", "", time.time())
    assert ask(setup, ORDINARY, purpose=Purpose.AGAIN, hold=hold.id) == "hold"
    assert holds(setup)[0].uninspected == "timeout"
