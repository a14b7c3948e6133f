"""The index file: complete or refused, replaced atomically, private."""

import os
import resource
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin
from holdback.people.customers import IndexBroken, IndexInfo, load, read_info
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms
from people.customers.lists import MADE, PSEUDONYMS, Row, batch, index_of, persons_at

_PAGE = 4096
_ROWS = [
    Row(f"a{n}@x.example", f"030 55{n:05}", f"K{n}", f"login{n}", "Ann Smith", f"{n:05}") for n in range(40)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a small index."""
    place = tmp_path / "customers.idx"
    build(place, [batch(_ROWS)], PSEUDONYMS, MADE)
    return place


def _refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(IndexBroken) as refused:
        load(path, PSEUDONYMS.key_id)
    reason = str(refused.value)
    assert reason.startswith(f"{path} ")
    assert "\n" not in reason
    return reason


def test_a_truncation_anywhere_is_refused(path: Path) -> None:
    """A file truncated at any position is refused."""
    whole = path.read_bytes()
    for length in (*range(100), *range(100, len(whole), 97), len(whole) - 1):
        assert "not a customer index" in (reason := _refusal(path, whole[:length])) or "incomplete" in reason


def test_trailing_bytes_are_refused(path: Path) -> None:
    """Two concatenated files are not an index."""
    assert "is incomplete" in _refusal(path, path.read_bytes() + b"\0")


def test_any_changed_byte_is_refused(path: Path) -> None:
    """Each byte of the first page and of the columns is covered by a checksum."""
    whole = bytearray(path.read_bytes())
    for place in (*range(600), *range(600, len(whole), 53), len(whole) - 1):
        whole[place] ^= 0x10
        assert _refusal(path, bytes(whole))
        whole[place] ^= 0x10


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"email,phone\na@x.example,1\n",
        b"\x89PNG\r\n\x1a\n" * 1_000,
        b"\0" * 9_000,
        b"PK\x03\x04" * 2_000,
    ],
    ids=["nothing", "csv", "png", "noughts", "zip"],
)
def test_a_foreign_file_is_refused(content: bytes, path: Path) -> None:
    """Any other file."""
    assert f"{path} is not a customer index" == _refusal(path, content)


def test_another_key_is_refused_and_named(path: Path) -> None:
    """The message names both key ids, so that the operator can find the host."""
    other = Pseudonyms(b"o" * 32).key_id
    with pytest.raises(IndexBroken) as refused:
        load(path, other)
    assert f"{path} was built with another key: {PSEUDONYMS.key_id}; this host uses {other}" == str(
        refused.value
    )
    assert PSEUDONYMS.key_id == read_info(path).key_id


def test_a_newer_version_is_refused(path: Path) -> None:
    """After a downgrade, the old program does not guess; the version follows 16 bytes of magic."""
    content = path.read_bytes()
    assert "format version 2" in _refusal(path, content[:16] + struct.pack("<I", 2) + content[20:])


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """Missing and unreadable files raise OSError, broken ones IndexBroken."""
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.idx", PSEUDONYMS.key_id)
    with pytest.raises(OSError, match="Is a directory"):
        load(tmp_path, PSEUDONYMS.key_id)


def test_reading_the_info_reads_no_more_than_the_first_page(path: Path) -> None:
    """It works with any key; a truncated file is still refused."""
    whole = path.read_bytes()
    assert load(path, PSEUDONYMS.key_id).info == read_info(path)
    path.write_bytes(whole[:_PAGE] + bytes(len(whole) - _PAGE))
    assert len(_ROWS) == read_info(path).rows
    path.write_bytes(whole[:-1])
    with pytest.raises(IndexBroken):
        read_info(path)


def test_permissions(tmp_path: Path) -> None:
    """Mode 0600 with any umask; the folder's owner is the owner."""
    before = os.umask(0)
    try:
        build(tmp_path / "customers.idx", [batch(_ROWS)], PSEUDONYMS, MADE)
    finally:
        os.umask(before)
    state = (tmp_path / "customers.idx").stat()
    assert (0o100600, tmp_path.stat().st_uid) == (state.st_mode, state.st_uid)


def test_an_index_in_use_outlives_its_file(path: Path) -> None:
    """Replaced or removed, the mapping keeps its contents."""
    old = load(path, PSEUDONYMS.key_id)
    new = index_of([Row("new@x.example")], path)
    path.unlink()
    assert old.persons(PSEUDONYMS.number(Field.EMAIL, "a7@x.example"))
    assert not persons_at(old, Field.EMAIL, "new@x.example")
    assert (0,) == persons_at(new, Field.EMAIL, "new@x.example")


@contextmanager
def _files_end_at(size: int) -> Iterator[None]:
    """Make writes beyond `size` bytes fail, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("room", [0, 100, _PAGE, _PAGE + 1_000])
def test_a_full_disk_leaves_the_old_one(room: int, path: Path) -> None:
    """At any size limit the old file remains, and no draft is left."""
    before = path.read_bytes()
    with _files_end_at(room), pytest.raises(OSError, match="File too large"):
        build(path, [batch(_ROWS * 2)], PSEUDONYMS, MADE)
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_a_list_that_breaks_off_leaves_the_old_one(path: Path) -> None:
    """The exception of the source is raised."""

    def rows() -> Iterator[object]:
        yield batch(_ROWS)
        raise ConnectionError

    before = path.read_bytes()
    with pytest.raises(ConnectionError):
        build(path, rows(), PSEUDONYMS, MADE)  # type: ignore[arg-type]
    assert before == path.read_bytes()


def _build(path: Path, at: int) -> IndexInfo:
    return build(path, [batch(_ROWS * 20)], PSEUDONYMS, Origin(at, "twice"))


@pytest.mark.slow
def test_two_builds_at_once_do_not_hurt(path: Path) -> None:
    """The later one wins, and a concurrent load gets a complete index."""
    with get_context("spawn").Pool(2) as processes:
        results = processes.starmap_async(_build, [(path, at) for at in range(8)])
        while not results.ready():
            assert load(path, PSEUDONYMS.key_id).persons(PSEUDONYMS.number(Field.ID, "k7"))
    assert 8 == len(results.get())
    assert [path] == list(path.parent.iterdir())
    assert "twice" == load(path, PSEUDONYMS.key_id).info.source
