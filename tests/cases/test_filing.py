"""The case that a hold joins, and the effect of past decisions."""

from dataclasses import replace

import pytest
from cases.samples import KEY, NOON, RECORDS, VISIBLE, new_hold
from holdback.cases.assignment import file_hold
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.model import (
    Campaign,
    CaseFinding,
    CaseState,
    Decision,
    Fingerprints,
    Hold,
    HoldState,
    NewHold,
    Receipt,
)
from holdback.cases.recorder import Recorder


def test_first_hold_opens_a_case(record: Recorder) -> None:
    """The record has what the milter measured, and the case is open."""
    receipt = record.hold(new_hold("4AAA", findings=(VISIBLE, RECORDS), people=20_000))
    case = receipt.case_id
    file = record.book.show(case)
    assert Receipt(case, 1, "database") == receipt
    assert (
        file.case.state,
        file.case.opened,
        file.case.sender,
        file.case.people,
        file.case.copies,
        file.case.waiting,
        file.case.contents,
    ) == (CaseState.OPEN, NOON, "offers@corp.example", 20_000, 1, 1, 1)
    assert (
        CaseFinding(
            "customer_data",
            "records",
            20_000,
            "part 2, customers.csv",
            "20,000 people; e-mail, name",
            "hold",
            "hold",
            "",
        ),
        CaseFinding(
            "visible_recipients", "", 60, "To", "60 parties would see each other", "hold", "hold", ""
        ),
    ) == file.case.findings
    assert (
        Hold(
            id=1,
            case_id=case,
            host="mx1.corp.example",
            queue_id="4AAA",
            arrived=NOON,
            state=HoldState.PENDING,
            changed=NOON,
            login="offers",
            client="192.0.2.7",
            size=2_000,
            recipients=60,
            visible=60,
            people=20_000,
            action="hold",
            replaces=None,
            queued=None,
            decision=None,
        ),
    ) == file.holds


@pytest.mark.parametrize(
    ("fingerprints", "copy"),
    [
        ("m1 c1 e1", 2),
        ("m1 c2 e2", 2),
        ("m2 c1 e2", 2),
        ("- c1 e1", 2),
        ("m2 c2 e2", 1),
        ("- c2 e1", 1),
        ("c1 m1 e1", 1),
    ],
)
def test_copies_share_an_open_case(record: Recorder, fingerprints: str, copy: int) -> None:
    """Messages with the same Message-ID or content join one case, others do not."""
    first = record.hold(new_hold("4AAA"))
    second = record.hold(new_hold("4AAB", fingerprints))
    assert (copy, copy == 2) == (second.copy, second.case_id == first.case_id)
    assert Campaign(second.case_id, copy) == record.campaign(new_hold("", fingerprints).fingerprints)


def test_no_message_id_is_like_no_other(record: Recorder) -> None:
    """Two messages without a Message-ID are not copies of each other."""
    cases = {record.hold(new_hold(f"4AA{n}", f"- c{n} e{n}")).case_id for n in range(3)}
    assert len(cases) == 3


def test_two_contents_in_one_case_are_counted(record: Recorder) -> None:
    """Different contents with one Message-ID are counted for the operator."""
    case = record.hold(new_hold("4AAA", "m1 c1 e1")).case_id
    record.hold(new_hold("4AAB", "m1 c2 e2"))
    record.hold(new_hold("4AAC", "m1 c2 e2"))
    assert (record.book.show(case).case.copies, record.book.show(case).case.contents) == (3, 2)


def test_the_same_hold_twice_is_once(record: Recorder) -> None:
    """A repeated entry gives the same receipt and no second row."""
    receipts = [record.hold(new_hold(name)) for name in ("4AAA", "4AAB", "4AAA", "4AAB")]
    assert receipts[:2] == receipts[2:]
    assert record.book.show(receipts[0].case_id).case.copies == 2


def test_a_queue_id_is_reused(record: Recorder) -> None:
    """Host, queue id and arrival identify a hold together."""
    for changes in ({}, {"arrived": NOON + 1e-3}, {"host": "mx2.corp.example"}):
        record.hold(new_hold("4AAA", **changes))
    assert len(record.book.holds_by_queue_id("mx1.corp.example", "4AAA")) == 2


PAST = [
    # exact copies follow the decision, within the window
    ("m1 c1 e1", 0, Decision.RELEASE),
    ("m9 c1 e1", 0, Decision.RELEASE),
    ("m1 c1 e1", NOON + 50, Decision.RELEASE),
    ("m1 c1 e1", NOON + 51, None),
    # other visible people, other content, a message that was not read to its end
    ("m1 c1 e2", 0, None),
    ("m1 c2 e2", 0, None),
    ("m1 c1 -", 0, None),
]


@pytest.mark.parametrize(("fingerprints", "since", "expected"), PAST)
def test_what_a_past_decision_decides(
    record: Recorder, fingerprints: str, since: float, expected: Decision | None
) -> None:
    """A released case decides exact copies only."""
    for name, mine in (("4AAA", "m1 c1 e1"), ("4AAB", "m1 c1 -")):
        case = record.hold(new_hold(name, mine)).case_id
    assert None is record.decided(Fingerprints("m1", "c1", "e1"), 0)
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON + 50)
    assert expected == record.decided(new_hold("", fingerprints).fingerprints, since)


DROPPED = [
    ("m1 c1 e1", 0, Decision.DROP),
    ("m9 c1 e2", 0, Decision.DROP),
    ("m1 c1 -", NOON + 50, Decision.DROP),
    ("m9 c1 e2", NOON + 51, None),
    ("m1 c2 e1", 0, Decision.DROP),
    ("m1 c2 e2", 0, None),
]


