"""Hosts that share a record: ids, holds of their own, conflicts, hosts that never return."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cases.samples import KEY, NOON, new_hold
from holdback.cases.events import EventKind
from holdback.cases.host_id import Identity, load_identity, read_identity
from holdback.cases.hosts import Conflict
from holdback.cases.key import KeyBroken
from holdback.cases.model import CaseState, HoldState
from holdback.cases.recorder import Recorder

Opener = Callable[..., Recorder]
NAME = "mx1.corp.example"
ONE = Identity("1" * 32, NAME, key_id="k", machine="m1")
TWO = Identity("2" * 32, "mx2.corp.example", key_id="k", machine="m2")


def queue_ids(record: Recorder, host: str) -> list[str]:
    return sorted(hold.queue_id for hold in record.book.waiting(host))


def test_the_id_is_made_once(tmp_path: Path) -> None:
    """Of many processes that start at once one makes it, complete and private."""
    with ThreadPoolExecutor(8) as pool:
        made = {one.id for one in pool.map(lambda _: load_identity(tmp_path, KEY), range(40))}
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["host.id"]
    assert stat.S_IMODE((tmp_path / "host.id").stat().st_mode) == 0o600
    (host_id,) = made
    assert (load_identity(tmp_path, KEY).id, read_identity(tmp_path).id) == (host_id, host_id)


@pytest.mark.parametrize("content", [b"", b"short\n\n", b"1" * 32, b"\xff" * 40])
def test_a_damaged_id_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    """A new id would strand what is held under the old one."""
    (tmp_path / "host.id").write_bytes(content)
    with pytest.raises(KeyBroken, match=r"host\.id has no host id"):
        load_identity(tmp_path, KEY)
    assert (tmp_path / "host.id").read_bytes() == content
    assert read_identity(tmp_path).id == ""


def test_the_key_is_recognised_and_not_revealed(tmp_path: Path) -> None:
    """Two state directories with the same key have the same key id, another key another one."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = load_identity(tmp_path / "a", KEY), load_identity(tmp_path / "b", KEY)
    other = load_identity(tmp_path / "b", bytes(32))
    assert (first.key_id == second.key_id, first.key_id == other.key_id) == (True, False)
    assert first.id != second.id
    assert KEY.hex()[:8] not in first.key_id


def test_two_hosts_with_the_same_name(record: Recorder) -> None:
    """Each has its own holds, whatever the name."""
    twin = replace(TWO, name=NAME)
    for queue_id, host in (("4AAA", ONE), ("4AAB", twin)):
        record.hold(new_hold(queue_id, host_id=host.id))
    assert (queue_ids(record, ONE.id), queue_ids(record, twin.id)) == (["4AAA"], ["4AAB"])
    (hold,) = record.book.waiting(ONE.id)
    assert (ONE.owns(hold), twin.owns(hold)) == (True, False)
    record.book.register(ONE)
    assert record.book.register(twin) == (Conflict.NAME,)
    assert record.book.register(ONE) == (Conflict.NAME,)


def test_a_renamed_host_keeps_its_holds(record: Recorder) -> None:
    """By its id, which does not change."""
    record.book.register(ONE)
    record.hold(new_hold("4AAA", host_id=ONE.id))
    renamed = replace(ONE, name="mx9.corp.example")
    assert record.book.register(renamed) == ()
    assert queue_ids(record, renamed.id) == ["4AAA"]
    assert [(host.name, host.waiting) for host in record.book.hosts()] == [("mx9.corp.example", 1)]


@pytest.mark.parametrize("used_before", ["serving.json", "custody.lock", ""])
def test_holds_without_an_id_are_adopted(
    url: str, record: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used_before: str
) -> None:
    """By the host of that name whose state directory was in use before, and by no other one.

    With SQLite, which has one host, the name is enough.
    """
    monkeypatch.setattr("socket.gethostname", lambda: NAME)
    if used_before:
        (tmp_path / used_before).write_text("[]")
    me = load_identity(tmp_path, KEY)
    record.hold(new_hold("4AAA"))
    record.book.register(me)
    # An old process that serves its last connections.
    record.hold(new_hold("4AAB"))
    record.hold(new_hold("4AAC", host="mx7"))
    record.book.register(me)
    adopted = bool(used_before) or url.startswith("sqlite")
    assert queue_ids(record, me.id) == (["4AAA", "4AAB"] if adopted else [])
    record.book.register(replace(ONE, former=NAME))
    assert queue_ids(record, ONE.id) == ([] if adopted else ["4AAA", "4AAB"])


