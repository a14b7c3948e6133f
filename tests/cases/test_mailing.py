"""A mailing to unknown recipients is one case, although every copy differs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cases.samples import KEY, NOON, new_hold
from cases.test_trouble import locked
from holdback.cases.fingerprints import mailing_fingerprint
from holdback.cases.model import Campaign, Decision, Fingerprints, NewHold
from holdback.cases.recorder import Recorder
from holdback.mail import Envelope

Opener = Callable[..., Recorder]
HOUR = 3600


def copy(number: int, **changes: object) -> NewHold:
    """One message of the mailing, with unique content."""
    return new_hold(f"4A{number:04}", f"m{number} c{number} e{number} s1", **changes)


def other(number: int, **changes: object) -> NewHold:
    """A message of the same sender that is held for another reason."""
    return new_hold(f"4B{number:04}", f"o{number} p{number} q{number}", **changes)


def test_one_case(record: Recorder) -> None:
    """Copies join the case of the first and are counted; other messages do not join."""
    receipts = [record.hold(copy(number)) for number in range(30)]
    assert [(receipts[0].case_id, number + 1) for number in range(30)] == [
        (receipt.case_id, receipt.copy) for receipt in receipts
    ]
    assert record.campaign(copy(99).fingerprints) == Campaign(receipts[0].case_id, 30)
    assert record.hold(other(0)).case_id != receipts[0].case_id
    assert record.campaign(other(1).fingerprints) == Campaign()


def test_messages_of_no_mailing_have_nothing_in_common(record: Recorder) -> None:
    """Empty fingerprints never match, neither for a case nor for a decision."""
    cases = {record.hold(other(number)).case_id for number in range(3)}
    assert len(cases) == 3
    for case in cases:
        record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    assert record.decided(other(9).fingerprints, 0) is None


@pytest.mark.parametrize(("later", "joins"), [(HOUR - 1, True), (HOUR + 1, False)])
def test_an_old_case_takes_no_more(record: Recorder, later: float, joins: bool) -> None:
    """A mailing of the same sender after the window is a new case."""
    first = record.hold(copy(1)).case_id
    assert joins == bool(record.campaign(copy(2).fingerprints, NOON + later - HOUR).copies)
    assert joins == (record.hold(copy(2, arrived=NOON + later)).case_id == first)


def test_a_copy_goes_before_the_mailing(record: Recorder) -> None:
    """A case with the same content takes precedence over the mailing's."""
    same = record.hold(new_hold("4AAA", "m1 c1 e1")).case_id
    mailing = record.hold(copy(2)).case_id
    assert [same, mailing] == [record.hold(copy(number)).case_id for number in (1, 3)]
    record.book.decide(same, Decision.RELEASE, "ann", "", NOON)
    assert record.decided(copy(4).fingerprints, 0) is None


DECIDED = [
    (Decision.RELEASE, Decision.RELEASE),
    (Decision.RELEASE_BCC, Decision.RELEASE_BCC),
    (Decision.DROP, Decision.DROP),
    (Decision.RETURN, Decision.RETURN),
]


@pytest.mark.parametrize(("decision", "expected"), DECIDED)
def test_a_decision_decides_the_rest(record: Recorder, decision: Decision, expected: Decision) -> None:
    """The decision covers later copies while it is valid, and nothing held for another reason."""
    case = record.hold(copy(1)).case_id
    record.book.decide(case, decision, "ann", "", NOON)
    assert expected == record.decided(copy(2).fingerprints, NOON)
    assert record.decided(copy(2).fingerprints, NOON + 1) is None
    assert record.decided(other(1).fingerprints, NOON) is None
    # The same copy, held for something else this time.
    assert record.decided(Fingerprints("m2", "c2", "e2"), NOON) is None


def test_a_copy_on_its_way_joins_the_decided_case(record: Recorder) -> None:
    """A copy that arrives during the decision gets the same decision."""
    case = record.hold(copy(1)).case_id
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    assert case == record.hold(copy(2)).case_id
    assert case != record.hold(other(2)).case_id
    assert case != record.hold(copy(3, arrived=NOON + HOUR + 1)).case_id


def test_contradictory_decisions_decide_nothing(record: Recorder) -> None:
    """If two cases of a mailing were decided differently, later copies are held."""
    first = record.hold(copy(1)).case_id
    record.book.decide(first, Decision.RELEASE, "ann", "", NOON)
    second = record.hold(copy(2, arrived=NOON + HOUR + 1)).case_id
    record.book.decide(second, Decision.DROP, "ann", "", NOON + HOUR + 1)
    assert record.decided(copy(3).fingerprints, NOON) is None
    assert record.decided(copy(3).fingerprints, NOON + 1) is Decision.DROP


def test_what_was_dropped_is_refused_though_the_mailing_was_released(record: Recorder) -> None:
    """A decision about the content takes precedence over one about the mailing."""
    record.book.decide(record.hold(new_hold("4C", "x c7 y")).case_id, Decision.DROP, "ann", "", NOON)
    record.book.decide(record.hold(copy(1)).case_id, Decision.RELEASE, "ann", "", NOON)
    assert [Decision.DROP, Decision.RELEASE] == [record.decided(copy(n).fingerprints, 0) for n in (7, 8)]


def test_a_decision_on_one_message_decides_no_mailing(record: Recorder) -> None:
    """`--only` decides that message alone."""
    case = record.hold(copy(1)).case_id
    record.hold(copy(2))
    hold = record.book.show(case).holds[0]
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON, only=hold.id)
    assert record.decided(copy(3).fingerprints, 0) is None


def test_while_the_database_is_locked(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Copies in the journal join one case, too."""
    record = open_record(sqlite_url)
    record.hold(other(0))
    with locked(tmp_path / "holdback.db"):
        receipts = [record.hold(copy(number)) for number in range(10)]
        assert record.campaign(copy(99).fingerprints) == Campaign(receipts[0].case_id, 10)
    assert {(receipts[0].case_id, "journal")} == {(receipt.case_id, receipt.kept) for receipt in receipts}
    assert record.import_journal() == 10
    assert record.book.show(receipts[0].case_id).case.copies == 10


def test_journal_of_an_older_holdback(tmp_path: Path, url: str, open_record: Opener) -> None:
    """Entries without mailing fingerprint are imported."""
    record = open_record(url)
    with_mailing = open_record("sqlite:////nowhere/at/all")
    with_mailing.hold(copy(1))
    with_mailing.close()
    (journal,) = (tmp_path / "journal").iterdir()
    journal.write_text(journal.read_text().replace(', "mailing": "s1"', ""))
    assert record.import_journal() == 1
    assert record.campaign(copy(2).fingerprints) == Campaign()
    assert record.campaign(copy(1).fingerprints).copies == 1


def test_mailing_prints() -> None:
    """One per login, else one per sender; other checks or keys give others."""
    envelopes = [
        Envelope(sender="a@corp.example"),
        Envelope(sender="A@Corp.Example"),
        Envelope(sender="b@corp.example"),
        Envelope(sender="b1@corp.example", login="tool"),
        Envelope(sender="b2@corp.example", login="Tool"),
        Envelope(sender="tool"),
        Envelope(),
    ]
    fingerprints = [mailing_fingerprint(KEY, envelope, "unknown_recipients") for envelope in envelopes]
    assert (fingerprints[0], fingerprints[3]) == (fingerprints[1], fingerprints[4])
    assert len(set(fingerprints)) == 5
    assert mailing_fingerprint(KEY, envelopes[0], "canary") != fingerprints[0]
    assert mailing_fingerprint(os.urandom(32), envelopes[0], "unknown_recipients") != fingerprints[0]
