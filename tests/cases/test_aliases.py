"""Hosts without the database give one campaign several case ids: each of them leads to the case."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cases.samples import KEY, NOON, new_hold
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import Decision, NewHold, NoSuchCase, SeveralCases
from holdback.cases.recorder import Recorder
from rig.postgresql import Cluster

NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
Opener = Callable[..., Recorder]


def hold_without_database(state_dir: Path, *holds: NewHold) -> list[str]:
    """Ids of the cases that a milter gave to the MTA; the holds are in the journal of `state_dir`."""
    state_dir.mkdir(exist_ok=True)
    record = Recorder.open(NO_DATABASE, state_dir, KEY, window=3600)
    receipts = [record.hold(new) for new in holds]
    record.close()
    assert {receipt.kept for receipt in receipts} == {"journal"}
    return [receipt.case_id for receipt in receipts]


def append_to_journal(state_dir: Path, *entries: Entry) -> None:
    state_dir.mkdir(exist_ok=True)
    journal = Journal(state_dir)
    for entry in entries:
        journal.append(entry)
    journal.close()


def import_journal(record: Recorder) -> Recorder:
    assert record.import_journal() > 0
    return record


def test_two_hosts(url: str, open_record: Opener, tmp_path: Path) -> None:
    """What the second one imports joins the case of the first; both ids lead there, in any spelling."""
    folders = tmp_path / "mx1", tmp_path / "mx2"
    (first,) = hold_without_database(folders[0], new_hold("4AAA"))
    second, _ = hold_without_database(
        folders[1], *(new_hold(f"4BB{n}", host="mx2.corp.example") for n in range(2))
    )
    assert first != second
    records = [import_journal(open_record(url, folder)) for folder in folders]
    book = records[0].book
    ways = (second, second.lower(), second.replace("-", ""), f" {second} ", "4BB0", first)
    assert {book.find(way) for way in ways} == {first}
    file = book.show(first)
    assert (file.case.copies, file.aliases) == (3, (second,))
    for near in (second[:-1], f"{second}0", second[0]):
        with pytest.raises(NoSuchCase):
            book.find(near)


def test_a_real_outage(cluster: Cluster, tmp_path: Path) -> None:
    """Two hosts run when PostgreSQL stops: later a decision on either id decides the mail of both."""
    url, folders = cluster.new_database(), (tmp_path / "mx1", tmp_path / "mx2")
    for folder in folders:
        folder.mkdir()
    records = [Recorder.open(url, folder, KEY) for folder in folders]
    for number, record in enumerate(records):
        assert record.hold(new_hold(f"4A{number}", f"m{number} c{number} e{number}")).kept == "database"
    cluster.stop()
    ids = [
        record.hold(new_hold(f"4B{number}", "m9 c9 e9", host=f"mx{number}")).case_id
        for number, record in enumerate(records)
    ]
    cluster.start()
    book = import_journal(records[1]).book
    import_journal(records[0])
    assert (book.find(ids[0]), book.find(ids[1]), book.show(ids[1]).aliases) == (ids[1], ids[1], (ids[0],))
    book.decide(book.find(ids[0]), Decision.RELEASE, "olga", "", NOON)
    assert {hold.decision for hold in book.show(ids[1]).holds} == {Decision.RELEASE}
    for record in records:
        record.close()


def test_a_case_from_before(url: str, open_record: Opener, tmp_path: Path) -> None:
    """A process that did not know the open case gave another id; a host that did gave the same."""
    record = open_record(url)
    case = record.hold(new_hold("4AAA")).case_id
    (other,) = hold_without_database(tmp_path, new_hold("4AAB"))
    import_journal(record)
    assert (record.book.find(other), record.book.show(case).aliases) == (case, (other,))
    append_to_journal(tmp_path, Entry(case, new_hold("4AAC")))
    import_journal(record)
    assert (record.book.show(case).case.copies, record.book.show(case).aliases) == (3, (other,))


def test_a_reply_of_the_database_that_was_lost(record: Recorder, tmp_path: Path) -> None:
    """The hold is on record and, with another id, in the journal; importing it twice changes nothing."""
    case = record.hold(new_hold("4AAA")).case_id
    for _ in range(2):
        append_to_journal(tmp_path, Entry("K7Q2-9F", new_hold("4AAA")))
        import_journal(record)
        assert (record.book.find("K7Q2-9F"), record.book.show(case).aliases) == (case, ("K7Q2-9F",))


def test_mail_with_one_id_in_two_cases(record: Recorder, tmp_path: Path) -> None:
    """Its copies joined two open cases: the id names neither."""
    cases = [record.hold(new_hold(f"4A{n}", f"m{n} c{n} e{n}")).case_id for n in range(2)]
    copies = (new_hold(f"4B{n}", f"m{n} c{n} e{n}") for n in range(2))
    append_to_journal(tmp_path, *(Entry("K7Q2-9F", copy) for copy in copies))
    import_journal(record)
    with pytest.raises(SeveralCases) as several:
        record.book.find("K7Q2-9F")
    assert several.value.case_ids == tuple(sorted(cases))


def test_a_case_keeps_its_own_id(record: Recorder, tmp_path: Path) -> None:
    """After its decision other mail was held with its id, and has a case of its own."""
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.DROP, "olga", "", NOON)
    append_to_journal(tmp_path, Entry(case, new_hold("4AAB", "m1 c1 e2")))
    import_journal(record)
    other = record.book.find("4AAB")
    assert (other != case, record.book.find(case), record.book.show(other).aliases) == (True, case, (case,))


def test_no_case_is_opened_with_an_alias(record: Recorder, tmp_path: Path) -> None:
    """Else the id in the queue would name a case that the mail is not in."""
    case = record.hold(new_hold("4AAA")).case_id
    append_to_journal(tmp_path, Entry("K7Q2-9F", new_hold("4AAB")))
    import_journal(record)
    record.book.decide(case, Decision.DROP, "olga", "", NOON)
    append_to_journal(tmp_path, Entry("K7Q2-9F", new_hold("4AAC", "m1 c1 e2")))
    import_journal(record)
    with pytest.raises(SeveralCases) as several:
        record.book.find("K7Q2-9F")
    assert set(several.value.case_ids) == {case, record.book.find("4AAC")}


@pytest.mark.parametrize("written", ["", "holdback", "k7q2-9f", "K7Q2", "K7Q2-9F0", "' OR 1=1", "\0"])
def test_what_is_no_case_id_is_no_alias(record: Recorder, tmp_path: Path, written: str) -> None:
    """A damaged entry is filed all the same."""
    case = record.hold(new_hold("4AAA")).case_id
    append_to_journal(tmp_path, Entry(written, new_hold("4AAB")))
    import_journal(record)
    assert (record.book.show(case).case.copies, record.book.show(case).aliases) == (2, ())