def test_orphans_are_adopted(record: Recorder) -> None:
    """They make no second event, and are not inspected again."""
    record.book.record_orphans(NAME, [("4ZZZ", NOON)], NOON)
    record.book.record_outcome(NAME, ("4ZZZ", NOON), "hold", NOON)
    record.book.register(replace(ONE, former=NAME))
    assert record.book.record_orphans(ONE.id, [("4ZZZ", NOON)], NOON) == 0
    assert record.book.begin_inspection(ONE.id, ("4ZZZ", NOON), NOON) == "hold"


def test_another_key(record: Recorder) -> None:
    """Hosts with different keys conflict, until one of them has gone."""
    assert record.book.register(ONE) == ()
    other = replace(TWO, key_id="other")
    assert record.book.register(other) == (Conflict.KEY,)
    assert record.book.conflicts_of(ONE) == (Conflict.KEY,)
    record.book.declare_gone(other.id, NOON)
    assert record.book.conflicts_of(ONE) == ()


def test_a_copied_state_directory(record: Recorder) -> None:
    """Two machines with one id conflict; a restart on another machine, or after a boot, does not."""
    assert record.book.register(ONE) == ()
    copy = replace(ONE, machine="m9")
    assert record.book.register(copy) == ()
    assert record.book.register(copy, again=True) == ()
    assert record.book.register(ONE, again=True) == (Conflict.STATE_DIR,)
    assert record.book.register(copy, again=True) == (Conflict.STATE_DIR,)
    assert record.book.conflicts_of(ONE) == (Conflict.STATE_DIR,)


def test_a_host_that_never_returns(record: Recorder) -> None:
    """Its waiting holds vanish, each with an event; cases with mail elsewhere stay open; it may return."""
    book = record.book
    for one in (ONE, TWO):
        book.register(one)
    shared = record.hold(new_hold("4AAA", host_id=ONE.id)).case_id
    record.hold(new_hold("4AAB", host_id=TWO.id, host=TWO.name))
    alone = record.hold(new_hold("4AAC", "m2 c2 e2", host_id=ONE.id)).case_id
    (first, _) = book.waiting(ONE.id)
    book.mark(first.id, HoldState.PENDING, HoldState.HELD, NOON)
    book.record_orphans(ONE.id, [("4ZZZ", NOON)], NOON)
    seen = book.last_event_id()
    assert book.declare_gone(ONE.id, NOON + 9) == 2
    assert (queue_ids(record, ONE.id), queue_ids(record, TWO.id)) == ([], ["4AAB"])
    assert [(event.kind, event.host, event.state) for event in book.events_after(seen)] == [
        (EventKind.VANISHED, NAME, HoldState.VANISHED)
    ] * 2
    assert (book.show(shared).case.state, book.show(alone).case.state) == (CaseState.OPEN, CaseState.VANISHED)
    assert [(host.name, host.gone, host.waiting) for host in book.hosts()] == [
        (ONE.name, NOON + 9, 0),
        (TWO.name, None, 1),
    ]
    book.register(ONE)
    assert book.hosts()[0].gone is None


def test_a_name_that_never_registered(record: Recorder) -> None:
    """Holds of a host that was never upgraded are listed under its name, and can be declared gone."""
    record.hold(new_hold("4AAA", host="mx0"))
    record.book.register(ONE)
    assert [(host.name, host.id, host.waiting) for host in record.book.hosts()] == [
        ("mx0", "", 1),
        (NAME, ONE.id, 0),
    ]
    assert record.book.declare_gone("mx0", NOON) == 1


def test_events_of_orphans_name_their_host(record: Recorder) -> None:
    """Orphans are known by the id of their host, events name it."""
    record.book.register(ONE)
    record.book.record_orphans(ONE.id, [("4ZZZ", NOON)], NOON)
    record.book.begin_inspection(ONE.id, ("4ZZZ", NOON), NOON)
    record.book.record_outcome(ONE.id, ("4ZZZ", NOON), "released", NOON)
    assert [event.host for event in record.book.events_after(0)] == [NAME, NAME]


def test_an_unreadable_state_directory(tmp_path: Path) -> None:
    """A command without rights knows the host by its name."""
    hidden = tmp_path / "state"
    hidden.mkdir()
    load_identity(hidden, KEY)
    child = os.fork()
    if child == 0:
        hidden.chmod(0o700)
        tmp_path.chmod(0o700)
        os.setuid(65534)
        os._exit(0 if read_identity(hidden).id == "" else 1)
    assert os.waitpid(child, 0) == (child, 0)
