"""The customer index of the running milter is replaced during look-ups, and only by a valid one."""

import json
import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from holdback import metrics
from holdback.config import Config, config_of
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.daemon import customers
from holdback.daemon.customers import CustomerIndex, index_in_use
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms

NOW = 1_800_000_000.0
HOUR = 3600
KEY = bytes(range(32))


def addresses(count: int) -> list[str]:
    return [f"user{number}@customers.example" for number in range(count)]


def write(path: Path, known: Sequence[str], key: bytes = KEY, made_at: float = NOW) -> None:
    """An index of these addresses, put in place by renaming, as `customers build` does."""
    build(path, [RowBatch(len(known), emails=[known])], Pseudonyms(key), Origin(int(made_at), "test"))


def known(index: CustomerIndex, wanted: Sequence[str]) -> int:
    """Number of addresses that are customers, looked up as for a message."""
    current = index.current
    if current is None:
        return 0
    numbers = Pseudonyms(KEY).numbers(Field.EMAIL, wanted)
    return int((current.look_up(numbers).first >= 0).sum())


@dataclass
class Log:
    """Collects log events and their fields."""

    lines: list[tuple[str, dict[str, Any]]]

    def take(self) -> list[str]:
        """The events since the last time."""
        events = [event for event, _ in self.lines]
        self.lines.clear()
        return events


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log([])
    for level in ("info", "error"):
        monkeypatch.setattr(
            customers.logline, level, lambda event, **fields: log.lines.append((event, fields))
        )
    return log


def config(folder: Path, index: Path | None = None) -> Config:
    settings = {"index": str(index)} if index else {}
    data = {"internal_domains": ["corp.example"], "state_dir": str(folder), "customers": settings}
    return config_of(data, Path("test"))


@pytest.fixture
def index(tmp_path: Path, log: Log) -> CustomerIndex:
    """Loads `customers.idx` in `tmp_path`, which is not configured."""
    return CustomerIndex(config(tmp_path), Pseudonyms(KEY).key_id)


def errors() -> float:
    return metrics.errors.labels("customers")._value.get()


def gauges(index: CustomerIndex, now: float = NOW) -> tuple[float, float]:
    """Entries and age."""
    index.set_gauges(now)
    return metrics.customer_index_entries._value.get(), metrics.customer_index_age_seconds._value.get()


def test_no_index(index: CustomerIndex, log: Log) -> None:
    """Without an index that is not configured, nothing is logged."""
    before = errors()
    index.refresh()
    assert index.current is None
    assert log.take() == []
    assert errors() - before == 0
    assert gauges(index) == (0, 0)


def test_an_index_that_is_configured_and_missing(tmp_path: Path, log: Log) -> None:
    """A missing index is logged once, and loaded when it appears."""
    wanted, before = tmp_path / "wanted.idx", errors()
    index = CustomerIndex(config(tmp_path, wanted), Pseudonyms(KEY).key_id)
    for _ in range(3):
        index.refresh()
    assert index.current is None
    assert log.take() == ["customer index refused"]
    assert errors() - before == 1
    write(wanted, addresses(3))
    index.refresh()
    assert known(index, addresses(9)) == 3
    assert log.take() == ["customer index loaded"]


def test_loaded_once(tmp_path: Path, index: CustomerIndex, log: Log) -> None:
    """Count and age are metrics; an unchanged file is not read again."""
    write(tmp_path / "customers.idx", addresses(5), made_at=NOW - 3 * HOUR)
    index.refresh()
    first = index.current
    assert log.lines == [("customer index loaded", {"count": 5})]
    assert gauges(index) == (5, 3 * HOUR)
    index.refresh()
    assert index.current is first
    assert len(log.lines) == 1
    assert gauges(index, NOW + HOUR) == (5, 4 * HOUR)


def test_replaced(tmp_path: Path, index: CustomerIndex, log: Log) -> None:
    """A new file is loaded in the next round; the old index stays valid for its users."""
    write(tmp_path / "customers.idx", addresses(5))
    index.refresh()
    old = index.current
    write(tmp_path / "customers.idx", addresses(8))
    index.refresh()
    assert known(index, addresses(9)) == 8
    assert log.take() == ["customer index loaded"] * 2
    assert old is not None
    assert len(old) == 5


