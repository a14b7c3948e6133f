"""The secret key of an installation."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from holdback.cases.key import KeyBroken, keyed_hash, load_key


@pytest.fixture(params=[0o000, 0o022, 0o377])
def umask(request: pytest.FixtureRequest):
    old = os.umask(request.param)
    yield
    os.umask(old)


@pytest.mark.usefixtures("umask")
def test_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    """The first call creates the key, later ones read it; only the owner may."""
    key = load_key(tmp_path)
    assert (32, key) == (len(key), load_key(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    """A key that root creates belongs to the daemon's user."""
    os.chown(tmp_path, 12345, 54321)
    load_key(tmp_path)
    status = (tmp_path / "key").stat()
    assert (status.st_uid, status.st_gid) == (12345, 54321)


def test_loose_permissions_are_tightened(tmp_path: Path) -> None:
    """Loose permissions of a restored key are tightened."""
    (tmp_path / "key").write_bytes(bytes(32))
    (tmp_path / "key").chmod(0o644)
    load_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(33)])
def test_a_broken_key_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    """A damaged key is an error, as a new one would invalidate past decisions."""
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(KeyBroken, match=f"{len(content)} bytes"):
        load_key(tmp_path)
    assert content == (tmp_path / "key").read_bytes()


def test_without_a_folder(tmp_path: Path) -> None:
    """A missing state folder is not created: its disk may not be mounted."""
    with pytest.raises(FileNotFoundError):
        load_key(tmp_path / "missing")


def test_first_starts_at_once_agree(tmp_path: Path) -> None:
    """Simultaneous first starts use the same key."""
    with ThreadPoolExecutor(8) as pool:
        for number in range(50):
            folder = tmp_path / str(number)
            folder.mkdir()
            together = Barrier(8)
            keys = set(pool.map(lambda _, f=folder, t=together: (t.wait(), load_key(f))[1], range(8)))
            assert {load_key(folder)} == keys


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ann@corp.example", True),
        ("Ann@corp.example", False),
        ("ann@corp.example ", False),
        ("", False),
        ("\udce4", False),
    ],
)
def test_keyed_hash(text: str, same: bool) -> None:
    """Equal texts have equal hashes, others do not, and another key gives another hash."""
    key, other = bytes(32), bytes(range(32))
    assert same == (keyed_hash(key, "ann@corp.example") == keyed_hash(key, text))
    assert keyed_hash(key, text) != keyed_hash(other, text)
    assert len(keyed_hash(key, text)) == 16
