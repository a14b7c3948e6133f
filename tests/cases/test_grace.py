"""The grace period of a decision: it can be undone until it is final, and is carried out only then."""

import contextlib
import threading
import time
from collections.abc import Callable

import pytest
from cases.samples import NOON, new_hold
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.events import EventKind
from holdback.cases.model import CaseState, Decision, Fingerprints, HoldState, NothingToUndo
from holdback.cases.recorder import Recorder
from holdback.cases.schema import decisions
from sqlalchemy import update

HOUR = 3600.0
HOST = "mx1.corp.example"
Opener = Callable[..., Recorder]


def end_time(url: str, seconds_ago: float = 1.0) -> None:
    """Lets the grace period of all decisions end so many seconds ago."""
    database = Database(url, MILTER_TIMEOUT)
    with database.writing() as connection:
        connection.execute(update(decisions).values(due=time.time() - seconds_ago))
    database.close()


@pytest.mark.parametrize(
    ("decision", "delayed"),
    [
        (Decision.DROP, True),
        (Decision.RETURN, True),
        (Decision.RELEASE, False),
        (Decision.RELEASE_BCC, False),
    ],
)
def test_what_cannot_be_brought_back_waits(record: Recorder, decision: Decision, delayed: bool) -> None:
    """A release is carried out at once; without a grace period, everything is."""
    for number, grace in enumerate((HOUR, 0.0)):
        case = record.hold(new_hold(f"4AA{number}", f"m{number} c{number} e{number}")).case_id
        before = time.time()
        decided = record.book.decide(case, decision, "ann", "", NOON, grace=grace)
        assert (decided.due is not None) == (delayed and grace > 0)
        assert decided.due is None or before + HOUR - 5 <= decided.due <= time.time() + HOUR + 5
        (hold,) = record.book.show(case).holds
        assert (hold.decision, hold.due, record.book.show(case).case.due) == (decision, *[decided.due] * 2)
        assert (hold in record.book.to_carry_out(HOST)) == (decided.due is None)


def test_it_is_final_when_the_grace_period_is_over(record: Recorder, url: str) -> None:
    """Not before; then it cannot be undone."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON, grace=HOUR)
    record.book.end_grace()
    assert record.book.to_carry_out(HOST) == ()
    end_time(url)
    assert record.book.to_carry_out(HOST) == ()
    record.book.end_grace()
    assert [hold.queue_id for hold in record.book.to_carry_out(HOST)] == ["4AAA"]
    with pytest.raises(NothingToUndo) as nothing:
        record.book.undo(case, "olga", "", NOON)
    assert nothing.value.final and nothing.value.final.decision is Decision.DROP
    assert record.book.show(case).case.state is CaseState.DROPPED


def test_one_decision_becomes_final_before_its_time(record: Recorder) -> None:
    """As `drop --now` asks; no other does."""
    cases = [record.hold(new_hold(f"4AA{n}", f"m{n} c{n} e{n}")).case_id for n in range(2)]
    made = [record.book.decide(case, Decision.RETURN, "ann", "", NOON, grace=HOUR) for case in cases]
    record.book.end_grace(made[1].id)
    assert [hold.queue_id for hold in record.book.to_carry_out(HOST)] == ["4AA1"]
    assert record.book.undo(cases[0], "olga", "", NOON)


def test_after_undo_the_case_is_open_and_both_are_on_record(record: Recorder) -> None:
    """Operator, reason and time of both; an event; another decision can be made."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.DROP, "ann", "wrong list", NOON, grace=HOUR)
    (undone,) = record.book.undo(case, "olga", "right list", NOON + 60)
    file = record.book.show(case)
    assert (file.case.state, file.case.due, file.decisions, file.undone) == (
        CaseState.OPEN,
        None,
        (),
        (undone,),
    )
    assert (undone.decision, undone.operator, undone.reason, undone.at) == (
        *(Decision.DROP, "ann", "wrong list"),
        NOON,
    )
    assert (undone.undone_by, undone.undone_reason, undone.undone_at) == ("olga", "right list", NOON + 60)
    event = record.book.events_after(0)[-1]
    assert (event.kind, event.case_id, event.decision, event.at) == (
        *(EventKind.UNDONE, case, Decision.DROP),
        NOON + 60,
    )
    with pytest.raises(NothingToUndo) as nothing:
        record.book.undo(case, "olga", "", NOON)
    assert nothing.value.final is None
    record.book.decide(case, Decision.RELEASE, "olga", "", NOON + 70)
    assert [hold.decision for hold in record.book.to_carry_out(HOST)] == [Decision.RELEASE]