def newer(content: bytes) -> bytes:
    return content[:16] + (99).to_bytes(4, "little") + content[20:]


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut in its first page": lambda content: content[:100],
    "cut at its end": lambda content: content[:-8],
    "too long": lambda content: content + bytes(8),
    "foreign": lambda content: b"name,email\n" * 9999,
    "of a newer version": newer,
    "one bit at its end": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "one bit at its start": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "one bit in its first page": lambda content: content[:70] + bytes([content[70] ^ 1]) + content[71:],
    "zeros": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("how", SPOILED)
@pytest.mark.parametrize("in_place", [False, True])
def test_the_last_good_one_stays(
    tmp_path: Path, index: CustomerIndex, log: Log, how: str, in_place: bool
) -> None:
    """An invalid file, renamed or overwritten, is refused once; a valid one is loaded again."""
    path, before = tmp_path / "customers.idx", errors()
    write(path, addresses(500))
    index.refresh()
    spoiled = SPOILED[how](path.read_bytes())
    if in_place:
        path.write_bytes(spoiled)
        # A test may be faster than the clock of the file system ticks.
        os.utime(path, ns=(1, 1))
    else:
        (tmp_path / "new").write_bytes(spoiled)
        (tmp_path / "new").replace(path)
    for _ in range(3):
        index.refresh()
    assert known(index, addresses(900)) == 500
    assert errors() - before == 1
    (_, (event, fields)) = log.lines
    assert event == "customer index refused"
    assert fields["stage"] == "customers"
    assert str(path) in fields["trouble"]
    write(path, addresses(600))
    index.refresh()
    assert known(index, addresses(900)) == 600
    assert errors() - before == 1


def test_another_key(tmp_path: Path, index: CustomerIndex, log: Log) -> None:
    """An index with another installation's key is refused."""
    write(tmp_path / "customers.idx", addresses(5))
    index.refresh()
    write(tmp_path / "customers.idx", addresses(8), key=bytes(32))
    index.refresh()
    assert known(index, addresses(9)) == 5
    assert log.take() == ["customer index loaded", "customer index refused"]


def test_gone(tmp_path: Path, index: CustomerIndex, log: Log) -> None:
    """After removal of the file the index stays in use, and this is logged once."""
    write(tmp_path / "customers.idx", addresses(5))
    index.refresh()
    (tmp_path / "customers.idx").unlink()
    for _ in range(3):
        index.refresh()
    assert known(index, addresses(9)) == 5
    assert log.take() == ["customer index loaded", "customer index refused"]


@pytest.mark.parametrize("name", ["folder", "file/customers.idx", "pipe"])
def test_what_is_no_file(tmp_path: Path, log: Log, name: str) -> None:
    """Folders, invalid paths and pipes are logged without an exception or a wait."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    index = CustomerIndex(config(tmp_path, tmp_path / name), Pseudonyms(KEY).key_id)
    for _ in range(2):
        index.refresh()
    assert index.current is None
    assert log.take() == ["customer index refused"]


def test_no_room_for_a_copy(
    tmp_path: Path, index: CustomerIndex, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk the copy is not made; once there is space the index is loaded."""
    write(tmp_path / "customers.idx", addresses(5))
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100))
        index.refresh()
        index.refresh()
        assert index.current is None
        assert log.take() == ["customer index refused"]
    index.refresh()
    assert known(index, addresses(9)) == 5
    assert log.take() == ["customer index loaded"]


def test_another_process_uses_the_same_copy(tmp_path: Path, index: CustomerIndex) -> None:
    """All processes map one copy, even one that starts while the file is invalid; older copies go."""
    write(tmp_path / "customers.idx", addresses(5))
    index.refresh()
    (copy,) = tmp_path.glob("*.copy")
    made = copy.stat()
    other = CustomerIndex(config(tmp_path), Pseudonyms(KEY).key_id)
    other.refresh()
    assert known(other, addresses(9)) == 5
    assert copy.stat() == made
    (tmp_path / "customers.idx").write_bytes(b"")
    late = CustomerIndex(config(tmp_path), Pseudonyms(KEY).key_id)
    late.refresh()
    assert known(late, addresses(9)) == 5
    write(tmp_path / "customers.idx", addresses(7))
    late.refresh()
    assert known(late, addresses(9)) == 7
    assert len(list(tmp_path.glob("*.copy"))) == 1
    assert known(index, addresses(9)) == 5


