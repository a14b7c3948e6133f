"""One message at its end with a real record: past decisions, full campaigns, our own copies, faults."""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from holdback.cases.model import Decision, HoldState
from holdback.config import Config
from holdback.custody import release_token
from holdback.daemon import end_of_message
from holdback.daemon.arrival import Arrival
from holdback.daemon.replies import Answer, Reply
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.documents import OutOfTime
from holdback.mail import Envelope
from holdback.mta.blind import Change
from rig.letters import ORDINARY, SOCKS, STRANGERS, letter

RECIPIENTS = tuple(stranger.decode() for stranger in STRANGERS)
ACCEPTED = Answer(Reply.ACCEPT)
BLINDED = Answer(Reply.ACCEPT, changes=(Change("To", 1, "undisclosed-recipients:;"),))


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """Default settings with a record of its own."""
    config = Config(internal_domains=["corp.example"], state_dir=tmp_path, campaigns={"copies": 3})
    return setup_of(config, *open_record(config))


Send = Callable[..., Answer]


@pytest.fixture
def send(setup: Setup) -> Send:
    """`send(raw, queue_id, …)`: the answer to one message of Ann's to all the strangers."""

    def send(
        raw: bytes,
        queue_id: str = "4A",
        setup: Setup = setup,
        heartbeat: Callable[[], bool] = lambda: True,
        sender: str = "ann@corp.example",
        recipients: tuple[str, ...] = RECIPIENTS,
    ) -> Answer:
        envelope = Envelope(sender, recipients, queue_id, "ann", "192.0.2.1", setup.host)
        return end_of_message.answer(Arrival(envelope, raw, len(raw), time.time()), setup, heartbeat)

    return send


def decide(setup: Setup, case: str, decision: Decision) -> None:
    setup.record.book.decide(case, decision, "olga", "", time.time())


def states(setup: Setup, case: str) -> list[tuple[str, int | None]]:
    return [(hold.queue_id, hold.replaces) for hold in setup.record.book.show(case).holds]


@pytest.mark.parametrize(
    ("decision", "reply", "to_others"),
    [
        (Decision.RELEASE, ACCEPTED, Reply.QUARANTINE),
        (Decision.RELEASE_BCC, BLINDED, Reply.QUARANTINE),
        (Decision.DROP, Reply.REJECT, Reply.REJECT),
        (Decision.RETURN, Reply.REJECT, Reply.REJECT),
    ],
)
def test_decision_speaks_for_later_copies(
    setup: Setup, send: Send, decision: Decision, reply: Answer | Reply, to_others: Reply
) -> None:
    """An exact copy gets what was decided; another text or sender is held anew, and so is what was released
    if others are in To: what was dropped is refused for them, too."""
    held = send(SOCKS, "4A")
    decide(setup, held.case, decision)
    answer = send(SOCKS, "4B")
    assert reply in (answer, answer.reply)
    near_misses = [
        send(letter(STRANGERS, b"Hello!\r\n"), "4C"),
        send(letter([*STRANGERS, b"eve@else.example"]), "4D"),
        send(SOCKS, "4E", sender="joe@corp.example"),
    ]
    assert [miss.reply for miss in near_misses] == [Reply.QUARANTINE, to_others, Reply.QUARANTINE]
    assert held.case not in [miss.case for miss in near_misses]


@pytest.mark.parametrize(
    ("recipients", "passes"),
    [
        (RECIPIENTS, True),
        (RECIPIENTS[:1], True),
        (RECIPIENTS[50:], True),
        ((*RECIPIENTS, "thief@else.example"), False),
        (("thief@else.example",), False),
    ],
)
def test_a_release_covers_the_same_audience_or_a_part(
    setup: Setup, send: Send, recipients: tuple[str, ...], passes: bool
) -> None:
    """A mailing split by the mail server before us is one decision; a copy to others is a case of its own."""
    held = send(SOCKS, "4A", recipients=RECIPIENTS[:2])
    decide(setup, held.case, Decision.RELEASE)
    answer = send(SOCKS, "4B", recipients=recipients)
    assert (answer == ACCEPTED) is passes
    assert passes or (answer.reply is Reply.QUARANTINE and answer.case != held.case)


