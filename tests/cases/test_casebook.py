"""What operators do with the record: find cases, decide, follow up."""

import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from cases.samples import NOON, new_hold
from holdback.cases.casebook import Casebook
from holdback.cases.model import (
    TRANSITIONS,
    WAITING,
    AlreadyDecided,
    CaseState,
    Decided,
    Decision,
    HoldState,
    NoSuchCase,
    Receipt,
    SeveralCases,
)
from holdback.cases.recorder import Recorder


def test_cases_by_state_oldest_first(record: Recorder) -> None:
    """The list has open, decided or all cases, oldest first."""
    opened = [record.hold(new_hold(f"4AA{n}", f"m{n} c{n} e{n}", arrived=NOON - n)).case_id for n in range(3)]
    record.book.decide(opened[1], Decision.DROP, "ann", "", NOON)
    listed = {
        state: [case.id for case in record.book.cases(state)]
        for state in (None, CaseState.OPEN, CaseState.DROPPED)
    }
    assert {
        None: [opened[2], opened[1], opened[0]],
        CaseState.OPEN: [opened[2], opened[0]],
        CaseState.DROPPED: [opened[1]],
    } == listed


def test_finding_a_case(record: Recorder) -> None:
    """By its id in any spelling, or by a queue id: whole, because a decision cannot be taken back."""
    cases = [record.hold(new_hold(f"4Zr{n}x", f"m{n} c{n} e{n}")).case_id for n in range(40)]
    ways = (cases[0], cases[0].lower(), cases[0].replace("-", ""), f" {cases[0]} ", "4Zr0x")
    assert {cases[0]} == {record.book.find(way) for way in ways}
    letter = max("0123456789ABCDEFGHJKMNPQRSTVWXYZ", key=lambda one: sum(case[0] == one for case in cases))
    beginnings = [letter, *(cases[0][:length] for length in range(4, 7))]
    for typed in (*beginnings, "", "4zr0x", "4Zr", "%", "_", "%-%", f"{cases[0]}0"):
        with pytest.raises(NoSuchCase) as error:
            record.book.find(typed)
        alike = {case for case in cases if typed in beginnings and case.startswith(typed)}
        assert set(error.value.similar) <= alike
        assert len(error.value.similar) == min(len(alike), 5)


def test_a_queue_id_that_was_used_again(record: Recorder) -> None:
    """It names two cases: neither is found."""
    cases = [record.hold(new_hold("4Zr0x", f"m{n} c{n} e{n}", arrived=NOON + n)).case_id for n in range(2)]
    with pytest.raises(SeveralCases) as several:
        record.book.find("4Zr0x")
    assert several.value.case_ids == tuple(sorted(cases))


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.RELEASE, CaseState.RELEASED),
        (Decision.RELEASE_BCC, CaseState.RELEASED),
        (Decision.DROP, CaseState.DROPPED),
        (Decision.RETURN, CaseState.DROPPED),
    ],
)
def test_a_case_is_decided_once(record: Recorder, decision: Decision, state: CaseState) -> None:
    """The first operator decides for all holds; the second gets the first one's name and changes nothing."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB"))
    first = record.book.decide(case, decision, "ann", "asked the sender", NOON + 60)
    assert Decided(1, case, None, decision, "ann", "asked the sender", NOON + 60, NOON) == first
    with pytest.raises(AlreadyDecided) as second:
        record.book.decide(case, Decision.RELEASE, "bob", "", NOON + 61)
    assert first == second.value.decided
    file = record.book.show(case)
    assert (state, (first,)) == (file.case.state, file.decisions)
    assert [decision, decision] == [hold.decision for hold in file.holds]


def test_a_decision_on_one_hold(record: Recorder) -> None:
    """One of three holds is decided alone, the case's decision covers the others."""
    case = record.hold(new_hold("4AAA")).case_id
    for name in ("4AAB", "4AAC"):
        record.hold(new_hold(name))
    record.book.decide(case, Decision.DROP, "ann", "wrong list", NOON, only=2)
    assert record.book.show(case).case.state == CaseState.OPEN
    with pytest.raises(AlreadyDecided) as second:
        record.book.decide(case, Decision.RELEASE, "bob", "", NOON, only=2)
    assert (second.value.decided.operator, second.value.decided.hold_id) == ("ann", 2)
    record.book.decide(case, Decision.RELEASE, "bob", "", NOON)
    with pytest.raises(AlreadyDecided) as third:
        record.book.decide(case, Decision.DROP, "ann", "", NOON, only=3)
    assert (third.value.decided.operator, third.value.decided.hold_id) == ("bob", None)
    decisions = [hold.decision for hold in record.book.show(case).holds]
    assert decisions == [Decision.RELEASE, Decision.DROP, Decision.RELEASE]