def test_the_agent_notices_a_decision_after_an_undone_one(record: Recorder) -> None:
    """SQLite gives both the same id."""
    case = record.hold(new_hold("4AAA")).case_id
    seen = [record.book.latest_decision()]
    record.book.decide(case, Decision.DROP, "ann", "", NOON, grace=HOUR)
    seen.append(record.book.latest_decision())
    record.book.undo(case, "ann", "", NOON + 1)
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON + 2)
    seen.append(record.book.latest_decision())
    assert len(set(seen)) == 3


def test_later_copies_are_refused_until_the_decision_is_undone(record: Recorder) -> None:
    """Then they are held, in the same case."""
    same = Fingerprints("m1", "c1", "e1")
    case = record.hold(new_hold("4AAA")).case_id
    assert record.decided(same, NOON - 60) is None
    record.book.decide(case, Decision.DROP, "ann", "", NOON, grace=HOUR)
    assert record.decided(same, NOON - 60) is Decision.DROP
    record.book.undo(case, "ann", "", NOON + 60)
    assert record.decided(same, NOON - 60) is None
    assert record.hold(new_hold("4AAB", arrived=NOON + 90)).case_id == case
    assert record.book.show(case).case.copies == 2


def test_the_decision_on_one_message_is_undone(record: Recorder) -> None:
    """A final one on another message of the case stays; the case was closed and is open again."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB"))
    first, second = record.book.show(case).holds
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON, only=first.id, grace=HOUR)
    record.book.decide(case, Decision.DROP, "ann", "", NOON, only=second.id, grace=HOUR)
    assert record.book.show(case).case.state is CaseState.DROPPED
    assert [one.hold_id for one in record.book.undo(case, "ann", "", NOON)] == [second.id]
    file = record.book.show(case)
    assert (file.case.state, [hold.decision for hold in file.holds]) == (
        CaseState.OPEN,
        [Decision.RELEASE, None],
    )


def test_a_case_without_mail_is_not_open_again(record: Recorder) -> None:
    """Somebody deleted the mail with the tools of the MTA in the grace period."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON, grace=HOUR)
    (hold,) = record.book.show(case).holds
    record.book.mark(hold.id, HoldState.PENDING, HoldState.VANISHED, NOON)
    record.book.undo(case, "ann", "", NOON)
    assert record.book.show(case).case.state is CaseState.VANISHED


def test_at_the_last_moment_it_is_undone_or_carried_out(
    record: Recorder, url: str, open_record: Opener
) -> None:
    """Never both: an operator undoes while the grace period ends."""
    cases = [record.hold(new_hold(f"4AA{n}", f"m{n} c{n} e{n}")).case_id for n in range(30)]
    for case in cases:
        record.book.decide(case, Decision.DROP, "ann", "", NOON, grace=HOUR)
    end_time(url)
    other, undone = open_record(url), set()

    def undo_all() -> None:
        for case in cases:
            with contextlib.suppress(NothingToUndo):
                undone.add(other.book.undo(case, "olga", "", NOON)[0].case_id)

    operator = threading.Thread(target=undo_all)
    operator.start()
    while operator.is_alive() and not undone:
        time.sleep(0.001)
    record.book.end_grace()
    final = {hold.case_id for hold in record.book.to_carry_out(HOST)}
    operator.join()
    assert (undone & final, undone | final) == (set(), set(cases))
    assert {hold.case_id for hold in record.book.to_carry_out(HOST)} == final
    assert {case.id for case in record.book.cases(CaseState.OPEN)} == undone