def test_decision_is_forgotten_after_the_window(setup: Setup, send: Send) -> None:
    """A decision older than `campaigns.window` has no effect."""
    held = send(SOCKS, "4A")
    decide(setup, held.case, Decision.RELEASE)
    short = dataclasses.replace(setup, window=0.0)
    time.sleep(0.01)
    assert send(SOCKS, "4B", setup=short).reply is Reply.QUARANTINE


def test_full_campaign_is_deferred(setup: Setup, send: Send) -> None:
    """After three copies the fourth is deferred and not recorded; another message is not affected."""
    answers = [send(SOCKS, f"4A{number}") for number in range(4)]
    case = answers[0].case
    assert [answer.reply for answer in answers] == [Reply.QUARANTINE] * 3 + [Reply.TEMPFAIL]
    assert answers[3].status == ("451", "4.7.1")
    assert case in answers[3].sentence
    assert len(states(setup, case)) == 3
    other = send(letter(STRANGERS, b"Hello!\r\n", message_id=b"2@corp.example"), "4B")
    assert other.reply is Reply.QUARANTINE
    assert other.case != case


def with_token(*contents: str) -> bytes:
    fields = "".join(f"Holdback-Release: {content}\r\n" for content in contents).encode()
    return letter([b"undisclosed-recipients:;"], extra=fields)


@pytest.fixture
def copy(setup: Setup, send: Send) -> tuple[str, str, int]:
    """Case and token of a held message that its blinded copy will replace, and its id."""
    case = send(SOCKS, "4A").case
    decide(setup, case, Decision.RELEASE_BCC)
    (hold,) = setup.record.book.show(case).holds
    nonce = release_token.new_nonce()
    setup.record.book.give_token(hold.id, nonce)
    return case, release_token.make(setup.key, hold.id, nonce), hold.id


def test_own_copy_waits_without_its_token(setup: Setup, send: Send, copy: tuple[str, str, int]) -> None:
    """Our copy is held in its original's case as a row of its own, with its token removed."""
    case, field, hold = copy
    answer = send(with_token(field), "4B")
    assert answer == Answer(Reply.QUARANTINE, case=case, changes=(Change("Holdback-Release", 1, None),))
    assert states(setup, case) == [("4A", None), ("4B", hold)]


def test_token_is_good_once(setup: Setup, send: Send, copy: tuple[str, str, int]) -> None:
    """A replayed copy is held with its token and without a record, so custody deletes it."""
    case, field, hold = copy
    send(with_token(field), "4B")
    replay = send(with_token(field), "4C")
    assert (replay.reply, replay.case, replay.changes) == (Reply.QUARANTINE, "holdback", ())
    assert states(setup, case) == [("4A", None), ("4B", hold)]


@pytest.mark.parametrize("on_error", ["hold", "pass", "tempfail"])
@pytest.mark.parametrize(
    ("contents", "removed"),
    [(("1.2.3",), 1), (("",), 1), (("x" * 5000,), 1), (("\u00fc.1.2",), 1), (("a", "b", "c"), 3)],
)
def test_forged_token(
    setup: Setup, send: Send, on_error: str, contents: tuple[str, ...], removed: int
) -> None:
    """The message is held, and every such field is removed, the last one first."""
    answer = send(with_token(*contents), setup=dataclasses.replace(setup, on_error=on_error))
    assert answer.reply is Reply.QUARANTINE
    assert [change.index for change in answer.changes] == list(range(removed, 0, -1))


def test_two_tokens_are_none(send: Send, copy: tuple[str, str, int]) -> None:
    """A valid token next to another one is not accepted."""
    answer = send(with_token(copy[1], copy[1]), "4B")
    assert answer.reply is Reply.QUARANTINE
    assert answer.case != copy[0]
    assert len(answer.changes) == 2