def test_a_case_without_undecided_holds_is_closed(record: Recorder) -> None:
    """Without undecided holds the case is closed; a later copy opens another one."""
    case = record.hold(new_hold("4AAA")).case_id
    for name in ("4AAB", "4AAC"):
        record.hold(new_hold(name))
    record.book.mark(3, HoldState.PENDING, HoldState.VANISHED, NOON)
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON, only=1)
    assert record.book.show(case).case.state == CaseState.OPEN
    record.book.decide(case, Decision.DROP, "ann", "", NOON, only=2)
    assert record.book.show(case).case.state == CaseState.DROPPED
    with pytest.raises(AlreadyDecided):
        record.book.decide(case, Decision.RELEASE, "bob", "", NOON)
    assert case != record.hold(new_hold("4AAD")).case_id


@pytest.mark.parametrize("only", [None, 2, 3, 99])
def test_deciding_unknown_cases_and_holds(record: Recorder, only: int | None) -> None:
    """Unknown cases and holds, holds of another case, and our own copies cannot be decided."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB", "m2 c2 e2"))
    record.book.give_token(1, "n")
    record.hold_copy(new_hold("4AAC", replaces=1), "n")
    with pytest.raises(NoSuchCase):
        record.book.decide(case if only else "0000-00", Decision.DROP, "ann", "", NOON, only=only)
    assert record.book.show(case).decisions == ()


def test_two_operators_at_once(url: str, record: Recorder) -> None:
    """Of many simultaneous decisions exactly one is recorded."""
    case = record.hold(new_hold("4AAA")).case_id
    won: list[str] = []
    lost: list[str] = []

    def operator(name: str) -> None:
        book = Casebook.open(url)
        together.wait()
        try:
            won.append(book.decide(case, Decision.RELEASE, name, "", NOON).operator)
        except AlreadyDecided as error:
            lost.append(error.decided.operator)
        book.close()

    names = [f"operator{n}" for n in range(6)]
    together = threading.Barrier(len(names))
    threads = [threading.Thread(target=operator, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (won * 5, 1) == (lost, len(record.book.show(case).decisions))


def test_text_of_operators_is_kept_as_it_can_be(record: Recorder) -> None:
    """A reason in another encoding is recorded without an error."""
    case = record.hold(new_hold("4AAA")).case_id
    decision = record.book.decide(case, Decision.DROP, "ann\udce4", "nul \0, ü", NOON)
    assert (decision.operator, decision.reason) == ("ann\\udce4", "nul \\0, ü")


STEPS = [(was, now) for was in HoldState for now in HoldState]


@pytest.mark.parametrize(("was", "now"), STEPS)
def test_every_step_of_a_hold(
    was: HoldState, now: HoldState, sqlite_url: str, open_record: Callable[..., Recorder]
) -> None:
    """Legal state changes succeed once and only from the right state; others are refused."""
    record = open_record(sqlite_url)
    record.hold(new_hold("4AAA"))
    if now not in TRANSITIONS[was]:
        with pytest.raises(ValueError, match=f"from {was} to {now}"):
            record.book.mark(1, was, now, NOON)
        return
    for before, after in _way_to(was):
        assert record.book.mark(1, before, after, NOON)
    assert [record.book.mark(1, was, now, NOON + seconds) for seconds in (5, 6)] == [True, False]
    hold = record.book.hold(1)
    assert hold is not None
    assert (now, NOON + 5) == (hold.state, hold.changed)


def _way_to(state: HoldState) -> list[tuple[HoldState, HoldState]]:
    """Legal steps from pending to a state that is not final."""
    way = [HoldState.PENDING, HoldState.HELD]
    if state in way:
        way = way[: way.index(state) + 1]
    else:
        way.append(state)
    return list(pairwise(way))


def test_a_hold_ends_somewhere() -> None:
    """States with the message in the MTA lead on; all others except vanished are final."""
    final = {state for state, steps in TRANSITIONS.items() if not steps}
    assert set(HoldState) - set(WAITING) - {HoldState.VANISHED} == final


def test_what_a_host_has_to_carry_out(record: Recorder) -> None:
    """Each host gets its own decided holds, until they are carried out."""
    for n in range(4):
        record.hold(new_hold(f"4AA{n}", host=f"mx{n % 2}"))
    case = record.hold(new_hold("4AAX", "m2 c2 e2", host="mx0")).case_id
    assert record.book.to_carry_out("mx0") == ()
    record.book.decide(record.book.find("4AA0"), Decision.RELEASE, "ann", "", NOON)
    for now in (HoldState.HELD, HoldState.RELEASED):
        hold = record.book.to_carry_out("mx0")[0]
        record.book.mark(hold.id, hold.state, now, NOON)
    assert [(hold.queue_id, hold.decision) for hold in record.book.to_carry_out("mx0")] == [
        ("4AA2", Decision.RELEASE)
    ]
    assert [hold.queue_id for hold in record.book.waiting("mx0")] == ["4AA2", "4AAX"]
    assert record.book.show(case).case.waiting == 1


def test_our_own_copy_takes_the_decision_of_its_original(record: Recorder) -> None:
    """A copy belongs to the case, does not count as a copy, and has its original's decision."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB"))
    record.book.decide(case, Decision.RELEASE_BCC, "ann", "", NOON, only=2)
    record.book.give_token(2, "n")
    receipt = record.hold_copy(new_hold("4AAC", "m9 c9 e9", replaces=2), "n")
    assert Receipt(case, 0, "database") == receipt
    (copy,) = record.book.copies_of(2)
    assert (
        copy.queue_id,
        copy.state,
        copy.replaces,
        copy.decision,
    ) == ("4AAC", HoldState.PENDING, 2, Decision.RELEASE_BCC)
    assert (record.book.show(case).case.copies, record.book.show(case).case.waiting) == (2, 3)