@pytest.mark.parametrize(("fingerprints", "since", "expected"), DROPPED)
def test_dropped_content_is_refused_whoever_would_see_it(
    record: Recorder, fingerprints: str, since: float, expected: Decision | None
) -> None:
    """A dropped content is refused for all recipients."""
    case = record.hold(new_hold("4AAA", "m1 c1 e1")).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON + 50)
    assert expected == record.decided(new_hold("", fingerprints).fingerprints, since)


def test_content_that_was_once_released_is_not_refused(record: Recorder) -> None:
    """Content that was both dropped and released is held."""
    for fingerprints, decision in (("m1 c1 e1", Decision.DROP), ("m2 c1 e2", Decision.RELEASE)):
        case = record.hold(new_hold(fingerprints, fingerprints)).case_id
        record.book.decide(case, decision, "ann", "", NOON)
    assert record.decided(new_hold("", "m3 c1 e3").fingerprints, 0) is None


def test_contradictory_decisions_decide_nothing(record: Recorder) -> None:
    """After a dropped copy in a released case a later copy is held."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB"))
    record.book.decide(case, Decision.DROP, "ann", "", NOON, only=1)
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    assert None is record.decided(Fingerprints("m1", "c1", "e1"), 0)


def test_a_decision_on_one_hold_decides_no_other(record: Recorder) -> None:
    """A decision with `--only` does not affect later copies."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON, only=1)
    assert None is record.decided(Fingerprints("m1", "c1", "e1"), 0)


@pytest.mark.parametrize(
    ("fingerprints", "later", "joins"),
    [("m1 c1 e1", 3600, True), ("m1 c1 e1", 3601, False), ("m1 c1 e2", 10, False), ("m1 c2 e2", 10, False)],
)
def test_a_late_copy_joins_a_decided_case_only_as_an_exact_one(
    record: Recorder, fingerprints: str, later: float, joins: bool
) -> None:
    """Other contents open a new, undecided case."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    late = record.hold(new_hold("4AAB", fingerprints, arrived=NOON + later))
    hold = record.book.show(late.case_id).holds[-1]
    assert (joins, Decision.RELEASE if joins else None) == (late.case_id == case, hold.decision)


A, B, THIEF = "a" * 16, "b" * 16, "c" * 16


def held_for(queue_id: str, bcc: str, fingerprints: str = "m1 c1 e1", **changes: object) -> NewHold:
    new = new_hold(queue_id, fingerprints, **changes)
    return replace(new, fingerprints=replace(new.fingerprints, bcc=bcc))


@pytest.mark.parametrize(
    ("bcc", "covered"),
    [("", True), (A, True), (A + B, True), (THIEF, False), (A + THIEF, False), (A + B + THIEF, False)],
)
@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC])
def test_a_release_covers_the_recipients_held(
    record: Recorder, bcc: str, covered: bool, decision: Decision
) -> None:
    """Those of all exact copies of the case, or a part of them; a message to anybody else is a new case."""
    for queue_id, to in (("4AAA", A), ("4AAB", B)):
        case = record.hold(held_for(queue_id, to)).case_id
    record.hold(held_for("4AAC", THIEF, "m1 c2 e2"))
    record.book.decide(case, decision, "ann", "", NOON)
    later = held_for("4AAD", bcc)
    assert record.decided(later.fingerprints, 0) is (decision if covered else None)
    assert (record.hold(later).case_id == case) is covered
    assert record.book.show(case).bcc == 3


def test_a_drop_covers_everybody(record: Recorder) -> None:
    """What was dropped for one recipient is refused for all."""
    case = record.hold(held_for("4AAA", A)).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON)
    assert record.decided(held_for("4AAB", THIEF).fingerprints, 0) is Decision.DROP
    assert record.hold(held_for("4AAB", THIEF)).case_id == case


def test_who_was_decided_anew_is_covered(record: Recorder) -> None:
    """After a second release to another recipient copies to both pass, together or alone."""
    for queue_id, to in (("4AAA", A), ("4AAB", THIEF)):
        case = record.hold(held_for(queue_id, to)).case_id
        record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    for to in (A, THIEF, A + THIEF):
        assert record.decided(held_for("4AAC", to).fingerprints, 0) is Decision.RELEASE


def test_an_expired_release_covers_no_recipients(record: Recorder) -> None:
    """Only decisions within the window count, also where a later one covers other recipients."""
    for queue_id, to, at in (("4AAA", A, NOON), ("4AAB", B, NOON + 60)):
        case = record.hold(held_for(queue_id, to, arrived=at)).case_id
        record.book.decide(case, Decision.RELEASE, "ann", "", at)
    assert record.decided(held_for("4AAC", A).fingerprints, NOON + 1) is None
    assert record.decided(held_for("4AAC", B).fingerprints, NOON + 1) is Decision.RELEASE


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\udce4nn@corp.example", "'; DROP TABLE holds; --", "ä" * 5000]
)
def test_hostile_text_is_recorded(record: Recorder, text: str) -> None:
    """Text that is not UTF-8, or that an engine refuses, does not prevent recording."""
    receipt = record.hold(new_hold(text, sender=text, login=text, client=text, host=text))
    assert receipt.kept == "database"
    assert receipt.case_id == record.book.find(text)


def test_a_taken_case_id_is_not_shared(url: str) -> None:
    """If a case id is already used, the second case gets another one."""
    database = Database(url, MILTER_TIMEOUT)
    with database.writing() as connection:
        filed = [
            file_hold(connection, new_hold(f"4AA{n}", f"m{n} c{n} e{n}"), KEY, 0, wanted="K7Q2-9F")
            for n in range(3)
        ]
    database.close()
    assert (filed[0][0], len({case for case, _ in filed})) == ("K7Q2-9F", 3)