def test_token_in_the_body_is_text(send: Send, copy: tuple[str, str, int]) -> None:
    """A token in the body is ordinary text."""
    assert send(letter([b"bob@customer.example"], with_token(copy[1]))) == ACCEPTED


def test_own_copy_without_a_database(
    setup: Setup, send: Send, copy: tuple[str, str, int], tmp_path: Path
) -> None:
    """It is held with its token, by which custody recognises and deletes it."""
    (tmp_path / "holdback.db").rename(tmp_path / "away")
    (tmp_path / "holdback.db").mkdir()
    answer = send(with_token(copy[1]), "4B")
    assert (answer.reply, answer.changes) == (Reply.QUARANTINE, ())


@pytest.mark.parametrize(
    ("on_error", "reply"),
    [("hold", Reply.QUARANTINE), ("tempfail", Reply.TEMPFAIL), ("pass", Reply.ACCEPT)],
)
def test_out_of_time(setup: Setup, send: Send, on_error: str, reply: Reply) -> None:
    """`on_error` applies to an ordinary message whose deadline is over."""
    hasty = dataclasses.replace(setup, on_error=on_error)
    assert send(ORDINARY, setup=hasty, heartbeat=lambda: False).reply is reply


def test_own_copy_never_passes(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, copy: tuple[str, str, int]
) -> None:
    """Our copy is held at a fault even with `on_error = "pass"`."""
    lenient = dataclasses.replace(setup, on_error="pass")
    envelope = Envelope("ann@corp.example", RECIPIENTS, "4B", host=setup.host)
    raw = with_token(copy[1])
    arrival = Arrival(envelope, raw, len(raw), time.time())
    assert end_of_message.on_error_reply(arrival, lenient).reply is Reply.QUARANTINE


def test_unjudged_messages_share_no_case(setup: Setup, send: Send) -> None:
    """Two messages that could not be inspected are two cases; the same one twice is one."""
    late = [
        send(raw, f"4{number}", heartbeat=lambda: False).case
        for number, raw in enumerate([ORDINARY, letter([b"bob@customer.example"], b"Else.\r\n"), ORDINARY])
    ]
    assert late[0] == late[2]
    assert late[0] != late[1]


def test_released_case_does_not_cover_what_was_not_judged(setup: Setup, send: Send) -> None:
    """A message released after a timeout is inspected the next time."""
    late = send(SOCKS, "4A", heartbeat=lambda: False)
    decide(setup, late.case, Decision.RELEASE)
    assert send(SOCKS, "4B").reply is Reply.QUARANTINE
    again = send(SOCKS, "4C", heartbeat=lambda: False)
    assert again.reply is Reply.QUARANTINE
    assert again.case != late.case


def test_hold_is_recorded_before_the_reply(setup: Setup, send: Send) -> None:
    """The hold is recorded as pending, with counts and without recipients."""
    case = send(SOCKS, "4A").case
    (hold,) = setup.record.book.show(case).holds
    assert (hold.state, hold.queue_id, hold.host) == (HoldState.PENDING, "4A", setup.host)
    assert (hold.people, hold.visible, hold.recipients, hold.size) == (60, 60, 60, len(SOCKS))


def test_out_of_time_is_the_only_exception_it_answers(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other exceptions are handled by the session."""
    envelope = Envelope("ann@corp.example", RECIPIENTS, "4A", host=setup.host)
    arrival = Arrival(envelope, ORDINARY, len(ORDINARY), time.time())

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(end_of_message, "gather", fail)
    error: Exception = OutOfTime()
    assert end_of_message.answer(arrival, setup, lambda: True).reply is Reply.QUARANTINE
    error = KeyError("anything else")
    with pytest.raises(KeyError):
        end_of_message.answer(arrival, setup, lambda: True)