def test_a_token_is_good_for_one_copy(record: Recorder) -> None:
    """Only the latest nonce is valid, once, and for its own hold."""
    for name in ("4AAA", "4AAB"):
        record.hold(new_hold(name))
    record.book.give_token(1, "old")
    record.book.give_token(1, "new")

    def copy(queue_id: str, replaces: int, nonce: str) -> bool:
        return record.hold_copy(new_hold(queue_id, replaces=replaces), nonce) is not None

    tried = [copy("4B1", 1, "old"), copy("4B2", 2, "new"), copy("4B3", 99, "new"), copy("4B4", 1, "")]
    assert tried == [False] * 4
    assert [copy("4B5", 1, "new"), copy("4B6", 1, "new")] == [True, False]
    record.book.give_token(1, "third")
    assert [copy("4B7", 1, "new"), copy("4B8", 1, "third")] == [False, True]
    assert [hold.queue_id for hold in record.book.copies_of(1)] == ["4B5", "4B8"]


def test_a_token_is_spent_by_one_of_many(record: Recorder) -> None:
    """Of simultaneous copies with the same token one is accepted."""
    record.hold(new_hold("4AAA"))
    record.book.give_token(1, "n")
    together = threading.Barrier(4)
    spent: list[bool] = []

    def arrive(queue_id: str) -> None:
        together.wait()
        spent.append(record.hold_copy(new_hold(queue_id, replaces=1), "n") is not None)

    threads = [threading.Thread(target=arrive, args=(f"4B{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(spent), len(record.book.copies_of(1))) == (1, 1)


def vanish(record: Recorder, *hold_ids: int) -> None:
    for hold_id in hold_ids:
        assert record.book.mark(hold_id, HoldState.PENDING, HoldState.VANISHED, NOON)


def test_a_case_closes_when_its_last_message_vanishes(record: Recorder) -> None:
    """It is no longer open; other cases are, and a later copy opens a new one."""
    for queue_id in ("4AAA", "4AAB"):
        case = record.hold(new_hold(queue_id)).case_id
    other = record.hold(new_hold("4AAC", "m2 c2 e2")).case_id
    vanish(record, 1)
    assert record.book.show(case).case.state is CaseState.OPEN
    vanish(record, 2)
    assert record.book.show(case).case.state is CaseState.VANISHED
    assert [one.id for one in record.book.cases()] == [other]
    assert record.hold(new_hold("4AAD")).case_id not in (case, other)


def test_a_vanished_case_may_be_decided(record: Recorder) -> None:
    """The decision applies to later copies; then it is no longer changed."""
    case = record.hold(new_hold("4AAA")).case_id
    vanish(record, 1)
    record.book.decide(case, Decision.DROP, "ann", "", NOON)
    assert record.book.show(case).case.state is CaseState.DROPPED
    assert record.decided(new_hold("").fingerprints, 0) is Decision.DROP
    with pytest.raises(AlreadyDecided):
        record.book.decide(case, Decision.RELEASE, "ann", "", NOON)


def test_a_case_that_was_closed_too_early_is_open_again(record: Recorder) -> None:
    """If one of its messages is in the hold queue after all; a decided case stays decided."""
    case = record.hold(new_hold("4AAA")).case_id
    vanish(record, 1)
    record.book.mark(1, HoldState.VANISHED, HoldState.HELD, NOON)
    assert record.book.show(case).case.state is CaseState.OPEN
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    record.book.mark(1, HoldState.HELD, HoldState.VANISHED, NOON)
    record.book.mark(1, HoldState.VANISHED, HoldState.HELD, NOON)
    assert record.book.show(case).case.state is CaseState.RELEASED


def test_many_are_marked_in_one_transaction(record: Recorder) -> None:
    """Those in another state stay; each that leaves has its event."""
    for number in range(600):
        case = record.hold(new_hold(f"4A{number:04}")).case_id
    book = record.book
    assert book.mark_all(range(1, 601), HoldState.PENDING, HoldState.HELD, NOON) == 600
    assert book.mark_all(range(1, 11), HoldState.HELD, HoldState.RELEASING, NOON) == 10
    assert book.mark_all(range(1, 701), HoldState.HELD, HoldState.DROPPED, NOON) == 590
    assert book.show(case).case.waiting == 10
    assert len([one for one in book.events_after(0, 5_000) if one.state]) == 590
    assert book.mark_all([], HoldState.HELD, HoldState.DROPPED, NOON) == 0