def test_swapped_under_look_ups(tmp_path: Path, index: CustomerIndex) -> None:
    """While the file is replaced or overwritten, each look-up uses one complete index."""
    path, few, many = tmp_path / "customers.idx", addresses(1000), addresses(2000)
    write(tmp_path / "few", few)
    write(tmp_path / "many", many)
    shutil.copy(tmp_path / "few", path)
    index.refresh()
    stopping, seen = threading.Event(), []

    def ask() -> None:
        while not stopping.is_set():
            seen.append(known(index, many))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(60):
            source = tmp_path / ("few" if turn % 2 else "many")
            if turn % 3:
                shutil.copy(source, tmp_path / "new")
                (tmp_path / "new").replace(path)
            else:
                shutil.copy(source, path)
            index.refresh()
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert set(seen) == {1000, 2000}


def test_the_log_has_no_customer_data(tmp_path: Path, index: CustomerIndex, log: Log) -> None:
    """The log has paths, counts and reasons only."""
    write(tmp_path / "customers.idx", addresses(5))
    index.refresh()
    (tmp_path / "customers.idx").write_text("\n".join(addresses(9999)))
    index.refresh()
    assert "@" not in json.dumps(log.lines)


DOCUMENTED = next(
    line.strip()
    for line in (Path(__file__).parents[2] / "docs/how-to/customers.md").read_text().splitlines()
    if line.startswith("    rsync ")
)
"""The command that copies an index to another host."""


def copy_with_rsync(source: Path, to: Path) -> None:
    """Run the documented command on this host, as the current user."""
    words = shlex.split(DOCUMENTED.replace("holdback:holdback", f"{os.getuid()}:{os.getgid()}"))
    places = {"/srv/customers.idx": str(source), "root@mx1:/var/lib/holdback/customers.idx": str(to)}
    assert set(places) < set(words)
    subprocess.run([places.get(word, word) for word in words], check=True)


def rename_into_place(source: Path, to: Path) -> None:
    """What rsync does: a temporary file in the same directory, with the times of the source, renamed."""
    draft = to.with_name(f".{to.name}.a1b2c3")
    shutil.copy2(source, draft)
    draft.rename(to)


WAYS = [pytest.param(rename_into_place, id="rename")]
WAYS += [pytest.param(copy_with_rsync, id="rsync")] * bool(shutil.which("rsync"))


@pytest.mark.parametrize("distribute", WAYS)
def test_an_index_from_another_host(
    tmp_path: Path, index: CustomerIndex, log: Log, distribute: Callable[[Path, Path], None]
) -> None:
    """It is loaded while it arrives again and again, also one as large and as old as the one before."""
    built, received, ended = tmp_path / "built.idx", tmp_path / "customers.idx", threading.Event()
    (tmp_path / "customers-stale.copy").write_bytes(b"unusable")
    write(built, addresses(3))
    distribute(built, received)
    index.refresh()

    def refresh() -> None:
        while not ended.is_set():
            index.refresh()

    reloading = threading.Thread(target=refresh)
    reloading.start()
    try:
        for count in (2000, 2001, 2002, 2003):
            write(built, addresses(count))
            distribute(built, received)
    finally:
        ended.set()
        reloading.join()
    index.refresh()
    assert set(log.take()) == {"customer index loaded"}
    write(built, addresses(2004)[1:])
    shutil.copystat(received, built)
    assert built.stat().st_size == received.stat().st_size
    rename_into_place(built, received)
    index.refresh()
    assert (known(index, addresses(1)), known(index, addresses(2004))) == (0, 2003)
    info = index_in_use(tmp_path)
    assert info and (info.numbers, info.made_at) == (2003, NOW)


def test_no_index_in_use(tmp_path: Path) -> None:
    """No copy, or one that cannot be read."""
    assert index_in_use(tmp_path) is None
    (tmp_path / "customers-1.copy").write_bytes(b"unusable")
    assert index_in_use(tmp_path) is None
